import type { Era } from '@signalbox/protocol';
import type {
  Clock,
  JsonObject,
  McpUpstreamDefinition,
  Redact,
  UpstreamDefinition,
  UpstreamLogLine,
  UpstreamSigner,
  UpstreamTransport,
} from '@signalbox/sdk';
import type { ConnectionEvents } from '../peer/connection.ts';
import type { ChildProcesses } from '../process/child-processes.ts';

/** What connecting an upstream needs. */
export interface ConnectContext {
  readonly name: string;
  readonly definition: UpstreamDefinition;
  readonly clock: Clock;
  readonly processes: ChildProcesses;
  /** Name and version the hub introduces itself with. */
  readonly clientInfo: JsonObject;
  /** Where relative working folders start. */
  readonly baseDir: string;
  /** Tools taken at most. */
  readonly maxTools: number;
  /** Signs every request with an account at the upstream; without it only the definition's headers are sent. */
  readonly signer?: UpstreamSigner | undefined;
  /** Takes out the secrets calls were given, from what is cut before the gate looks through it. */
  readonly redact?: Redact | undefined;
  readonly events: ConnectionEvents;
  readonly addLogLine: (from: UpstreamLogLine['from'], text: string) => void;
  /** Told of each step that was done, for the connection test. */
  readonly onStep?: (step: string, detail: string) => void;
}

/** What an upstream was found to speak before, and over what; undefined when it must be found out. */
export type Known = { readonly era: Era; readonly transport: UpstreamTransport | undefined } | undefined;

/** What connecting an MCP server needs; an HTTP API is reached in another way. */
export interface McpContext extends ConnectContext {
  readonly definition: McpUpstreamDefinition;
}
