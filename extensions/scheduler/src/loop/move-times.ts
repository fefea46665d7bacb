import { recompute } from '@signalbox/schedule';
import { taskMoved } from '@signalbox/sdk';
import type { Core } from '../core.ts';
import { obstacleOf } from '../place/find-obstacle.ts';
import { nextFields } from '../schedule/next-fields.ts';
import { isStale } from '../store/is-stale.ts';
import type { TaskRow } from '../store/scheduler-tables.ts';
import type { Task } from '../store/task.ts';
import type { TaskUpdate } from '../store/task-store.ts';
import { setAside } from './set-aside.ts';

const page = 200;

/**
 * Finds the next times again that were found with other zone data, and tells of those that have moved. Gives how many have.
 */
export async function moveTimes(core: Core): Promise<number> {
  const { stores, zoneData } = core;
  let moved = 0;
  for (let after: TaskRow | undefined; ; ) {
    const rows = await stores.tasks.withOtherZoneData(zoneData, after, page);
    for (const row of rows) if (await move(core, row)) moved += 1;
    after = rows.at(-1);
    if (rows.length < page) return moved;
  }
}

async function move(core: Core, row: TaskRow): Promise<boolean> {
  try {
    const [task] = await core.stores.tasks.load([row]);
    return task !== undefined && (await moveTask(core, task));
  } catch (cause) {
    // Somebody else has found it, or changed it.
    if (isStale(cause)) return false;
    const obstacle = obstacleOf(cause);
    if (obstacle) await setAside(core, row, obstacle.reason);
    else core.log.error('the next time of a task could not be found again', { task: row.id, cause });
    return false;
  }
}

async function moveTask(core: Core, task: Task): Promise<boolean> {
  const { row } = task;
  const { stores, database, clock, zoneData, log, events } = core;
  if (row.next_nominal === null || row.next_local === null) return false;
  const schedule = task.schedule();
  const [change] = recompute(schedule, [{ nominalAtMs: row.next_nominal, local: row.next_local }]);
  const set: TaskUpdate = { tz_version: zoneData, updated_at: clock.now() };
  if (!change || change.kind === 'new') {
    await database.together([stores.tasks.update(row, set)]);
    return false;
  }
  const next = schedule.next(change.kind === 'moved' ? change.toMs - 1 : row.next_nominal);
  const fields = nextFields(next, zoneData);
  // A snooze ends when it was said to end.
  const kept = row.snoozed_until === null ? fields : { ...pickTimes(fields), tz_version: zoneData };
  await database.together([
    stores.tasks.update(row, { ...kept, ...set, next_at: dueAt(row, fields.next_at) }),
  ]);
  const told = {
    task: row.id,
    local: row.next_local,
    from_at: row.next_nominal,
    ...(change.kind === 'moved' ? { to_at: change.toMs } : {}),
    zone_data: zoneData,
  };
  log.warn('other zone data has moved the next time of a task', { ...told, was: row.tz_version });
  events.publish(taskMoved, { org: row.org, ...told });
  return true;
}

function pickTimes({ next_nominal, next_local }: ReturnType<typeof nextFields>) {
  return { next_nominal, next_local };
}

/** Only an active task is looked at by the loop; one without a next time is looked at once more, to be completed. */
function dueAt(row: TaskRow, fireAt: number | null): number | null {
  if (row.status !== 'active') return null;
  return row.snoozed_until === null ? (fireAt ?? row.next_at) : row.next_at;
}
