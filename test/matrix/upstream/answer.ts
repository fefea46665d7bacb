import type { JsonObject } from '@signalbox/sdk';

/** What a request is answered with. */
export type Answer = { readonly result: JsonObject } | { readonly error: JsonObject };

/** The way back to the hub while one request is answered. */
export interface Asking {
  readonly params: JsonObject;
  readonly notify: (method: string, params: JsonObject) => void;
  /** Asks for a name in the words of the version: gives what was said, or the finished answer of this round. */
  readonly askName: () => Promise<{ readonly said: JsonObject } | { readonly answer: Answer }>;
  /** Tells of a changed list, on whatever way there is for it. */
  readonly announce: (method: string) => void;
}

/** A refusal. */
export function refusal(code: number, message: string, data?: JsonObject): Answer {
  return { error: { code, message, ...(data ? { data } : {}) } };
}
