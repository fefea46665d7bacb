import type { PlanBlock } from '../plan/plan.ts';
import { cancelFrames } from './cancel-frame.ts';
import { fillPath } from './fill-path.ts';
import type { BlockFrame, Ended } from './frame.ts';
import { isComplete } from './is-complete.ts';
import type { Machine } from './machine.ts';
import { openStep } from './open-frame.ts';
import { nothing } from './values.ts';

/** Goes on with a list of steps: looks at those that ended, then starts what can start, or ends. */
export function runBlock(machine: Machine, key: string): void {
  const found = machine.frame(key);
  if (found?.kind !== 'block') return;
  const block = machine.blockOf(found);
  let frame = found.ended.reduce<BlockFrame>((so, each) => absorb(machine, block, so, each), found);
  frame = machine.put({ ...frame, ended: [] });
  if (frame.ending) {
    if (frame.running.length > 0) cancelFrames(machine, frame.running);
    else machine.leave(frame, frame.ending);
    return;
  }
  if (block.after) startGraph(machine, block, frame);
  else startNext(machine, block, frame);
}

function absorb(
  machine: Machine,
  block: PlanBlock,
  frame: BlockFrame,
  { index, outcome }: Ended,
): BlockFrame {
  const settled = block.after ? [...frame.settled, index] : frame.settled;
  switch (outcome.status) {
    case 'done':
      return { ...frame, settled };
    case 'goto':
      passOver(machine, block, frame, outcome.index);
      return { ...frame, next: outcome.index };
    default:
      return { ...frame, settled, ending: frame.ending ?? outcome };
  }
}

/** Steps a `goto` left out are skipped. */
function passOver(machine: Machine, block: PlanBlock, frame: BlockFrame, until: number): void {
  for (const step of block.steps.slice(frame.next, until))
    machine.setRecord(fillPath(step.path, frame.indices), step, {
      status: 'skipped',
      attempts: 0,
      startedAtMs: machine.nowMs,
      durationMs: 0,
      output: nothing,
    });
}

function startNext(machine: Machine, block: PlanBlock, frame: BlockFrame): void {
  if (frame.running.length > 0) return;
  let next = frame.next;
  for (let step = block.steps[next]; step; step = block.steps[next]) {
    next += 1;
    if (isComplete(machine.record(fillPath(step.path, frame.indices)))) continue;
    openStep(machine, machine.put({ ...frame, next }), step);
    return;
  }
  machine.leave({ ...frame, next }, { status: 'done' });
}

function startGraph(machine: Machine, block: PlanBlock, frame: BlockFrame): void {
  const settled = new Set(frame.settled);
  const begun = new Set(frame.begun);
  for (const step of block.steps)
    if (!begun.has(step.index) && isComplete(machine.record(fillPath(step.path, frame.indices)))) {
      begun.add(step.index);
      settled.add(step.index);
    }
  const startable = block.steps.filter(
    ({ index }) => !begun.has(index) && (block.after?.[index] ?? []).every((each) => settled.has(each)),
  );
  const now = machine.put({
    ...frame,
    settled: [...settled],
    begun: [...begun, ...startable.map(({ index }) => index)],
  });
  for (const step of startable) openStep(machine, now, step);
  if (startable.length === 0 && frame.running.length === 0) machine.leave(now, { status: 'done' });
}
