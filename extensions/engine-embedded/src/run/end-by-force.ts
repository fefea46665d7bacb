import { storeStep } from '@signalbox/store';
import type { EngineTables } from '../store/engine-tables.ts';
import { changeRun, type Hold } from '../store/run-writes.ts';
import type { ClaimedRun } from './claimed-run.ts';
import type { DriverParts } from './driver-parts.ts';
import { endWrites } from './finish-run.ts';
import { readLeftBehind } from './read-left-behind.ts';

/** Ends a run where it stands, and those its steps have ordered: nothing is undone, and how its calls end is not waited for. Errors: those of the store. */
export async function endByForce(
  { database, clock, children, onStatus }: DriverParts,
  run: ClaimedRun,
  hold: Hold,
  reason: string,
): Promise<void> {
  const { row } = run;
  const left = await readLeftBehind(database, row.id, null);
  for (const child of left.children) await children.stop(row.id, child, true);
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
  ]);
  onStatus(run, 'canceled', error);
}
