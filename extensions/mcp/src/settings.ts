import { z } from 'zod';

/** The section `mcp` of signalbox.yaml. */
export const mcpSettings = z.strictObject({
  maxBodyBytes: z
    .int()
    .min(1024)
    .max(268_435_456)
    .default(4_194_304)
    .describe('Largest message a client may send'),
  maxSessions: z.int().min(1).max(1_000_000).default(10_000).describe('Legacy sessions at once'),
  maxSessionsPerPrincipal: z
    .int()
    .min(1)
    .max(100_000)
    .default(1_000)
    .describe('Legacy sessions of one principal at once'),
  sessionIdleMs: z
    .int()
    .min(1_000)
    .max(86_400_000)
    .default(1_800_000)
    .describe('How long an unused legacy session is kept'),
  replayEvents: z
    .int()
    .min(0)
    .max(100_000)
    .default(1_000)
    .describe('Events a stream keeps for a client that comes back'),
  replayBytes: z
    .int()
    .min(0)
    .max(268_435_456)
    .default(1_048_576)
    .describe('Bytes a stream keeps for a client that comes back'),
  keepAliveMs: z
    .int()
    .min(100)
    .max(600_000)
    .default(15_000)
    .describe('Quiet time after which an open stream gets a comment'),
  streamAfterMs: z
    .int()
    .min(0)
    .max(600_000)
    .default(5_000)
    .describe('Time after which a waiting answer becomes a stream'),
  retryMs: z
    .int()
    .min(0)
    .max(60_000)
    .default(1_000)
    .describe('How long a client shall wait before it comes back to a stream that was closed'),
  streamMaxMs: z
    .int()
    .min(0)
    .max(86_400_000)
    .default(0)
    .describe('Time after which a stream is closed and the client comes back for the rest; 0 is never'),
  maxConnections: z
    .int()
    .min(1)
    .max(1_000_000)
    .default(5_000)
    .describe('WebSocket and HTTP+SSE connections at once'),
  maxConnectionsPerPrincipal: z
    .int()
    .min(1)
    .max(1_000_000)
    .default(500)
    .describe('WebSocket and HTTP+SSE connections of one principal at once'),
  maxRequestsPerConnection: z
    .int()
    .min(1)
    .max(100_000)
    .default(100)
    .describe('Requests of one connection that run at once; more are not read before one has ended'),
  maxBatchMessages: z
    .int()
    .min(1)
    .max(10_000)
    .default(100)
    .describe('Messages in one batch (protocol 2025-03-26)'),
  parkedMs: z
    .int()
    .min(1_000)
    .max(86_400_000)
    .default(600_000)
    .describe('How long a call waits for answers a modern client brings in another request'),
  maxParked: z.int().min(1).max(100_000).default(1_000).describe('Calls waiting for such answers at once'),
  maxParkedPerPrincipal: z
    .int()
    .min(1)
    .max(100_000)
    .default(100)
    .describe('Calls of one principal waiting for such answers at once'),
  taskAfterMs: z
    .int()
    .min(0)
    .max(600_000)
    .default(10_000)
    .describe('Time after which a tool that still runs becomes a task, for clients that take tasks'),
  taskTtlMs: z
    .int()
    .min(1_000)
    .max(604_800_000)
    .default(86_400_000)
    .describe('How long a task is kept from its creation'),
  taskPollMs: z
    .int()
    .min(50)
    .max(60_000)
    .default(1_000)
    .describe('How often clients are told to look at a task'),
  maxTasks: z.int().min(1).max(100_000).default(1_000).describe('Tasks running at once'),
  maxTasksPerPrincipal: z
    .int()
    .min(1)
    .max(100_000)
    .default(200)
    .describe('Tasks of one principal running at once'),
  maxKeptTasksPerPrincipal: z
    .int()
    .min(1)
    .max(100_000)
    .default(500)
    .describe('Ended tasks of one principal that are kept; the oldest make room'),
  maxListens: z
    .int()
    .min(1)
    .max(1_000_000)
    .default(10_000)
    .describe('Open subscriptions/listen streams at once'),
  listTtlMs: z
    .int()
    .min(0)
    .max(86_400_000)
    .default(5_000)
    .describe('How long modern clients may keep a list'),
});

/** The section `mcp`, read. */
export type McpSettings = z.output<typeof mcpSettings>;
