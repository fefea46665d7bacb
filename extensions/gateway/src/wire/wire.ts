import type { ParamHeader, RpcId, RpcRequest } from '@signalbox/protocol';
import type { JsonObject, SignalboxError, UpstreamTransport } from '@signalbox/sdk';

/** The way back to whoever made a request, as far as the upstream may reach. */
export interface CallerLine {
  /** Tells callers apart: a question for one must never reach another. */
  readonly owner: string;
  /** The upstream's task the call goes on as, once it has made one. */
  taskId?: string | undefined;
  readonly progress?: ((progress: JsonObject) => void) | undefined;
  /** Under which the upstream reports progress of the call, also after it has become a task. */
  progressToken?: RpcId | undefined;
  readonly log?: ((message: JsonObject) => void) | undefined;
  /** Whether the caller has declared that it answers this question. */
  readonly canAnswer: (method: string, params: JsonObject) => boolean;
  /** Puts a question of the upstream to the caller; absent when the caller cannot be asked anything. */
  readonly ask?:
    | ((method: string, params: JsonObject, signal: AbortSignal) => Promise<JsonObject>)
    | undefined;
  /** Tells the caller that a page it was sent to is done with. */
  readonly elicitationDone?: ((elicitationId: string) => void) | undefined;
  /** Notes that the upstream wanted to know something the caller cannot be asked. */
  readonly refuse: (method: string, params: JsonObject) => void;
}

/** One request on its way to an upstream. */
export interface WireRequest {
  readonly id: RpcId;
  readonly method: string;
  /** Complete: envelope and progress token included. */
  readonly params: JsonObject;
  readonly signal: AbortSignal;
  /** Present on calls, absent on the hub's own requests. */
  readonly caller?: CallerLine | undefined;
  /** Parameters mirrored into headers; modern HTTP only. */
  readonly paramHeaders?: readonly ParamHeader[] | undefined;
  /** True when a complete answer may come back as its bytes. */
  readonly wantsBytes?: boolean;
  /** True for a request that stays open and is never timed out by the wire, e.g. a subscription. */
  readonly isLongLived?: boolean;
}

/** What a request gave: the raw result, or the whole answer as bytes. */
export type WireAnswer =
  | { readonly kind: 'result'; readonly result: JsonObject }
  | { readonly kind: 'bytes'; readonly bytes: Uint8Array; readonly isError: boolean };

/** What comes from an upstream unasked. */
export interface WireListener {
  /** A notification that belongs to no single call. */
  readonly onNotification: (method: string, params: JsonObject) => void;
  /**
   * Answers a request of the upstream; the callers are those it may be about, `undefined` among them for the hub itself.
   * Absent for modern upstreams, which may not ask this way.
   */
  readonly answer?: (
    request: RpcRequest,
    callers: readonly CallerLine[],
    signal: AbortSignal,
  ) => Promise<JsonObject>;
}

/** A connection that carries JSON-RPC, of whatever transport and era. */
export interface Wire {
  readonly transport: UpstreamTransport;
  /** A fresh request id; also used as progress token. */
  readonly nextId: () => number;
  /** Sends a request. Errors: `upstream_*`, `session_not_found`, and the signal's reason. */
  readonly request: (request: WireRequest) => Promise<WireAnswer>;
  readonly notify: (method: string, params: JsonObject) => void;
  readonly setListener: (listener: WireListener) => void;
  /** Ends it; requests that run may go on for `drainMs` where the transport allows that. Safe to call again with less. */
  readonly close: (drainMs: number) => Promise<void>;
}

/** What a wire tells about itself. */
export interface WireEvents {
  /** The connection is of no use any more; said once. */
  readonly onLost: (error: SignalboxError) => void;
  /** Something for the upstream's log. */
  readonly note: (text: string) => void;
}
