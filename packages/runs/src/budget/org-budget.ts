import { type BudgetLimits, SignalboxError } from '@signalbox/sdk';
import { isPassing } from '../run/store-errors.ts';
import { dayOf, usedUp, usedUpMessage } from './budget-day.ts';
import type { BudgetParts } from './budget-parts.ts';
import { doneTogether } from './done-together.ts';
import type { OrgSpending } from './org-spending.ts';
import { type CallSpending, countCalls, noteUsedUp, readSpending, type SpendingKey } from './spending.ts';

/**
 * The budget of one organization, as long as its limits are these. The calls of a moment are counted together: their row can be written by
 * one at a time.
 */
export class OrgBudget {
  readonly #parts: BudgetParts;
  readonly #spending: OrgSpending;
  readonly limits: BudgetLimits;
  /** The day that is known to be used up, so that nothing is asked of the store any more until it is over. */
  #full: { readonly day: string; readonly message: string } | undefined;
  /** The day of which it is noted that it is used up. */
  #notedDay: string | undefined;

  constructor(parts: BudgetParts, spending: OrgSpending, limits: BudgetLimits) {
    this.#parts = parts;
    this.#spending = spending;
    this.limits = limits;
  }

  /** What a call would be refused with, where that is known already. */
  refusal(): SignalboxError | undefined {
    const full = this.#full;
    if (full?.day !== dayOf(this.#parts.clock.now()).day) return undefined;
    return new SignalboxError('budget_used_up', full.message);
  }

  /** Counts a call that is about to be made, and gives the day it is counted on. Errors: `budget_used_up`, those of the store. */
  count(): Promise<string> {
    return this.#countTogether(undefined);
  }

  /** The same for a call that undoes something. Errors: those of the store. */
  countUndo(): Promise<string> {
    return this.#spending.countUndo();
  }

  /** Adds what a call used up that was counted on that day. A store that does not take it costs no call. */
  add(day: string, spending: CallSpending): Promise<void> {
    return this.#spending.add(day, spending);
  }

  readonly #countTogether = doneTogether<undefined, string>(async (calls) => {
    const { day, resetsAt } = dayOf(this.#parts.clock.now());
    const key = { org: this.#spending.org, day };
    const counted = this.#full?.day === day ? 0 : await this.#countMost(key, calls.length);
    if (counted < calls.length) await this.#findFull(key, resetsAt);
    return (place) => {
      if (place < counted) return day;
      throw new SignalboxError('budget_used_up', this.#full?.message ?? usedUpMessage(undefined, resetsAt));
    };
  });

  /** Counts as many as there are left, and gives how many. */
  async #countMost(key: SpendingKey, wanted: number): Promise<number> {
    const { database } = this.#parts;
    for (let count = wanted; count > 0; ) {
      const wants = count;
      if (await this.#spending.write(() => countCalls(database, key, this.limits, wants))) return count;
      const spent = await this.#readSpent(key);
      if (!spent || usedUp(this.limits, spent) !== undefined) return 0;
      const { calls = Number.POSITIVE_INFINITY } = this.limits;
      count = Math.min(count - 1, calls - spent.calls);
    }
    return 0;
  }

  /** Keeps that the day is used up, and tells of it where nobody has. */
  async #findFull(key: SpendingKey, resetsAt: number): Promise<void> {
    const { org, day } = key;
    if (this.#full?.day !== day) {
      const spent = await this.#readSpent(key);
      const what = spent && usedUp(this.limits, spent);
      if (spent && what === undefined) return;
      this.#full = { day, message: usedUpMessage(what, resetsAt) };
    }
    if (this.#notedDay === day) return;
    const { database, clock, log, onUsedUp } = this.#parts;
    const { message } = this.#full;
    try {
      const isFirst = await this.#spending.write(() => noteUsedUp(database, key, clock.now()));
      this.#notedDay = day;
      if (isFirst) onUsedUp({ org, day, message });
    } catch (cause) {
      log.warn('it could not be noted that a budget is used up', { org, cause });
    }
  }

  /** What was used up; undefined where that cannot be read, which counts as everything. Errors: what may pass by itself. */
  async #readSpent(key: SpendingKey): Promise<Required<BudgetLimits> | undefined> {
    const { database, log } = this.#parts;
    try {
      return await readSpending(database, key);
    } catch (cause) {
      if (isPassing(cause)) throw cause;
      log.warn('what an organization has used up cannot be read', { ...key, cause });
      return undefined;
    }
  }
}
