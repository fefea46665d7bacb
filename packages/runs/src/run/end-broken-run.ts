import { type Clock, type Log, type RunNote, toSignalboxError, type WriteNote } from '@signalbox/sdk';
import type { Database } from '@signalbox/store';
import type { RunRow } from '../store/engine-tables.ts';
import { changeRun } from '../store/run-writes.ts';
import { endWrites } from './finish-run.ts';
import { noteRun } from './note-run.ts';

/** Ends a claimed run whose rows or pipeline this node cannot make sense of: it would be taken up for ever. */
export async function endBrokenRun(
  {
    database,
    clock,
    log,
    writeNote,
  }: {
    readonly database: Database;
    readonly clock: Clock;
    readonly log: Log;
    readonly writeNote?: WriteNote<RunNote>;
  },
  row: RunRow,
  thrown: unknown,
): Promise<void> {
  const { code, message } = toSignalboxError(thrown);
  // The store may answer again later; what is written there will not change.
  if (code === 'store_failed') return;
  const now = clock.now();
  const error = JSON.stringify({ kind: 'invalid_args', message });
  const change = { status: 'failed', error, finished_at: now, lease_until: 0 };
  const hold = { id: row.id, epoch: row.lease_epoch };
  try {
    await database.together([
      changeRun(database, hold, change),
      ...endWrites(database, row, now),
      ...noteRun(writeNote, row, 'failed', now),
    ]);
  } catch (cause) {
    log.warn('a run that cannot be read could not be ended', { run: row.id, cause });
  }
}
