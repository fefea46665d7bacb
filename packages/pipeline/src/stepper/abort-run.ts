import { cancelFrames } from './cancel-frame.ts';
import type { Machine } from './machine.ts';
import type { StepError } from './step-error.ts';

/**
 * Lets everything that runs in this phase end, since the run fails or is canceled. Whatever undoes and tidies up comes after. In a
 * run that is being aborted or tidied up after, only what is running now ends.
 */
export function abortRun(machine: Machine, error: StepError, result: 'failed' | 'canceled' = 'failed'): void {
  const root = rootKey(machine);
  if (root === undefined) return;
  if (machine.draft.result === undefined) {
    machine.draft.result = result;
    machine.draft.error = error;
  }
  cancelFrames(machine, [root]);
}

/** Key of the outermost frame; undefined between two phases. */
function rootKey(machine: Machine): string | undefined {
  return Object.values(machine.draft.frames).find(({ parent }) => parent === '')?.key;
}
