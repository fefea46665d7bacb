import { SignalboxError, type Viewer } from '@signalbox/sdk';
import type { Core } from '../core.ts';
import type { Task } from '../store/task.ts';

/** A task of the viewer's organization. Errors: `not_found`, also for those of others. */
export async function openTask({ stores }: Pick<Core, 'stores'>, viewer: Viewer, id: string): Promise<Task> {
  const task = await stores.tasks.find(viewer.principal.org, id);
  if (task) return task;
  throw new SignalboxError('not_found', `there is no task ${JSON.stringify(id.slice(0, 64))}`);
}

/** Errors: `conflict` for a task that is in none of these states. */
export function requireStatus({ row }: Task, allowed: readonly string[], wish: string): void {
  if (allowed.includes(row.status)) return;
  throw new SignalboxError(
    'conflict',
    `the task is ${row.status}; only one that is ${allowed.join(' or ')} can be ${wish}`,
  );
}
