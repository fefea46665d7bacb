import { sql } from 'kysely';
import type { AuthStore } from './auth-store.ts';

const batch = 500;
const mostBatches = 20;
/** What has just expired is still told apart from what never was. */
const graceMs = 3_600_000;
/** Far longer than any node looks back. */
const revocationsKeptMs = 86_400_000;

/** Removes what is over, in bounded batches; gives how many rows went. */
export async function prune(store: AuthStore): Promise<number> {
  const now = store.clock.now();
  let removed = 0;
  for (const table of ['auth_items', 'auth_grants', 'auth_sessions', 'auth_clients'])
    removed += await pruneTable(store, { table, key: 'id', column: 'expires_at', before: now - graceMs });
  removed += await pruneTable(store, {
    table: 'auth_tokens',
    key: 'jti',
    column: 'expires_at',
    before: now - graceMs,
  });
  const before = now - revocationsKeptMs;
  return removed + (await pruneTable(store, { table: 'auth_revocations', key: 'id', column: 'at', before }));
}

interface Pruned {
  readonly table: string;
  readonly key: string;
  readonly column: string;
  readonly before: number;
}

async function pruneTable({ queries }: AuthStore, { table, key, column, before }: Pruned): Promise<number> {
  const [from, id, at] = [sql.table(table), sql.ref(key), sql.ref(column)];
  let removed = 0;
  for (let count = 0; count < mostBatches; count++) {
    const old = sql`select ${id} from ${from} where ${at} < ${before} limit ${batch}`;
    const result = await sql`delete from ${from} where ${id} in (${old})`.execute(queries);
    const gone = Number(result.numAffectedRows ?? 0n);
    removed += gone;
    if (gone < batch) break;
  }
  return removed;
}
