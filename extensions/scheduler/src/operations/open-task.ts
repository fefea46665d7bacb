import { SignalboxError, type Viewer } from '@signalbox/sdk';
import { requireChange } from '../access/task-access.ts';
import { renewTask } from '../calendar/renew-task.ts';
import type { Core } from '../core.ts';
import type { Task } from '../store/task.ts';

/** A task of the viewer's organization. Errors: `not_found`, also for those of others. */
export async function openTask({ stores }: Pick<Core, 'stores'>, viewer: Viewer, id: string): Promise<Task> {
  const task = await stores.tasks.find(viewer.principal.org, id);
  if (task) return task;
  throw noTask(id);
}

/** Said of a task that is not there, also of those of others. */
export function noTask(id: string): SignalboxError {
  return new SignalboxError('not_found', `there is no task ${JSON.stringify(id.slice(0, 64))}`);
}

/**
 * A task the viewer may change, with its next time as the calendars have it now. Errors: `not_found`, those of
 * {@link requireChange}.
 */
export async function openToChange(core: Core, viewer: Viewer, id: string): Promise<Task> {
  const task = await openTask(core, viewer, id);
  requireChange(core, viewer, task.row);
  if (task.row.outdated_at === null) return task;
  await renewTask(core, task.row);
  return openTask(core, viewer, id);
}

/** Errors: `conflict` for a task that is in none of these states. */
export function requireStatus({ row }: Task, allowed: readonly string[], wish: string): void {
  if (allowed.includes(row.status)) return;
  throw new SignalboxError(
    'conflict',
    `the task is ${row.status}; only one that is ${allowed.join(' or ')} can be ${wish}`,
  );
}
