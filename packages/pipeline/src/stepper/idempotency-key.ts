import type { StepFrame } from './frame.ts';
import type { Machine } from './machine.ts';

/**
 * What all calls of a step have in common, and no others. What tidies up after a run does so after each attempt that ends it, so that
 * a second time is not taken for a repetition of the first.
 */
export function idempotencyKey({ draft: { phase, run } }: Machine, { key }: StepFrame): string {
  return phase === 'main' || run.attempt === 1 ? key : `${key}@${run.attempt}`;
}
