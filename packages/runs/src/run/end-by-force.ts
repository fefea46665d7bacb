import type { Clock, RunError, RunNote, RunStatus, WriteNote } from '@signalbox/sdk';
import { type Database, storeStep } from '@signalbox/store';
import type { EngineTables, RunRow } from '../store/engine-tables.ts';
import { openChildren } from '../store/open-children.ts';
import { changeRun } from '../store/run-writes.ts';
import type { ChildRuns } from './child-runs.ts';
import { endWrites } from './finish-run.ts';
import { noteRun } from './note-run.ts';

/** How a run ends that is not asked any more. */
export interface ForcedEnd {
  readonly status: Extract<RunStatus, 'canceled' | 'failed'>;
  readonly error: RunError;
}

/**
 * Ends a run where it stands, and those its steps have ordered: nothing is undone, and how its calls end is not waited for. Errors: those of the store, `conflict` when
 * somebody else holds it or it has ended.
 */
export async function endByForce(
  {
    database,
    clock,
    children,
    writeNote,
  }: {
    readonly database: Database;
    readonly clock: Clock;
    readonly children: Pick<ChildRuns, 'stop'>;
    readonly writeNote?: WriteNote<RunNote>;
  },
  row: Pick<RunRow, 'id' | 'org' | 'task_id' | 'is_dry_run' | 'lease_epoch' | 'parent'>,
  { status, error }: ForcedEnd,
): Promise<void> {
  const begun = await openChildren(database, row.id);
  for (const child of begun) await children.stop(row.id, child, true);
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
  // One that was just being ordered; from the end on there are no more.
  for (const child of begun) await children.stop(row.id, child, true);
}
