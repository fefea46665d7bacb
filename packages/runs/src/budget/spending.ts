import type { BudgetLimits } from '@signalbox/sdk';
import type { Database } from '@signalbox/store';
import { type ExpressionBuilder, sql } from 'kysely';
import type { SpendingRow } from '../store/budget-tables.ts';
import type { EngineTables } from '../store/engine-tables.ts';

/** Of which organization, and on which day. */
export type SpendingKey = Pick<SpendingRow, 'org' | 'day'>;

/** What calls are found to have used up when they have ended. */
export interface CallSpending {
  readonly cost: number;
  readonly tokens: number;
  readonly milliseconds: number;
}

/** Sums stay within what both stores give back as numbers, whatever tools tell; no limit is larger. */
const most = 1e15;

const nothing = { calls: 0, cost: 0, tokens: 0, milliseconds: 0, used_up_at: null };

/**
 * Counts calls that are about to be made, unless that is more than the limits leave: one statement, so that there is no moment between looking and
 * counting. It is none of `together`: a group of writes would keep the row locked while it waits for others. False when nothing was counted.
 */
export async function countCalls(
  database: Database,
  key: SpendingKey,
  limits: BudgetLimits,
  count: number,
): Promise<boolean> {
  const { calls, cost, tokens, seconds } = limits;
  // Before the first call of a day there is no row the statement could look at.
  if (Object.values(limits).includes(0) || (calls !== undefined && count > calls)) return false;
  const { numInsertedOrUpdatedRows: changed } = await rows(database)
    .insertInto('engine_spending')
    .values({ ...key, ...nothing, calls: count })
    .onConflict((conflict) => {
      let query = conflict
        .columns(['org', 'day'])
        .doUpdateSet(({ eb }) => ({ calls: eb('engine_spending.calls', '+', count) }));
      if (calls !== undefined) query = query.where('engine_spending.calls', '<=', calls - count);
      if (cost !== undefined) query = query.where('engine_spending.cost', '<', cost);
      if (tokens !== undefined) query = query.where('engine_spending.tokens', '<', tokens);
      if (seconds !== undefined) query = query.where('engine_spending.milliseconds', '<', seconds * 1_000);
      return query;
    })
    .executeTakeFirstOrThrow();
  return changed === 1n;
}

/** Both together, as far as sums are kept. */
export function sumOf(one: CallSpending, other: CallSpending): CallSpending {
  return {
    cost: Math.min(most, one.cost + other.cost),
    tokens: Math.min(most, one.tokens + other.tokens),
    milliseconds: Math.min(most, one.milliseconds + other.milliseconds),
  };
}

/** Adds what calls have used up that have ended; one that was counted on another day, before a crash, may be the first of this one. */
export async function addSpending(
  database: Database,
  key: SpendingKey,
  { cost, tokens, milliseconds }: CallSpending,
): Promise<void> {
  await rows(database)
    .insertInto('engine_spending')
    .values({ ...key, ...nothing, cost, tokens, milliseconds })
    .onConflict((conflict) =>
      conflict.columns(['org', 'day']).doUpdateSet(({ eb }) => ({
        cost: atMost(eb, 'cost', cost),
        tokens: atMost(eb, 'tokens', tokens),
        milliseconds: atMost(eb, 'milliseconds', milliseconds),
      })),
    )
    .execute();
}

/** Notes that the day is used up; true for the one who does so first. */
export async function noteUsedUp(database: Database, key: SpendingKey, now: number): Promise<boolean> {
  const { numInsertedOrUpdatedRows: changed } = await rows(database)
    .insertInto('engine_spending')
    .values({ ...key, ...nothing, used_up_at: now })
    .onConflict((conflict) =>
      conflict
        .columns(['org', 'day'])
        .doUpdateSet({ used_up_at: now })
        .where('engine_spending.used_up_at', 'is', null),
    )
    .executeTakeFirstOrThrow();
  return changed === 1n;
}

/** What was used up on a day. */
export async function readSpending(
  database: Database,
  { org, day }: SpendingKey,
): Promise<Required<BudgetLimits>> {
  const row = await rows(database)
    .selectFrom('engine_spending')
    .select(['calls', 'cost', 'tokens', 'milliseconds'])
    .where('org', '=', org)
    .where('day', '=', day)
    .executeTakeFirst();
  const { calls, cost, tokens, milliseconds } = row ?? nothing;
  return { calls, cost, tokens, seconds: Math.floor(milliseconds / 1_000) };
}

function atMost(
  eb: ExpressionBuilder<EngineTables, 'engine_spending'>,
  column: keyof CallSpending,
  added: number,
) {
  const sum = `engine_spending.${column}` as const;
  return eb
    .case()
    .when(sum, '>', most - added)
    .then(sql<number>`${sql.lit(most)}`)
    .else(eb(sum, '+', added))
    .end();
}

function rows(database: Database) {
  return database.queries<EngineTables>();
}
