import type { JsonObject } from '@signalbox/sdk';

/** What a peer can be told beyond the request itself, in whichever way its era says it. */
export interface NeutralClient {
  /** What the client declared it can do: with the request in the modern era, with `initialize` in the legacy one. */
  readonly capabilities: JsonObject;
  readonly info?: JsonObject;
  /** The least severe log message it wants; absent when it wants none (modern) or has not said (legacy). */
  readonly logLevel?: string;
}

/** A request without the marks of its era. A progress token stays where both eras have it: in `params._meta`. */
export interface NeutralRequest {
  readonly method: string;
  /** The parameters of the specification, without the envelope. Unknown members stay. */
  readonly params: JsonObject;
  /** Undefined where the wire does not say it with each request: the legacy session knows it. */
  readonly client?: NeutralClient;
}

/**
 * A result without the marks of its era: what it is, and its members. A round that asks for input and a task are
 * results of the modern era only; the legacy one has requests of the server and a method of their own for them.
 */
export interface NeutralResult {
  readonly kind: 'complete' | 'input_required' | 'task';
  readonly value: JsonObject;
}
