import type { Clock, RunError, RunNote, RunStatus, StoreWrite, WriteNote } from '@signalbox/sdk';
import { type Database, storeStep } from '@signalbox/store';
import type { EngineTables, RunRow } from '../store/engine-tables.ts';
import { openChildren } from '../store/open-children.ts';
import { changeRun } from '../store/run-writes.ts';
import type { ChildRuns } from './child-runs.ts';
import { endWrites } from './finish-run.ts';
import { noteRun } from './note-run.ts';
import { isStale } from './store-errors.ts';

/** How a run ends that is not asked any more. */
export interface ForcedEnd {
  readonly status: Extract<RunStatus, 'canceled' | 'failed'>;
  readonly error: RunError;
}

/** What a run is ended with. */
export interface EndingParts {
  readonly database: Database;
  readonly clock: Clock;
  readonly children: Pick<ChildRuns, 'stop'>;
  readonly writeNote?: WriteNote<RunNote>;
}

type EndedRow = Pick<RunRow, 'id' | 'org' | 'task_id' | 'is_dry_run' | 'lease_epoch' | 'parent'>;

/** So often its steps may have ordered one more run in the very moment in which it is ended. */
const maxLooks = 20;

/**
 * Ends a run where it stands, and those its steps have ordered: nothing is undone, and how its calls end is not waited for. Those it has
 * ordered are told first, and the end is only written when none came after; from then on none does. So nothing is left to do after
 * the end, and none is left alone by a crash. Errors: those of the store, `conflict` when somebody else holds it or it has ended.
 */
export async function endByForce(parts: EndingParts, row: EndedRow, end: ForcedEnd): Promise<void> {
  const { database, children } = parts;
  let seen = -1;
  for (let looks = 1; ; looks++) {
    const { open, ordered, epoch } = await openChildren(database, row.id);
    // Who has it now does with them what is to be done; the write says that there is nothing to end here.
    if (epoch === row.lease_epoch) for (const child of open) await children.stop(row.id, child, true);
    try {
      return await database.together(endingWrites(parts, row, end, ordered));
    } catch (error) {
      // Somebody else has the run, or its steps had one more ordered.
      if (!isStale(error) || ordered === seen || looks === maxLooks) throw error;
      seen = ordered;
    }
  }
}

function endingWrites(
  { database, clock, writeNote }: EndingParts,
  row: EndedRow,
  { status, error }: ForcedEnd,
  ordered: number,
): readonly StoreWrite[] {
  const now = clock.now();
  const change = { status, error: JSON.stringify(error), finished_at: now, lease_until: 0 };
  const calls = database
    .queries<EngineTables>()
    .updateTable('engine_calls')
    .set({ status: 'in_doubt', finished_at: now })
    .where('run_id', '=', row.id)
    .where('status', '=', 'intent');
  return [
    changeRun(database, { id: row.id, epoch: row.lease_epoch }, change, { ordered }),
    storeStep(calls),
    ...endWrites(database, row, now),
    ...noteRun(writeNote, row, status, now),
  ];
}
