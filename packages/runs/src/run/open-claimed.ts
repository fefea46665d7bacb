import type { StepperState } from '@signalbox/pipeline';
import { isJsonObject, type JsonObject } from '@signalbox/sdk';
import type { Database } from '@signalbox/store';
import type { Plans } from '../plans.ts';
import type { EngineTables, RunRow } from '../store/engine-tables.ts';
import { readRunAs } from '../store/run-as.ts';
import type { ClaimedRun } from './claimed-run.ts';

/** Reads what a claimed run is made of. Errors: `store_corrupt`-like for rows somebody has altered, `invalid_params` for a plan. */
export async function openClaimed(database: Database, plans: Plans, row: RunRow): Promise<ClaimedRun> {
  const { plan, definition } = plans.ofHash(row.plan_hash) ?? plans.of(await readDefinition(database, row));
  // Only order-writes.ts and run-driver.ts write these columns.
  return {
    row,
    definition,
    plan,
    params: JSON.parse(row.params) as JsonObject,
    runAs: readRunAs(row),
    state: row.state === null ? undefined : (JSON.parse(row.state) as StepperState),
  };
}

/** The definition of a run's pipeline. */
export async function readDefinition(
  database: Database,
  { org, plan_hash }: Pick<RunRow, 'org' | 'plan_hash'>,
): Promise<JsonObject> {
  const row = await database
    .queries<EngineTables>()
    .selectFrom('engine_plans')
    .select('definition')
    .where('org', '=', org)
    .where('hash', '=', plan_hash)
    .executeTakeFirst();
  const value: unknown = JSON.parse(row?.definition ?? 'null');
  return isJsonObject(value) ? value : {};
}
