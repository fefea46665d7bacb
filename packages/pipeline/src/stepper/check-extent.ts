import { limits } from '../definition/limits.ts';
import { abortRun } from './abort-run.ts';
import type { Machine } from './machine.ts';
import { outermostFrame } from './outermost-frame.ts';
import type { StepError } from './step-error.ts';
import { type Extent, type StepperState, stateLimitBytes } from './stepper-state.ts';

const usual: Extent = { bytes: stateLimitBytes, steps: limits.stepsBegun };
/** What each of `on_failure` and `finally` may take beyond that, whatever the run has used up before. */
const more: Extent = { bytes: stateLimitBytes / 4, steps: 10_000 };

/** How far a run may grow in a phase that begins now: there is always something left to tidy up with. */
export function roomToTidyUp({ bytes, usage }: Pick<StepperState, 'bytes' | 'usage'>): Extent {
  return {
    bytes: Math.max(usual.bytes, bytes + more.bytes),
    steps: Math.max(usual.steps, usage.steps + more.steps),
  };
}

/**
 * Ends what grows too large: a run that does its steps is aborted, once; of one that tidies up the phase fails, and the next begins. Undoing
 * neither begins steps nor keeps anything.
 */
export function checkExtent(machine: Machine): void {
  const { draft } = machine;
  if (draft.phase === 'main') {
    const error = draft.result === undefined ? excess(draft, usual) : undefined;
    if (error) abortRun(machine, error);
  } else if (draft.phase === 'on_failure' || draft.phase === 'finally') {
    // Runs that had come so far before this was kept begin to count here.
    draft.room ??= roomToTidyUp(draft);
    const error = excess(draft, draft.room);
    if (error) failPhase(machine, error);
  }
}

function excess(
  { bytes, usage }: Pick<StepperState, 'bytes' | 'usage'>,
  most: Extent,
): StepError | undefined {
  if (bytes > most.bytes)
    return {
      kind: 'budget',
      message: `the run keeps more than ${most.bytes} bytes of values; let steps give less, or go over less at a time`,
    };
  return usage.steps > most.steps
    ? { kind: 'budget', message: `the run has begun more than ${most.steps} steps` }
    : undefined;
}

function failPhase(machine: Machine, error: StepError): void {
  const root = outermostFrame(machine);
  if (!root || root.ending) return;
  machine.put({ ...root, ending: { status: 'failed', error } });
  machine.wake(root.key);
}
