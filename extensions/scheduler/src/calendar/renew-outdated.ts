import type { Core } from '../core.ts';
import { inParallel } from '../loop/in-parallel.ts';
import { renewTask, type TaskMove } from './renew-task.ts';

const page = 200;
const atATime = 16;

/** Which tasks: those of one calendar, or those that were left by who changed one. */
export interface OutdatedSelection {
  readonly calendar?: { readonly org: string; readonly name: string };
  /** Only those whose calendar was changed before. */
  readonly beforeMs?: number;
}

/**
 * Finds the next times again of tasks whose calendars have other dates, each in a write of its own. Gives those that moved. What cannot
 * be written now is left to the next one who looks.
 */
export async function renewOutdated(
  core: Core,
  selection: OutdatedSelection = {},
): Promise<readonly TaskMove[]> {
  const moves: TaskMove[] = [];
  for (let after: { readonly org: string; readonly id: string } | undefined; ; ) {
    const rows = await core.stores.tasks.outdated(selection, after, page);
    await inParallel(rows, atATime, async (row) => {
      try {
        const move = await renewTask(core, row);
        if (move) moves.push(move);
      } catch (cause) {
        core.log.error('the next time of a task could not be found again', { task: row.id, cause });
      }
    });
    after = rows.at(-1);
    if (rows.length < page) break;
  }
  if (moves.length > 0) core.wake();
  return moves.toSorted((a, b) => (a.task < b.task ? -1 : 1));
}
