import type { CallTool, Command, StartChild } from '@signalbox/pipeline';
import type { EngineTables, NewEvent } from '@signalbox/runs';
import type { StoreWrite } from '@signalbox/sdk';
import { type Database, storeStep } from '@signalbox/store';

/** True for a call, or the order of a run, that was told to stop before it was made: it is not made at all. */
export function isUnmade({ path, attempt }: CallTool | StartChild, all: readonly Command[]): boolean {
  return all.some((each) => each.kind === 'CancelCall' && each.path === path && each.attempt === attempt);
}

/** What is told of one. */
export function unmade({ kind, path, attempt }: CallTool | StartChild): NewEvent {
  const error = { kind: 'canceled', message: 'stopped before it was begun' } as const;
  if (kind === 'CallTool') return { kind: 'ToolFailed', path, attempt, error };
  return { kind: 'ChildDone', path, attempt, result: { status: 'canceled', error } };
}

/** Stands in place of the time at which a call was begun, of one that surely was not. */
export const neverBegun = 0;

/** Says of a call that it surely has not been made, or, with neither word, that nobody knows. */
export function markCall(
  database: Database,
  run: string,
  { path, attempt }: CallTool,
  mark: { readonly approval: string | null; readonly begun_at: typeof neverBegun | null },
): StoreWrite {
  const update = database
    .queries<EngineTables>()
    .updateTable('engine_calls')
    .set(mark)
    .where('run_id', '=', run)
    .where('path', '=', path)
    .where('attempt', '=', attempt)
    .where('status', '=', 'intent');
  return storeStep(update, 1);
}
