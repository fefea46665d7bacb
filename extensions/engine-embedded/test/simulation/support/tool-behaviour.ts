import type { ErrorKind } from '@signalbox/pipeline';
import { numberOf } from './random.ts';

/** How one call of a tool goes. */
export type Behaviour =
  | { readonly kind: 'done'; readonly afterMs: number; readonly output: number }
  | { readonly kind: 'failed'; readonly afterMs: number; readonly error: ErrorKind }
  | { readonly kind: 'silent' };

const errors = ['tool_error', 'connection', 'rate_limited'] as const satisfies readonly ErrorKind[];

/** What the n-th call of a key comes to: the same whenever it is made, so that a run with faults can be held against one without. */
export function behaviourOf(seed: number, key: string, nth: number): Behaviour {
  const about = numberOf(seed, key);
  const afterMs = Math.floor(numberOf(seed, `${key} ${nth}`) % 100) ** 2;
  const share = about % 100;
  const failing = share < 70 ? 0 : share < 92 ? 1 + (Math.floor(about / 100) % 2) : Number.POSITIVE_INFINITY;
  if (nth > failing) return { kind: 'done', afterMs, output: Math.floor(about) };
  const how = Math.floor(about / 1_000) % 4;
  const error = errors[how];
  return error === undefined ? { kind: 'silent' } : { kind: 'failed', afterMs, error };
}
