import type { Database } from '@signalbox/store';
import { dayOf } from '../budget/budget-day.ts';
import { type EngineTables, tablesOfRuns } from './engine-tables.ts';

const atOnce = 200;
const keptSpendingMs = 400 * 86_400_000;

/** Removes runs that ended before, with all that is kept of them. Resolves to how many. */
export async function removeEndedRuns(database: Database, before: number): Promise<number> {
  for (let removed = 0; ; ) {
    const rows = await database
      .queries<EngineTables>()
      .selectFrom('engine_runs')
      .select('id')
      .where('finished_at', '<', before)
      .limit(atOnce)
      .execute();
    await removeRuns(
      database,
      rows.map(({ id }) => id),
    );
    removed += rows.length;
    if (rows.length < atOnce) return removed;
  }
}

/** Removes results nobody may be given any more. */
export async function removeOldResults(database: Database, now: number): Promise<void> {
  await database.queries<EngineTables>().deleteFrom('engine_cache').where('expires_at', '<=', now).execute();
}

/** Removes what was used up on days long ago. */
export async function removeOldSpending(database: Database, now: number): Promise<void> {
  const { day } = dayOf(now - keptSpendingMs);
  await database.queries<EngineTables>().deleteFrom('engine_spending').where('day', '<', day).execute();
}

/** Removes everything of an organization. */
export async function removeOrganization(database: Database, org: string): Promise<void> {
  const queries = database.queries<EngineTables>();
  for (;;) {
    const rows = await queries
      .selectFrom('engine_runs')
      .select('id')
      .where('org', '=', org)
      .limit(atOnce)
      .execute();
    await removeRuns(
      database,
      rows.map(({ id }) => id),
    );
    if (rows.length < atOnce) break;
  }
  for (const table of [
    'engine_plans',
    'engine_cache',
    'engine_waits',
    'engine_questions',
    'engine_slots',
    'engine_budgets',
    'engine_spending',
  ] as const)
    await queries.deleteFrom(table).where('org', '=', org).execute();
}

async function removeRuns(database: Database, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return;
  const queries = database.queries<EngineTables>();
  for (const table of tablesOfRuns)
    await queries
      .deleteFrom(table)
      .where('run_id', 'in', [...ids])
      .execute();
  await queries
    .deleteFrom('engine_runs')
    .where('id', 'in', [...ids])
    .execute();
}
