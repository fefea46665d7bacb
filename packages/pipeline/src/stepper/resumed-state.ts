import { SignalboxError } from '@signalbox/sdk';
import type { Plan, PlanBlock } from '../plan/plan.ts';
import type { Frame } from './frame.ts';
import { isComplete } from './is-complete.ts';
import { valueBytes } from './json-bytes.ts';
import { stepsAround, stepTemplate } from './step-template.ts';
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
  const anew = beganAnew(state);
  const records = Object.entries(state.steps);
  const steps = records.filter(
    ([path, record]) =>
      isComplete(record) && !forgotten.has(outermostOf(path)) && !anew.has(stepTemplate(path)),
  );
  const stay = new Set(steps.map(([path]) => path));
  const freed = records
    .filter(([path]) => !stay.has(path))
    .reduce((sum, [, record]) => sum + sizeOf(record), 0);
  const [given, kept] = [Object.entries(state.kept), new Map<string, Frame>()];
  for (const [key, frame] of given) if (!anew.has(stepTemplate(key))) kept.set(key, frame);
  const freedOfFrames = given
    .filter(([key]) => !kept.has(key))
    .reduce((sum, [, frame]) => sum + (frame.kind === 'step' ? (frame.bytes ?? 0) : 0), 0);
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
    kept: Object.fromEntries(kept),
    bytes: state.bytes - freed - freedOfFrames,
  };
}

/**
 * Templates of the steps around what was undone at the end of the attempt that has failed: they are gone through anew, a loop from its first
 * item on. What they hold that is done and was not undone stays done, but for what belongs to iterations.
 */
function beganAnew({ undone = {}, run }: StepperState): ReadonlySet<string> {
  const latest = Object.entries(undone).filter(([, attempt]) => attempt === run.attempt);
  return new Set(latest.flatMap(([template]) => stepsAround(template)));
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
