import type { Era } from '@signalbox/protocol';
import type {
  CallResult,
  Invocation,
  JsonObject,
  ListKind,
  SignalboxError,
  TaskToResume,
  UpstreamTransport,
} from '@signalbox/sdk';

/** What an upstream said of itself when it was connected. */
export interface PeerFacts {
  readonly era: Era;
  readonly version: string;
  /** What it was reached over. */
  readonly transport: UpstreamTransport;
  readonly capabilities: JsonObject;
  /** True for an HTTP API: its era means nothing then, its version is that of OpenAPI. */
  readonly isApi?: boolean;
  /** Self-reported: shown to people, never used for a decision. */
  readonly serverName?: string;
  readonly serverVersion?: string;
}

/** A connected upstream, whatever its era and transport. */
export interface Connection {
  readonly facts: PeerFacts;
  readonly pid?: number | undefined;
  /** Carries out a call; told when the upstream has made a task of it, before that is followed. */
  readonly call: (invocation: Invocation, onTask?: (task: TaskToResume) => void) => Promise<CallResult>;
  /** Makes a request of the hub's own, e.g. for a page of a list. */
  readonly request: (method: string, params: JsonObject, signal: AbortSignal) => Promise<JsonObject>;
  /** Takes note of the tools listed, for what their calls need besides their arguments. */
  readonly setTools: (definitions: readonly JsonObject[]) => void;
  /** Whether a tool can be called over this connection; says why not. */
  readonly refuseTool: (definition: JsonObject) => string | undefined;
  /** Starts to hear of changes; the URIs are those watched before the connection was made. Never rejects. */
  readonly listen: (uris: readonly string[]) => Promise<void>;
  /** Watches or stops watching a resource. */
  readonly setWatched: (uri: string, isWatched: boolean, signal: AbortSignal) => Promise<void>;
  /** Ends it; requests that run may go on for `drainMs` where the transport allows that. Safe to call again with less. */
  readonly close: (drainMs: number) => Promise<void>;
}

/** What a connection tells while it lives. */
export interface ConnectionEvents {
  readonly onListChanged: (kinds: readonly ListKind[]) => void;
  readonly onResourceUpdated: (uri: string) => void;
  /** The connection is of no use any more; said once. */
  readonly onLost: (error: SignalboxError) => void;
  /** Something for the upstream's log. */
  readonly note: (text: string) => void;
}
