import { SignalboxError } from '@signalbox/sdk';
import type { Plan, PlanBlock } from '../plan/plan.ts';
import { isComplete } from './is-complete.ts';
import { valueBytes } from './json-bytes.ts';
import type { RunFacts } from './stepper-event.ts';
import type { StepperState, StepRecord } from './stepper-state.ts';

/** The state of a run that failed, ready for its next attempt. Throws `conflict` for one that has not failed. */
export function resumedState(plan: Plan, state: StepperState, run: RunFacts): StepperState {
  if (state.phase !== 'ended' || state.status !== 'failed' || run.attempt <= state.run.attempt)
    throw new SignalboxError(
      'conflict',
      `the run is ${state.status} in its attempt ${state.run.attempt}; only one that failed goes on, in a later attempt`,
    );
  const forgotten = new Set([plan.onFailure, plan.finally].flatMap((block) => idsIn(block)));
  const records = Object.entries(state.steps);
  const steps = records.filter(([path, record]) => isComplete(record) && !forgotten.has(outermostOf(path)));
  const kept = new Set(steps.map(([path]) => path));
  const freed = records
    .filter(([path]) => !kept.has(path))
    .reduce((sum, [, record]) => sum + sizeOf(record), 0);
  const {
    error: _error,
    result: _result,
    stopping: _stopping,
    ended: _ended,
    output: _output,
    ...rest
  } = state;
  return {
    ...rest,
    run,
    status: 'running',
    phase: 'main',
    steps: Object.fromEntries(steps),
    bytes: state.bytes - freed,
  };
}

function idsIn(block: PlanBlock | undefined): readonly string[] {
  return block?.steps.map(({ id }) => id) ?? [];
}

/** Id of the outermost step a path leads through. */
function outermostOf(path: string): string {
  return /^[^.[]+/.exec(path)?.[0] ?? path;
}

function sizeOf(record: StepRecord): number {
  return valueBytes(record.output);
}
