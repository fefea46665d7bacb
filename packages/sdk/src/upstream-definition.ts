import { z } from 'zod';
import { levels } from './principal.ts';

/** Names of upstreams and endpoints: short, lower case, safe in paths and in front of tool names. */
export const upstreamName = z
  .string()
  .regex(/^[a-z0-9](?:[a-z0-9-]{0,30}[a-z0-9])?$/, 'use 1 to 32 of a-z, 0-9 and "-", not at the ends')
  .describe('Name of the upstream; its tools are offered as name__tool');

const command = {
  command: z
    .string()
    .min(1)
    .max(4096)
    .describe('Program to start; looked up in PATH, never run through a shell'),
  args: z.array(z.string().max(32_768)).max(256).default([]).describe('Arguments, one list entry each'),
  env: z
    .record(z.string(), z.string())
    .default({})
    .describe('Environment added to the few inherited variables'),
  cwd: z.string().optional().describe('Working folder; relative paths start at the folder of signalbox.yaml'),
};

const common = {
  title: z.string().max(200).optional().describe('Name for people'),
  enabled: z.boolean().default(true).describe('False keeps the definition and does not connect'),
  era: z
    .enum(['auto', 'legacy', 'modern'])
    .default('auto')
    .describe('Protocol era to speak; auto asks the upstream once and remembers'),
  minLevel: z.enum(levels).default('trusted').describe('Lowest permission level that may use it'),
  startTimeoutMs: z
    .int()
    .min(100)
    .max(600_000)
    .default(30_000)
    .describe('Longest time until it must have answered'),
  callTimeoutMs: z.int().min(100).max(600_000).default(30_000).describe('Longest time one call may take'),
  maxConcurrentCalls: z
    .int()
    .min(1)
    .max(10_000)
    .default(64)
    .describe('Calls at once; more wait in a bounded queue'),
  maxMessageBytes: z
    .int()
    .min(1024)
    .max(268_435_456)
    .default(8_388_608)
    .describe('Largest single message it may send'),
  sharedCache: z
    .boolean()
    .default(false)
    .describe('True believes it when it says that a resource is the same for everybody'),
  extensions: z
    .array(z.string().min(1).max(200))
    .max(64)
    .default(['io.modelcontextprotocol/ui', 'io.modelcontextprotocol/skills'])
    .describe('Protocol extensions that pass between clients and it; "*" for every one'),
  roots: z
    .array(z.url())
    .max(64)
    .optional()
    .describe('Roots told to it when it asks; absent means none are declared'),
};

/** An upstream the hub starts as a child process and talks to over its standard streams. */
export const stdioUpstream = z.strictObject({ ...command, ...common });

/** An upstream reached over HTTP or a WebSocket; `run` starts and supervises the process that serves it. */
export const httpUpstream = z.strictObject({
  url: z
    .url({ protocol: /^(?:https?|wss?)$/ })
    .describe('Address of its MCP endpoint; ws:// and wss:// are WebSockets'),
  transport: z
    .enum(['auto', 'http', 'sse'])
    .default('auto')
    .describe(
      'http is Streamable HTTP, sse is HTTP+SSE of 2024-11-05; auto finds out and remembers. Without effect for WebSockets',
    ),
  headers: z.record(z.string(), z.string()).default({}).describe('Headers sent with every request'),
  run: z
    .strictObject(command)
    .optional()
    .describe('Process to start first; it is supervised like a stdio upstream'),
  ...common,
});

/** How to reach one upstream. With `command` it is stdio, with `url` HTTP or a WebSocket. */
export const upstreamDefinition = z.union([stdioUpstream, httpUpstream]);

/** An upstream definition as written, before defaults. */
export type UpstreamDefinitionInput = z.input<typeof upstreamDefinition>;

/** An upstream definition with its defaults. */
export type UpstreamDefinition = z.output<typeof upstreamDefinition>;
