import type { Clock } from '@signalbox/sdk';
import { isStoreError } from '../run/store-errors.ts';
import type { CallingHow } from '../run/tool-caller.ts';
import { type CallOutcome, outcomeOfError } from '../run/tool-outcome.ts';
import { dayOf } from './budget-day.ts';
import type { OrgBudget } from './org-budget.ts';

/** A store that gives no answer is asked so often, and so long after. */
const mostTries = 10;
const againMs = 1_000;

/** What counts a call. */
export interface Counting {
  readonly budget: OrgBudget;
  readonly clock: Clock;
  /** It undoes what was done, and is made however much is used up. */
  readonly isUndo: boolean;
}

/**
 * Makes a call so that it counts against a budget: right before its target hears of it, when it was let in and approved; what it took
 * is added when it has ended. An upstream's own task that is gone on with was counted when it was made.
 */
export async function countedCall(
  { budget, clock, isUndo }: Counting,
  how: CallingHow,
  make: (how: CallingHow) => Promise<CallOutcome>,
): Promise<CallOutcome> {
  const { approval, resume, onCounted } = how;
  let begun = resume ? { day: dayOf(clock.now()).day, at: clock.now() } : undefined;
  const count = async (): Promise<void> => {
    if (begun) return;
    const day = await untilAnswered(clock, () => (isUndo ? budget.countUndo() : budget.count()));
    begun = { day, at: clock.now() };
    await onCounted?.();
  };
  try {
    if (!approval) await count();
  } catch (error) {
    return outcomeOfError(error);
  }
  const begins = async (): Promise<void> => {
    await count();
    await approval?.begins();
  };
  const outcome = await make(approval ? { ...how, approval: { ...approval, begins } } : how);
  if (begun) {
    const { cost = 0, tokens = 0 } = outcome.usage ?? {};
    await budget.add(begun.day, { cost, tokens, milliseconds: Math.max(0, clock.now() - begun.at) });
  }
  return outcome;
}

/** Asks again, so that a call is not lost because the store was away for a moment; it may be counted twice then, but never not at all. */
async function untilAnswered<Result>(clock: Clock, ask: () => Promise<Result>): Promise<Result> {
  for (let tries = 1; ; tries++)
    try {
      return await ask();
    } catch (error) {
      if (!isStoreError(error) || tries === mostTries) throw error;
      await new Promise<void>((resolve) => void clock.after(againMs, resolve));
    }
}
