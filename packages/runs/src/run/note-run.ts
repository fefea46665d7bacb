import type { Command } from '@signalbox/pipeline';
import type { RunNote, StoreWrite, WriteNote } from '@signalbox/sdk';
import type { RunRow } from '../store/engine-tables.ts';
import type { Ending } from './finish-run.ts';

/** The writes that keep a note of what has become of a run; a dry run has done nothing anybody would want to be told of. */
export function noteRun(
  writeNote: WriteNote<RunNote> | undefined,
  { org, id, task_id: task, is_dry_run: isDry }: Pick<RunRow, 'org' | 'id' | 'task_id' | 'is_dry_run'>,
  status: RunNote['status'],
  at: number,
): readonly StoreWrite[] {
  if (isDry === 1 || !writeNote) return [];
  return writeNote({ org, run: id, ...(task === null ? {} : { task }), status, at });
}

/** What others may want to be told of: the end of the run, else that it asks something. */
export function newsOf(
  ending: Ending | undefined,
  commands: readonly Command[],
): RunNote['status'] | undefined {
  if (ending?.isOver) return ending.status;
  return commands.some(({ kind }) => kind === 'AskApproval') ? 'waiting' : undefined;
}
