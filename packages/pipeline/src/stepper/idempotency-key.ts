import type { StepFrame } from './frame.ts';
import type { Machine } from './machine.ts';
import { stepTemplate } from './step-template.ts';

/**
 * What all calls of a step have in common, and no others. What was undone is done anew in a later attempt, and what tidies up after a run
 * does so after each attempt that ends it: neither is to be taken for a repetition of the first time.
 */
export function idempotencyKey({ draft: { phase, run, undone = {} } }: Machine, { key }: StepFrame): string {
  if (phase !== 'main') return run.attempt === 1 ? key : `${key}@${run.attempt}`;
  const template = stepTemplate(key);
  const undoneIn = Object.hasOwn(undone, template) ? undone[template] : undefined;
  return undoneIn === undefined ? key : `${key}@${undoneIn + 1}`;
}
