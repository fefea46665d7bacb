import type { JsonValue } from '@signalbox/sdk';

/**
 * What a step gave, as the state keeps it: the JSON itself, a reference to a value the engine keeps elsewhere
 * (everything above {@link inlineLimitBytes}), or a list or object of such values (the output of `foreach`, `parallel`).
 */
export type Value =
  | { readonly json: JsonValue }
  | { readonly ref: string; readonly bytes: number }
  | { readonly items: readonly Value[] }
  | { readonly members: { readonly [name: string]: Value } };

/** From this size on an engine hands over a reference instead of the value: 64 KB of JSON. */
export const inlineLimitBytes = 64 * 1024;
