import type { ActionOf } from '../plan/plan.ts';
import { succeed, succeedUnknown } from './end-step.ts';
import { test, unknown } from './evaluate.ts';
import type { StepFrame } from './frame.ts';
import type { Machine } from './machine.ts';
import { placeOf } from './place-of.ts';
import { beginBlock } from './run-steps.ts';
import { nothing } from './values.ts';

/** Does the steps of the first case that is true, or nothing. */
export function beginSwitch(machine: Machine, frame: StepFrame, action: ActionOf<'switch'>): void {
  const kept = frame.work?.kind === 'block' ? machine.plan.blocks.get(frame.work.block) : undefined;
  if (kept) return beginBlock(machine, frame, kept);
  for (const { when, block } of action.cases) {
    const isMeant = test(machine, when, placeOf(machine, frame));
    if (isMeant === unknown) return succeedUnknown(machine, frame);
    if (isMeant) return beginBlock(machine, frame, block);
  }
  if (action.otherwise) beginBlock(machine, frame, action.otherwise);
  else succeed(machine, frame, nothing);
}
