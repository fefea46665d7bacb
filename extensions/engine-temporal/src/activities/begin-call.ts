import type { CallTool } from '@signalbox/pipeline';
import type { EngineTables } from '@signalbox/runs';
import type { Database } from '@signalbox/store';

/**
 * Notes that a call is about to be made. True for the first who asks: Temporal may say that somebody has taken a call up who never got to
 * hear of it, and gives it to somebody else after a while; only what was begun is in doubt then. Errors: those of the store.
 */
export async function beginCall(
  database: Database,
  run: string,
  { path, attempt }: Pick<CallTool, 'path' | 'attempt'>,
  now: number,
): Promise<boolean> {
  const { numUpdatedRows } = await database
    .queries<EngineTables>()
    .updateTable('engine_calls')
    .set({ begun_at: now })
    .where('run_id', '=', run)
    .where('path', '=', path)
    .where('attempt', '=', attempt)
    .where('status', '=', 'intent')
    .where('begun_at', 'is', null)
    .executeTakeFirstOrThrow();
  return numUpdatedRows === 1n;
}
