import { recordEnd } from './end-step.ts';
import { test, unknown } from './evaluate.ts';
import type { Frame, StepFrame } from './frame.ts';
import type { Machine } from './machine.ts';
import { nothing } from './values.ts';

/** Asks the condition of a step; takes up what an earlier attempt of the run has done of it. */
export function enterStep(machine: Machine, frame: StepFrame): void {
  const step = machine.stepOf(frame);
  const { kept } = machine.draft;
  const before: Frame | undefined = Object.hasOwn(kept, frame.key) ? kept[frame.key] : undefined;
  if (before?.kind === 'step' && before.work) {
    const { [frame.key]: _taken, ...rest } = kept;
    machine.draft.kept = rest;
    begin(machine, { ...frame, work: before.work, bytes: before.bytes });
    return;
  }
  const isMeant = step.condition
    ? test(machine, step.condition, { loops: step.loops, indices: frame.indices })
    : true;
  if (isMeant === unknown || isMeant) begin(machine, frame);
  else if (step.otherwise) {
    machine.put({ ...frame, phase: 'else' });
    machine.wake(frame.key);
  } else {
    recordEnd(machine, frame, { status: 'skipped', output: nothing });
    machine.leave(frame, { status: 'done' });
  }
}

function begin(machine: Machine, frame: StepFrame): void {
  machine.put({ ...frame, phase: 'begin' });
  machine.wake(frame.key);
}
