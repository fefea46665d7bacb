import { z } from 'zod';
import type { Principal } from './principal.ts';
import { defineService } from './service-token.ts';
import { type UpstreamDefinition, upstreamName } from './upstream-definition.ts';

/** What an upstream is reached over. */
export const upstreamTransport = z.enum(['stdio', 'http', 'sse', 'websocket', 'openapi']);

/** What an upstream is reached over. */
export type UpstreamTransport = z.output<typeof upstreamTransport>;

/** How an upstream is now, for those who administer. */
export const upstreamInfo = z
  .object({
    name: upstreamName,
    title: z.string().optional(),
    origin: z
      .enum(['settings', 'store'])
      .describe('Where its definition lives; settings are changed in the file'),
    transport: upstreamTransport.optional().describe('Absent where its definition cannot be read'),
    state: z.enum(['connecting', 'available', 'unavailable', 'disabled']),
    reason: z.string().optional().describe('Why it is not available, and what to do'),
    login: z
      .enum(['connected', 'needed', 'needs_reconnect'])
      .optional()
      .describe('How whoever asks is known there; absent where that does not matter'),
    era: z.enum(['legacy', 'modern']).optional(),
    protocolVersion: z.string().optional(),
    serverName: z.string().optional().describe('What it calls itself; never used for a decision'),
    serverVersion: z.string().optional(),
    tools: z.int(),
    resources: z.int(),
    templates: z.int(),
    prompts: z.int(),
    pid: z.int().optional(),
    restarts: z.int(),
    connectedAt: z.int().optional().describe('UTC milliseconds'),
    nextAttemptAt: z.int().optional().describe('UTC milliseconds'),
    address: z.string().describe('The command or URL, without secrets'),
  })
  .meta({ id: 'Upstream' });

/** How an upstream is now. */
export type UpstreamInfo = z.output<typeof upstreamInfo>;

/** One step of a connection test. */
export const upstreamTestStep = z
  .object({
    step: z.string(),
    ok: z.boolean(),
    durationMs: z.number(),
    detail: z.string(),
  })
  .meta({ id: 'UpstreamTestStep' });

/** One step of a connection test. */
export type UpstreamTestStep = z.output<typeof upstreamTestStep>;

/** One captured line of an upstream's standard error, or of the hub about it. */
export const upstreamLogLine = z
  .object({ at: z.int().describe('UTC milliseconds'), from: z.enum(['stderr', 'hub']), text: z.string() })
  .meta({ id: 'UpstreamLogLine' });

/** One captured line. */
export type UpstreamLogLine = z.output<typeof upstreamLogLine>;

/** The upstreams of this hub. Errors: `not_found`, `conflict`, `invalid_params`. */
export interface UpstreamRegistry {
  readonly list: () => readonly UpstreamInfo[];
  readonly get: (name: string) => UpstreamInfo;
  readonly add: (name: string, definition: UpstreamDefinition) => Promise<UpstreamInfo>;
  readonly remove: (name: string) => Promise<void>;
  readonly restart: (name: string) => Promise<UpstreamInfo>;
  readonly logs: (name: string, limit: number) => readonly UpstreamLogLine[];
  /** How somebody is known at an upstream; undefined where that does not matter. */
  readonly loginOf: (name: string, principal: Principal) => Promise<UpstreamInfo['login']>;
  /** Connects beside the running connection and reports step by step, over the account of whoever asks. */
  readonly test: (name: string, principal: Principal) => Promise<readonly UpstreamTestStep[]>;
  /** Resolves when no upstream is on its first attempt any more, or the signal aborts. */
  readonly settled: (signal: AbortSignal) => Promise<void>;
}

/** The gateway offers its upstreams under this token. */
export const upstreamRegistry = defineService<UpstreamRegistry>('upstreams', { inProcess: true });
