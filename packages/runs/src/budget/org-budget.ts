import { type BudgetLimits, type Clock, type Log, SignalboxError } from '@signalbox/sdk';
import type { Database } from '@signalbox/store';
import { dayOf, usedUp, usedUpMessage } from './budget-day.ts';
import { addSpending, type CallSpending, countCall, noteUsedUp, readSpending } from './spending.ts';

/** What budgets work with. */
export interface BudgetParts {
  readonly database: Database;
  readonly clock: Clock;
  readonly log: Log;
  /** Told once a day that an organization has used up what it may. */
  readonly onUsedUp: (told: { readonly org: string; readonly day: string; readonly message: string }) => void;
}

/** The budget of one organization, as long as its limits are these. */
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

  /**
   * Counts a call that is about to be made, and gives the day it is counted on. What undoes is counted and never refused: a run that
   * is half undone costs more. Errors: `budget_used_up`, those of the store.
   */
  async count(isUndo: boolean): Promise<string> {
    const { database, clock } = this.#parts;
    const { day, resetsAt } = dayOf(clock.now());
    const key = { org: this.#org, day };
    if (!isUndo && this.#full?.day === day) throw refusal(this.#full.message);
    if (await countCall(database, key, isUndo ? {} : this.limits)) return day;
    const spent = await readSpending(database, key);
    const message = usedUpMessage(usedUp(this.limits, spent), resetsAt);
    this.#full = { day, message };
    await this.#tell(day, message);
    throw refusal(message);
  }

  /** Adds what a call used up that was counted on that day. A store that does not take it costs no call. */
  async add(day: string, spending: CallSpending): Promise<void> {
    const { database, log } = this.#parts;
    await addSpending(database, { org: this.#org, day }, spending).catch((cause: unknown) =>
      log.warn('what a call has used up could not be added to the budget', { org: this.#org, cause }),
    );
  }

  async #tell(day: string, message: string): Promise<void> {
    const { database, clock, log, onUsedUp } = this.#parts;
    const org = this.#org;
    try {
      if (await noteUsedUp(database, { org, day }, clock.now())) onUsedUp({ org, day, message });
    } catch (cause) {
      log.warn('it could not be noted that a budget is used up', { org, cause });
    }
  }
}

function refusal(message: string): SignalboxError {
  return new SignalboxError('budget_used_up', message);
}
