import { renewTask } from '../calendar/renew-task.ts';
import type { OrderingCore } from '../core.ts';
import { placeEvent } from '../event/place-event.ts';
import { isStale } from '../store/is-stale.ts';
import type { TaskRow } from '../store/scheduler-tables.ts';
import type { Task } from '../store/task.ts';
import { fireTask } from './fire-task.ts';
import { inParallel } from './in-parallel.ts';
import type { Lead, Leadership } from './leadership.ts';
import { setAside } from './set-aside.ts';

const batch = 500;
/** So many tasks are decided at a time; their writes share commits. */
const atATime = 32;
/** An event is given to its tasks by who takes it; what is left after this was left by a crash. */
const openEventMs = 5_000;

/**
 * Looks once at everything that is due, batch by batch, until there is nothing more or the lead is lost. False when something is
 * left: tasks that could not be looked at, or all of it, for a node that does not lead.
 */
export async function look(core: OrderingCore, leadership: Leadership): Promise<boolean> {
  const failed = new Set<string>();
  for (let isFirst = true; ; isFirst = false) {
    const lead = await leadership.hold();
    if (!lead) return false;
    if (isFirst) await placeOpenEvents(core);
    const due = await core.stores.tasks.due(core.clock.now(), batch + failed.size);
    const rows = due.filter(({ id }) => !failed.has(id));
    if (rows.length === 0) return failed.size === 0;
    let fired = 0;
    await inParallel(rows, atATime, async (row) => {
      const end = await fire(core, row, lead);
      if (end === 'fired') fired += 1;
      if (end === 'failed') failed.add(row.id);
    });
    if (fired > 0) continue;
    // Others were quicker with all of it: perhaps one of them leads by now.
    leadership.doubt();
    return false;
  }
}

async function fire(
  core: OrderingCore,
  row: TaskRow,
  { epoch }: Lead,
): Promise<'fired' | 'outrun' | 'failed'> {
  try {
    await core.turns.take(row, async ({ hasWaited }) => {
      const { tasks } = core.stores;
      const [task] = hasWaited ? [await tasks.find(row.org, row.id)] : await tasks.load([row]);
      if (hasWaited && !isDue(task, core.clock.now())) return;
      if (task && task.row.outdated_at !== null) await renewTask(core, row);
      else if (task) await fireTask(core, task, epoch);
      else await setAside(core, row, 'its version is not there any more');
    });
    return 'fired';
  } catch (cause) {
    if (isStale(cause)) return 'outrun';
    core.log.error('a task that is due could not be looked at', { task: row.id, cause });
    return 'failed';
  }
}

function isDue(task: Task | undefined, nowMs: number): boolean {
  return task !== undefined && task.row.next_at !== null && task.row.next_at <= nowMs;
}

async function placeOpenEvents(core: OrderingCore): Promise<void> {
  const open = await core.stores.events.open(core.clock.now() - openEventMs, batch);
  for (const event of open) {
    try {
      await placeEvent(core, event);
    } catch (cause) {
      core.log.error('an event could not be given to its tasks', { event: event.id, cause });
    }
  }
}
