import type { Clock, RunError, RunNote, RunStatus, WriteNote } from '@signalbox/sdk';
import { type Database, storeStep } from '@signalbox/store';
import type { EngineTables, RunRow } from '../store/engine-tables.ts';
import { changeRun } from '../store/run-writes.ts';
import { endWrites } from './finish-run.ts';
import { noteRun } from './note-run.ts';

/** How a run ends that is not asked any more. */
export interface ForcedEnd {
  readonly status: Extract<RunStatus, 'canceled' | 'failed'>;
  readonly error: RunError;
}

/**
 * Ends a run where it stands: nothing is undone, and how its calls end is not waited for. Errors: those of the store, `conflict` when
 * somebody else holds it or it has ended.
 */
export async function endByForce(
  {
    database,
    clock,
    writeNote,
  }: { readonly database: Database; readonly clock: Clock; readonly writeNote?: WriteNote<RunNote> },
  row: RunRow,
  { status, error }: ForcedEnd,
): Promise<void> {
  const now = clock.now();
  const change = { status, error: JSON.stringify(error), finished_at: now, lease_until: 0 };
  const calls = database
    .queries<EngineTables>()
    .updateTable('engine_calls')
    .set({ status: 'in_doubt', finished_at: now })
    .where('run_id', '=', row.id)
    .where('status', '=', 'intent');
  await database.together([
    changeRun(database, { id: row.id, epoch: row.lease_epoch }, change),
    storeStep(calls),
    ...endWrites(database, row, now),
    ...noteRun(writeNote, row, status, now),
  ]);
}
