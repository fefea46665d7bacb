import { type Clock, SignalboxError, sleep } from '@signalbox/sdk';
import { isPassing } from '../run/store-errors.ts';
import type { CallingHow } from '../run/tool-caller.ts';
import { type CallOutcome, outcomeOfError } from '../run/tool-outcome.ts';
import { dayOf } from './budget-day.ts';
import type { OrgBudget } from './org-budget.ts';

/** A store that gives no answer is asked so often, and so long after. */
const mostTries = 10;
const againMs = 1_000;

/** What counts a call. */
export interface Counting {
  /** The budget it counts against, as it is when asked: a call may wait for days, and budgets change meanwhile. */
  readonly budgetOf: () => OrgBudget | undefined;
  readonly clock: Clock;
  /** The call takes no longer. */
  readonly timeoutMs: number;
  /** It undoes what was done, and is made however much is used up. */
  readonly isUndo: boolean;
}

/** Where, and since when, a call takes its time. */
interface Counted {
  readonly budget: OrgBudget | undefined;
  readonly day: string;
  readonly at: number;
}

/**
 * Makes a call so that it counts against the budget there is then: right before its target hears of it, when it was let in and approved; what it
 * took is added when it has ended. An upstream's own task that is gone on with was counted when it was made.
 */
export async function countedCall(
  counting: Counting,
  how: CallingHow,
  make: (how: CallingHow) => Promise<CallOutcome>,
): Promise<CallOutcome> {
  const { budgetOf, clock, timeoutMs, isUndo } = counting;
  const { approval, resume, signal } = how;
  const elapsed = clock.elapsed ?? clock.now;
  const isCountedBefore = resume !== undefined;
  let counted: Counted | undefined;
  let hasEnded = false;
  // Its time may be up, or its run told to stop, while the store takes its own; then nobody waits for what comes of it.
  const isOver = (): boolean => hasEnded || signal.aborted;
  const count = async (): Promise<void> => {
    if (counted || isCountedBefore || !budgetOf()) return;
    await how.mayBegin?.();
    if (isOver()) throw givenUp();
    const found = await untilAnswered(counting, { signal, isOver });
    if (!found) return;
    if (isOver()) throw givenUp();
    counted = { ...found, at: elapsed() };
    await how.onCounted?.();
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
  const mayAsk = (): void => {
    const refusal = isUndo ? undefined : budgetOf()?.refusal();
    if (refusal) throw refusal;
  };
  const begun = isCountedBefore ? { day: dayOf(clock.now()).day, at: elapsed() } : undefined;
  const outcome = await make(approval ? { ...how, approval: { ...approval, mayAsk, begins } } : how);
  hasEnded = true;
  const spender = counted ?? (begun && { ...begun, budget: budgetOf() });
  if (spender?.budget) {
    const { cost = 0, tokens = 0 } = outcome.usage ?? {};
    const took = Math.round(Math.min(timeoutMs, Math.max(0, elapsed() - spender.at)));
    await spender.budget.add(spender.day, { cost, tokens, milliseconds: took });
  }
  return outcome;
}

function givenUp(): SignalboxError {
  return new SignalboxError('cancelled', 'the call was given up before it was made');
}

/**
 * Counts it, and asks again while the store may answer another time, so that a call is not lost because the store was away for a moment; it may be
 * counted twice then, but never not at all. Undefined where there is no budget any more.
 */
async function untilAnswered(
  { budgetOf, clock, isUndo }: Counting,
  { signal, isOver }: { readonly signal: AbortSignal; readonly isOver: () => boolean },
): Promise<Omit<Counted, 'at'> | undefined> {
  for (let tries = 1; ; tries++) {
    const budget = budgetOf();
    if (!budget) return undefined;
    try {
      return { budget, day: await (isUndo ? budget.countUndo() : budget.count()) };
    } catch (error) {
      if (!isPassing(error) || tries === mostTries || isOver()) throw error;
      await sleep(clock, againMs, signal);
      if (isOver()) throw error;
    }
  }
}
