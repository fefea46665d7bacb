import { storeStep } from '@signalbox/store';
import type { EngineTables } from '../store/engine-tables.ts';
import { changeRun, type Hold } from '../store/run-writes.ts';
import type { ClaimedRun } from './claimed-run.ts';
import type { DriverParts } from './driver-parts.ts';
import { endWrites } from './finish-run.ts';
import { noteRun } from './note-run.ts';

/** Ends a run where it stands: nothing is undone, and how its calls end is not waited for. Errors: those of the store. */
export async function endByForce(
  { database, clock, onStatus, writeNote }: DriverParts,
  run: ClaimedRun,
  hold: Hold,
  reason: string,
): Promise<void> {
  const { row } = run;
  const now = clock.now();
  const error = { kind: 'canceled', message: reason };
  const change = { status: 'canceled', error: JSON.stringify(error), finished_at: now, lease_until: 0 };
  const calls = database
    .queries<EngineTables>()
    .updateTable('engine_calls')
    .set({ status: 'in_doubt', finished_at: now })
    .where('run_id', '=', row.id)
    .where('status', '=', 'intent');
  await database.together([
    changeRun(database, hold, change),
    storeStep(calls),
    ...endWrites(database, row, now),
    ...noteRun(writeNote, row, 'canceled', now),
  ]);
  onStatus(run, 'canceled', error);
}
