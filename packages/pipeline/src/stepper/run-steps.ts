import type { ActionOf, PlanBlock } from '../plan/plan.ts';
import { blockOutput } from './block-output.ts';
import { succeed } from './end-step.ts';
import type { StepFrame } from './frame.ts';
import type { Machine } from './machine.ts';
import { openBlock } from './open-frame.ts';

/** Does steps as one. */
export function beginSteps(machine: Machine, frame: StepFrame, { body }: ActionOf<'steps'>): void {
  beginBlock(machine, frame, body);
}

/** Does the steps of a block inside. */
export function beginBlock(machine: Machine, frame: StepFrame, block: PlanBlock): void {
  const busy = machine.put({ ...frame, phase: 'busy', work: { kind: 'block', block: block.key } });
  openBlock(machine, busy, block, { index: 0, indices: frame.indices });
}

/** Takes what the block gave. */
export function continueBlock(machine: Machine, frame: StepFrame): void {
  const block = frame.work?.kind === 'block' ? machine.plan.blocks.get(frame.work.block) : undefined;
  if (!block || frame.ended.length === 0) return;
  const { output, isUnknown } = blockOutput(machine, block, frame.indices);
  succeed(machine, { ...frame, ended: [] }, output, isUnknown);
}
