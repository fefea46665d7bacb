import type { PlanBlock, PlanStep } from '../plan/plan.ts';
import { fillPath } from './fill-path.ts';
import type { BlockFrame, StepFrame } from './frame.ts';
import type { Machine } from './machine.ts';

/** Begins a step of a block. */
export function openStep(machine: Machine, block: BlockFrame, step: PlanStep): void {
  const { usage, run } = machine.draft;
  machine.draft.usage = { ...usage, steps: usage.steps + 1 };
  machine.open({
    kind: 'step',
    key: fillPath(step.path, block.indices),
    parent: block.key,
    index: step.index,
    indices: block.indices,
    running: [],
    ended: [],
    step: step.path,
    phase: 'enter',
    attempt: firstAttempt(run.attempt),
    startedAtMs: machine.nowMs,
    bytes: 0,
  });
}

/** Begins a block inside a step, as its child with this index. */
export function openBlock(
  machine: Machine,
  step: StepFrame,
  block: PlanBlock,
  { index, indices }: { readonly index: number; readonly indices: readonly number[] },
): void {
  machine.open(newBlock(block, { parent: step.key, index, indices }));
}

/** Begins the outermost block of a phase. */
export function openRoot(machine: Machine, block: PlanBlock): void {
  machine.open(newBlock(block, { parent: '', index: 0, indices: [] }));
}

/** The number before the first call in this attempt of the run. */
export function firstAttempt(runAttempt: number): number {
  return (runAttempt - 1) * 100;
}

function newBlock(
  block: PlanBlock,
  place: { readonly parent: string; readonly index: number; readonly indices: readonly number[] },
): BlockFrame {
  return {
    kind: 'block',
    key: fillPath(block.key, place.indices),
    ...place,
    running: [],
    ended: [],
    block: block.key,
    next: 0,
    begun: [],
    settled: [],
  };
}
