/** Where the hub is and how to be known there. */
export interface ClientOptions {
  /** The hub's address, e.g. `http://127.0.0.1:4717`. */
  readonly url: string;
  /** The bearer key; sent to `url` only, never along a redirect. */
  readonly key?: string;
  /** Longest wait for an answer that is no stream; 60 000 where absent. */
  readonly timeoutMs?: number;
  /** Replaces the global fetch, e.g. to go through a proxy. */
  readonly fetch?: typeof fetch;
  /** Name and version told to the hub, for its audit. */
  readonly agent?: string;
}
