import { type BudgetLimits, type Clock, type Log, SignalboxError } from '@signalbox/sdk';
import type { Database } from '@signalbox/store';
import { dayOf, usedUp, usedUpMessage } from './budget-day.ts';
import { doneTogether } from './done-together.ts';
import {
  addSpending,
  type CallSpending,
  countCalls,
  noteUsedUp,
  readSpending,
  type SpendingKey,
} from './spending.ts';

/** What budgets work with. */
export interface BudgetParts {
  readonly database: Database;
  readonly clock: Clock;
  readonly log: Log;
  /** Told once a day that an organization has used up what it may. */
  readonly onUsedUp: (told: { readonly org: string; readonly day: string; readonly message: string }) => void;
}

/**
 * The budget of one organization, as long as its limits are these. The calls of a moment are counted together: their row can be written by
 * one at a time.
 */
export class OrgBudget {
  readonly #parts: BudgetParts;
  readonly #org: string;
  readonly limits: BudgetLimits;
  /** The day that is known to be used up, so that nothing is asked of the store any more until it is over. */
  #full: { readonly day: string; readonly message: string } | undefined;

  constructor(parts: BudgetParts, org: string, limits: BudgetLimits) {
    this.#parts = parts;
    this.#org = org;
    this.limits = limits;
  }

  /** Counts a call that is about to be made, and gives the day it is counted on. Errors: `budget_used_up`, those of the store. */
  count(): Promise<string> {
    return this.#countTogether(undefined);
  }

  /** The same for a call that undoes something, which is never refused: what is half undone costs more. Errors: those of the store. */
  async countUndo(): Promise<string> {
    const { database, clock } = this.#parts;
    const { day } = dayOf(clock.now());
    await countCalls(database, { org: this.#org, day }, {}, 1);
    return day;
  }

  /** Adds what a call used up that was counted on that day. A store that does not take it costs no call. */
  async add(day: string, spending: CallSpending): Promise<void> {
    const { log } = this.#parts;
    await this.#addTogether({ day, spending }).catch((cause: unknown) =>
      log.warn('what a call has used up could not be added to the budget', { org: this.#org, cause }),
    );
  }

  readonly #countTogether = doneTogether<undefined, string>(async (calls) => {
    const { clock } = this.#parts;
    const { day, resetsAt } = dayOf(clock.now());
    const counted =
      this.#full?.day === day ? 0 : await this.#countMost({ org: this.#org, day }, calls.length);
    if (counted < calls.length) await this.#findFull(day, resetsAt);
    return (place) => {
      if (place < counted) return day;
      throw new SignalboxError('budget_used_up', this.#full?.message ?? usedUpMessage(undefined, resetsAt));
    };
  });

  readonly #addTogether = doneTogether<{ day: string; spending: CallSpending }, void>(async (all) => {
    for (const day of new Set(all.map((each) => each.day))) {
      const sum = { cost: 0, tokens: 0, milliseconds: 0 };
      for (const { spending } of all.filter((each) => each.day === day)) {
        sum.cost += spending.cost;
        sum.tokens += spending.tokens;
        sum.milliseconds += spending.milliseconds;
      }
      await addSpending(this.#parts.database, { org: this.#org, day }, sum);
    }
    return () => undefined;
  });

  /** Counts as many as there are left, and gives how many. */
  async #countMost(key: SpendingKey, wanted: number): Promise<number> {
    const { database } = this.#parts;
    for (let count = wanted; count > 0; ) {
      if (await countCalls(database, key, this.limits, count)) return count;
      const spent = await readSpending(database, key);
      if (usedUp(this.limits, spent) !== undefined) return 0;
      const { calls = Number.POSITIVE_INFINITY } = this.limits;
      count = Math.min(count - 1, calls - spent.calls);
    }
    return 0;
  }

  /** Keeps that the day is used up, and tells of it where nobody has. */
  async #findFull(day: string, resetsAt: number): Promise<void> {
    if (this.#full?.day === day) return;
    const { database, clock, log, onUsedUp } = this.#parts;
    const org = this.#org;
    const spent = await readSpending(database, { org, day });
    const what = usedUp(this.limits, spent);
    if (what === undefined) return;
    const message = usedUpMessage(what, resetsAt);
    this.#full = { day, message };
    try {
      if (await noteUsedUp(database, { org, day }, clock.now())) onUsedUp({ org, day, message });
    } catch (cause) {
      log.warn('it could not be noted that a budget is used up', { org, cause });
    }
  }
}
