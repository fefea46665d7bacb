import type { RunNote, StoreWrite, WriteNote } from '@signalbox/sdk';
import type { RunRow } from '../store/engine-tables.ts';

/** The writes that keep a note of what has become of a run; a dry run has done nothing anybody would want to be told of. */
export function noteRun(
  writeNote: WriteNote<RunNote> | undefined,
  { org, id, task_id: task, is_dry_run: isDry }: RunRow,
  status: RunNote['status'],
  at: number,
): readonly StoreWrite[] {
  if (isDry === 1 || !writeNote) return [];
  return writeNote({ org, run: id, ...(task === null ? {} : { task }), status, at });
}
