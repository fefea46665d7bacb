import type { ActionOf } from '../plan/plan.ts';
import { blockOutput } from './block-output.ts';
import { succeed } from './end-step.ts';
import type { StepFrame } from './frame.ts';
import type { Machine } from './machine.ts';
import { openBlock } from './open-frame.ts';
import { listOf, objectOf } from './values.ts';

/** Begins branches; in a later attempt of the run those steps are passed over that are done. */
export function beginParallel(machine: Machine, frame: StepFrame): void {
  machine.put({ ...frame, phase: 'busy', work: { kind: 'parallel', next: 0 } });
  machine.wake(frame.key);
}

/** Begins as many branches as may run at the same time. */
export function continueParallel(machine: Machine, frame: StepFrame, action: ActionOf<'parallel'>): void {
  if (frame.work?.kind !== 'parallel') return;
  const { next } = frame.work;
  const branches = action.branches.slice(next, next + Math.max(0, action.max - frame.running.length));
  const so = machine.put({ ...frame, ended: [], work: { kind: 'parallel', next: next + branches.length } });
  for (const [place, branch] of branches.entries())
    openBlock(machine, so, branch, { index: next + place, indices: frame.indices });
  if (branches.length === 0 && frame.running.length === 0) finish(machine, so, action);
}

function finish(machine: Machine, frame: StepFrame, { branches, names }: ActionOf<'parallel'>): void {
  const outputs = branches.map((branch) => blockOutput(machine, branch, frame.indices));
  const values = outputs.map(({ output }) => output);
  const value = names
    ? objectOf(values.map((each, place) => [names[place] ?? String(place), each] as const))
    : listOf(values);
  succeed(
    machine,
    frame,
    value,
    outputs.some(({ isUnknown }) => isUnknown),
  );
}
