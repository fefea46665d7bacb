import type { PlanBlock, PlanStep } from '../plan/plan.ts';
import { fillPath } from './fill-path.ts';
import type { Machine } from './machine.ts';
import type { Value } from './value.ts';
import { nothing } from './values.ts';

/** What a list of steps gave: the output of its last one. */
export function blockOutput(
  machine: Machine,
  block: PlanBlock,
  indices: readonly number[],
): { readonly output: Value; readonly isUnknown?: true } {
  const last = block.steps.at(-1);
  const record = last && machine.record(fillPath(last.path, indices));
  return { output: record?.output ?? nothing, ...(record?.isUnknown && { isUnknown: true }) };
}

/** Forgets the steps of an iteration that has ended; those of loops inside it are forgotten already. */
export function forgetBlock(machine: Machine, block: PlanBlock, indices: readonly number[]): void {
  for (const step of block.steps) {
    machine.deleteRecord(fillPath(step.path, indices));
    for (const inner of blocksInside(step)) forgetBlock(machine, inner, indices);
  }
}

/** Blocks whose steps stand in the same iteration as the step itself. */
function blocksInside({ otherwise, onError, action }: PlanStep): readonly PlanBlock[] {
  const blocks = otherwise ? [otherwise] : [];
  if (onError.kind === 'steps') blocks.push(onError.block);
  if (action.kind === 'steps') blocks.push(action.body);
  if (action.kind === 'parallel') blocks.push(...action.branches);
  if (action.kind === 'switch') {
    blocks.push(...action.cases.map(({ block }) => block));
    if (action.otherwise) blocks.push(action.otherwise);
  }
  return blocks;
}
