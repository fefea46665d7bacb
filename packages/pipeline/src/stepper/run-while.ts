import type { ActionOf } from '../plan/plan.ts';
import { blockOutput, forgetBlock } from './block-output.ts';
import { fail, succeed } from './end-step.ts';
import { test } from './evaluate.ts';
import type { StepFrame } from './frame.ts';
import type { Machine } from './machine.ts';
import { openBlock } from './open-frame.ts';
import { placeOf } from './place-of.ts';

/** Begins a loop at its condition; one of an earlier attempt of the run at the round that failed. */
export function beginWhile(machine: Machine, frame: StepFrame): void {
  const isAgain = frame.work?.kind === 'while' && frame.work.round > 0;
  const round = frame.work?.kind === 'while' ? frame.work.round : 0;
  const { action } = machine.stepOf(frame);
  const busy: StepFrame = { ...frame, phase: 'busy', work: { kind: 'while', round } };
  if (isAgain && action.kind === 'while') openRound(machine, machine.put(busy), action, round - 1);
  else {
    machine.put(busy);
    machine.wake(frame.key);
  }
}

/** Asks the condition before each round. `round` counts those that have begun. */
export function continueWhile(machine: Machine, frame: StepFrame, action: ActionOf<'while'>): void {
  if (frame.work?.kind !== 'while' || frame.running.length > 0) return;
  const { round } = frame.work;
  const last = [...frame.indices, round - 1];
  const place = placeOf(machine, frame);
  const isMeant = test(machine, action.condition, { ...place, indices: last, index: round }) === true;
  if (!isMeant) {
    const { output, isUnknown } = blockOutput(machine, action.body, last);
    forgetBlock(machine, action.body, last);
    return succeed(machine, { ...frame, ended: [] }, output, isUnknown);
  }
  if (round >= action.max)
    return fail(
      machine,
      { ...frame, ended: [] },
      {
        kind: 'budget',
        message: `the condition is still true after ${action.max} rounds; raise "while.max" or let it end`,
      },
    );
  forgetBlock(machine, action.body, last);
  const busy = machine.put({ ...frame, ended: [], work: { kind: 'while', round: round + 1 } });
  openRound(machine, busy, action, round);
}

function openRound(machine: Machine, frame: StepFrame, { body }: ActionOf<'while'>, round: number): void {
  openBlock(machine, frame, body, { index: round, indices: [...frame.indices, round] });
}
