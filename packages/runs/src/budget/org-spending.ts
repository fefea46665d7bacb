import { SignalboxError } from '@signalbox/sdk';
import { dayOf } from './budget-day.ts';
import type { BudgetParts } from './budget-parts.ts';
import { doneTogether } from './done-together.ts';
import { addSpending, type CallSpending, countCalls, sumOf } from './spending.ts';

/** So long after the store did not take what was used up it is asked again. */
const againMs = 1_000;

/** What was used up, and on which day. */
interface Spent {
  readonly day: string;
  readonly spending: CallSpending;
}

/** What one organization uses up, whatever its limits are: what is written together, kept until the store takes it, and not written when it is gone. */
export class OrgSpending {
  readonly #parts: BudgetParts;
  readonly org: string;
  /** What the store has not taken yet, by day. */
  readonly #kept = new Map<string, CallSpending>();
  readonly #writing = new Set<Promise<unknown>>();
  #cancelAgain: (() => void) | undefined;
  #isStopped = false;
  #isGone = false;

  constructor(parts: BudgetParts, org: string) {
    this.#parts = parts;
    this.org = org;
  }

  /** Counts a call that undoes something, which is never refused: what is half undone costs more. Errors: those of the store. */
  countUndo(): Promise<string> {
    return this.#countUndos(undefined);
  }

  /** Adds what a call used up that was counted on that day; what the store does not take is kept, and added later. Never rejects. */
  add(day: string, spending: CallSpending): Promise<void> {
    return this.#addTogether({ day, spending });
  }

  /** Makes a write of the organization's rows. Errors: `forbidden` when it is gone, those of the store. */
  async write<Result>(make: () => Promise<Result>): Promise<Result> {
    if (this.#isGone) throw new SignalboxError('forbidden', 'the organization is not there any more');
    const writing = make();
    this.#writing.add(writing);
    try {
      return await writing;
    } finally {
      this.#writing.delete(writing);
    }
  }

  /** Tries once more to add what is kept, and gives it up. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#cancelAgain?.();
    await this.#addTogether(undefined);
  }

  /** Told that the organization is gone: from when it resolves on, none of its rows are written. */
  async forget(): Promise<void> {
    this.#isGone = true;
    this.#cancelAgain?.();
    this.#kept.clear();
    await Promise.allSettled(this.#writing);
  }

  readonly #countUndos = doneTogether<undefined, string>(async (undos) => {
    const { database, clock } = this.#parts;
    const { day } = dayOf(clock.now());
    await this.write(() => countCalls(database, { org: this.org, day }, {}, undos.length));
    return () => day;
  });

  readonly #addTogether = doneTogether<Spent | undefined, void>(async (all) => {
    for (const spent of all) if (spent) this.#keep(spent);
    await this.#writeKept();
    return () => undefined;
  });

  #keep({ day, spending }: Spent): void {
    const known = this.#kept.get(day);
    this.#kept.set(day, known ? sumOf(known, spending) : spending);
  }

  async #writeKept(): Promise<void> {
    const { database } = this.#parts;
    for (const [day, spending] of this.#kept)
      try {
        if (!this.#isGone) await this.write(() => addSpending(database, { org: this.org, day }, spending));
        this.#kept.delete(day);
      } catch (cause) {
        this.#onRefused(day, cause);
      }
  }

  #onRefused(day: string, cause: unknown): void {
    const { clock, log } = this.#parts;
    const { org } = this;
    if (this.#isStopped) {
      this.#kept.delete(day);
      return log.warn('what calls have used up is lost to the budget, for the hub stops', {
        org,
        day,
        cause,
      });
    }
    if (this.#cancelAgain || this.#isGone) return;
    log.warn('what calls have used up could not be added to the budget yet', { org, day, cause });
    this.#cancelAgain = clock.after(againMs, () => {
      this.#cancelAgain = undefined;
      void this.#addTogether(undefined);
    });
  }
}
