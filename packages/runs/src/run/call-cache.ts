import type { CallTool } from '@signalbox/pipeline';
import type { JsonValue, StandIn } from '@signalbox/sdk';
import type { Database } from '@signalbox/store';
import type { EngineTables } from '../store/engine-tables.ts';

/** A result that was kept for calls like this one of the same person with the same rights, as long as it counts. */
export async function readCached(
  database: Database,
  runAs: StandIn,
  { tool, cache }: CallTool,
  now: number,
): Promise<JsonValue | undefined> {
  if (!cache) return undefined;
  const row = await database
    .queries<EngineTables>()
    .selectFrom('engine_cache')
    .select('output')
    .where('org', '=', runAs.org)
    .where('tool', '=', tool)
    .where('cache_key', '=', keyOf(runAs, cache.key))
    .where('expires_at', '>', now)
    .executeTakeFirst();
  return row === undefined ? undefined : (JSON.parse(row.output) as JsonValue);
}

/** Keeps a result for later calls, where the step wants that. */
export async function keepCached(
  database: Database,
  runAs: StandIn,
  { tool, cache }: CallTool,
  { output, now }: { readonly output: JsonValue; readonly now: number },
): Promise<void> {
  if (!cache) return;
  const row = { output: JSON.stringify(output), expires_at: now + cache.ttlMs };
  await database
    .queries<EngineTables>()
    .insertInto('engine_cache')
    .values({ org: runAs.org, tool, cache_key: keyOf(runAs, cache.key), ...row })
    .onConflict((conflict) => conflict.columns(['org', 'tool', 'cache_key']).doUpdateSet(row))
    .execute();
}

/** What a tool gives one person is not for another, nor for the same one with fewer rights. */
function keyOf({ kind, id, level, scopes, client }: StandIn, key: string): string {
  return JSON.stringify([kind, id, level, scopes ?? null, client ?? null, key]);
}
