import { type Orderer, requireRoomFor, SignalboxError, type StoreWrite } from '@signalbox/sdk';
import { type Database, storeStep } from '@signalbox/store';
import type { EngineTables } from './engine-tables.ts';
import { isInTheMiddle } from './in-the-middle.ts';
import { joinOrderers, readRunAs } from './run-as.ts';

/**
 * Makes a run that failed due again, with one attempt more: it goes on at the step that failed, and who wants that has ordered what it
 * does. Errors: `not_found`, `conflict` for one that did not fail (one that was stopped for taking too long did not), that was ended in
 * the middle, or that has undone what it did, `forbidden` where too many have ordered it, and a stale write.
 */
export async function retryRun(
  database: Database,
  {
    org,
    id,
    now,
    orderers,
  }: {
    readonly org: string;
    readonly id: string;
    readonly now: number;
    readonly orderers: readonly Orderer[];
  },
  also: readonly StoreWrite[],
): Promise<void> {
  const queries = database.queries<EngineTables>();
  const row = await queries
    .selectFrom('engine_runs')
    .select(['status', 'attempt', 'lease_epoch', 'run_as', 'state'])
    .where('org', '=', org)
    .where('id', '=', id)
    .executeTakeFirst();
  if (!row) throw new SignalboxError('not_found', `there is no run "${id.slice(0, 64)}"`);
  if (row.status !== 'failed')
    throw new SignalboxError('conflict', `run ${id} did not fail: it is ${row.status}; run its task anew`);
  if (isInTheMiddle(row))
    throw new SignalboxError(
      'conflict',
      `run ${id} was ended in the middle, and nobody knows how its calls ended; run its task anew`,
    );
  const undone = await queries
    .selectFrom('engine_steps')
    .select('path')
    .where('run_id', '=', id)
    .where('status', '=', 'undone')
    .limit(1)
    .executeTakeFirst();
  // Done again, its calls would look like repetitions of those that were undone.
  if (undone)
    throw new SignalboxError(
      'conflict',
      `run ${id} has undone what it did ("${undone.path}" was the first); run its task anew`,
    );
  requireRoomFor(orderers, readRunAs(row));
  const again = queries
    .updateTable('engine_runs')
    .set({
      status: 'queued',
      attempt: row.attempt + 1,
      max_retries: row.attempt,
      available_at: now,
      // Who held it when it failed may not know yet that it has ended.
      lease_epoch: row.lease_epoch + 1,
      is_timed_out: 0,
      finished_at: null,
      output: null,
      lease_until: 0,
      workflow: null,
      ...joinOrderers(row, orderers),
    })
    .where('id', '=', id)
    .where('status', '=', row.status)
    .where('lease_epoch', '=', row.lease_epoch);
  await database.together([storeStep(again, 1), ...also]);
}
