import type { BudgetLimits, DayBudget, DayBudgets } from '@signalbox/sdk';
import { z } from 'zod';
import type { EngineTables } from '../store/engine-tables.ts';
import { dayOf } from './budget-day.ts';
import type { BudgetParts } from './budget-parts.ts';
import { OrgBudget } from './org-budget.ts';
import { OrgSpending } from './org-spending.ts';
import { readSpending } from './spending.ts';

/** So often a node that shares its store looks for what others have changed. */
const rereadMs = 3_000;

const storedLimits = z.object({
  calls: z.number().optional(),
  cost: z.number().optional(),
  tokens: z.number().optional(),
  seconds: z.number().optional(),
});

/** The budgets of all organizations that have one. All of them are held here, so that who has none costs nothing. */
export class Budgets implements DayBudgets {
  readonly #parts: BudgetParts;
  readonly #byOrg = new Map<string, OrgBudget>();
  /** What those use up that have, or had, a budget. */
  readonly #spendings = new Map<string, OrgSpending>();
  /** Grows with every change made here, so that what was read before does not take its place. */
  #changes = 0;
  #cancelReread = (): void => undefined;
  #isStopped = false;

  constructor(parts: BudgetParts) {
    this.#parts = parts;
  }

  /** The budget calls of an organization count against; undefined where they do not count. */
  of = (org: string): OrgBudget | undefined => this.#byOrg.get(org);

  /** Reads all budgets, and again every few seconds where others may change them. Errors: those of the store. */
  async start(): Promise<void> {
    await this.#load();
    if (this.#parts.database.dialect === 'postgres') this.#planReread();
  }

  /** Writes down what is still kept of what calls have used up. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#cancelReread();
    await Promise.all([...this.#spendings.values()].map((spending) => spending.stop()));
  }

  read = async (org: string): Promise<DayBudget> => {
    const { database, clock } = this.#parts;
    const { day, resetsAt } = dayOf(clock.now());
    const row = await this.#rows
      .selectFrom('engine_budgets')
      .select('limits')
      .where('org', '=', org)
      .executeTakeFirst();
    const spent = await readSpending(database, { org, day });
    return { limits: row ? readLimits(row.limits) : {}, spent, day, resetsAt };
  };

  set = async (org: string, limits: BudgetLimits, by: string): Promise<DayBudget> => {
    const row = { limits: JSON.stringify(limits), changed_at: this.#parts.clock.now(), changed_by: by };
    const isNone = Object.values(limits).every((limit) => limit === undefined);
    if (isNone) await this.#rows.deleteFrom('engine_budgets').where('org', '=', org).execute();
    else
      await this.#rows
        .insertInto('engine_budgets')
        .values({ org, ...row })
        .onConflict((conflict) => conflict.column('org').doUpdateSet(row))
        .execute();
    this.#changes += 1;
    this.#take(org, isNone ? undefined : limits);
    return this.read(org);
  };

  /** Told that an organization is gone: from when it resolves on, nothing is written of it. */
  async forget(org: string): Promise<void> {
    this.#changes += 1;
    this.#byOrg.delete(org);
    const spending = this.#spendings.get(org);
    this.#spendings.delete(org);
    await spending?.forget();
  }

  async #load(): Promise<void> {
    const changes = this.#changes;
    const rows = await this.#rows.selectFrom('engine_budgets').select(['org', 'limits']).execute();
    if (changes !== this.#changes) return;
    const there = new Set(rows.map(({ org }) => org));
    for (const org of this.#byOrg.keys()) if (!there.has(org)) this.#byOrg.delete(org);
    for (const { org, limits } of rows) this.#take(org, readLimits(limits));
  }

  /** One whose limits are the same stays, with what is known of its day. */
  #take(org: string, limits: BudgetLimits | undefined): void {
    const known = this.#byOrg.get(org);
    if (!limits) this.#byOrg.delete(org);
    else if (!known || textOf(known.limits) !== textOf(limits))
      this.#byOrg.set(org, new OrgBudget(this.#parts, this.#spendingOf(org), limits));
  }

  /** The same one for all limits there were: what it keeps is not lost when they change. */
  #spendingOf(org: string): OrgSpending {
    const known = this.#spendings.get(org);
    if (known) return known;
    const spending = new OrgSpending(this.#parts, org);
    this.#spendings.set(org, spending);
    return spending;
  }

  #planReread(): void {
    if (!this.#isStopped) this.#cancelReread = this.#parts.clock.after(rereadMs, () => void this.#reread());
  }

  /** Plans the next one when it has ended: what a slow store answers late must not take the place of what was read after. */
  async #reread(): Promise<void> {
    try {
      await this.#load();
    } catch (cause) {
      this.#parts.log.warn('budgets could not be read again', { cause });
    }
    this.#planReread();
  }

  get #rows() {
    return this.#parts.database.queries<EngineTables>();
  }
}

function readLimits(text: string): BudgetLimits {
  const { calls, cost, tokens, seconds } = storedLimits.parse(JSON.parse(text));
  return {
    ...(calls === undefined ? {} : { calls }),
    ...(cost === undefined ? {} : { cost }),
    ...(tokens === undefined ? {} : { tokens }),
    ...(seconds === undefined ? {} : { seconds }),
  };
}

function textOf({ calls, cost, tokens, seconds }: BudgetLimits): string {
  return JSON.stringify([calls, cost, tokens, seconds]);
}
