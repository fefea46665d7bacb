import { cancelFrames } from './cancel-frame.ts';
import type { Machine } from './machine.ts';
import type { StepError } from './step-error.ts';
import type { StepperState } from './stepper-state.ts';

/**
 * Lets everything that runs in this phase end, since the run fails or is canceled. Whatever undoes and tidies up comes after. In a
 * run that is being aborted or tidied up after, only what is running now ends.
 */
export function abortRun(
  machine: Machine,
  error: StepError,
  result: NonNullable<StepperState['result']> = 'failed',
): void {
  const { draft } = machine;
  const root = rootKey(machine);
  // Between the last step and the next phase there is nothing that runs, and the run does not succeed nevertheless.
  if (root === undefined && draft.phase !== 'main') return;
  if (draft.result === undefined) {
    draft.result = result;
    draft.error = error;
  }
  if (root !== undefined) cancelFrames(machine, [root]);
}

/** Key of the outermost frame; undefined between two phases. */
function rootKey(machine: Machine): string | undefined {
  return Object.values(machine.draft.frames).find(({ parent }) => parent === '')?.key;
}
