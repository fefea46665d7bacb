import { cancelFrames } from './cancel-frame.ts';
import type { Machine } from './machine.ts';
import { outermostFrame } from './outermost-frame.ts';
import type { StepError } from './step-error.ts';
import type { StepperState } from './stepper-state.ts';

/**
 * Lets the steps of a run end, since it fails or is canceled. Whatever undoes and tidies up comes after, and is never ended by this. In a run
 * that is being aborted, only what is running now ends.
 */
export function abortRun(
  machine: Machine,
  error: StepError,
  result: NonNullable<StepperState['result']> = 'failed',
): void {
  const { draft } = machine;
  if (draft.phase !== 'main') return;
  // Between the last step and the next phase there is nothing that runs, and the run does not succeed nevertheless.
  if (draft.result === undefined) {
    draft.result = result;
    draft.error = error;
  }
  const root = outermostFrame(machine);
  if (root) cancelFrames(machine, [root.key]);
}
