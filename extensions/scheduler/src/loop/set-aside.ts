import type { Core } from '../core.ts';
import type { TaskRow } from '../store/scheduler-tables.ts';
import type { TaskUpdate } from '../store/task-store.ts';

/** Makes a task invalid that cannot be looked at, so that it is seen and does not hold up the loop. */
export async function setAside(
  { stores, database, announcer, clock, notes }: Core,
  row: TaskRow,
  reason: string,
  others: TaskUpdate = {},
): Promise<void> {
  const set = { ...others, status: 'invalid', status_reason: reason, next_at: null, updated_at: clock.now() };
  await database.together([stores.tasks.update(row, set), ...notes.ofTask(row, set, set.updated_at)]);
  announcer.changed(row, { status: 'invalid', reason });
}
