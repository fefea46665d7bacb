import { SignalboxError, type TaskView, type Viewer } from '@signalbox/sdk';
import type { Core } from '../core.ts';
import { findObstacle } from '../place/find-obstacle.ts';
import { inTurn } from '../store/in-turn.ts';
import type { Task } from '../store/task.ts';
import type { TaskUpdate } from '../store/task-store.ts';
import { dueAgain } from './due-again.ts';
import { openTask, openToChange, requireStatus } from './open-task.ts';
import { toTaskView } from './views.ts';

const unsnoozed = { snoozed_until: null, snooze_shifts: 0, snooze_reason: null };

/** Pauses a task; see `Scheduler.pause`. */
export async function pauseTask(core: Core, viewer: Viewer, id: string, reason?: string): Promise<TaskView> {
  return change(core, viewer, id, async (task) => {
    requireStatus(task, ['active'], 'paused');
    return { status: 'paused', status_reason: reason ?? null, next_at: null, ...unsnoozed };
  });
}

/** Goes on with a task; see `Scheduler.resume`. */
export async function resumeTask(core: Core, viewer: Viewer, id: string): Promise<TaskView> {
  return change(core, viewer, id, async (task) => {
    requireStatus(task, ['paused', 'invalid'], 'resumed');
    const obstacle = await findObstacle(core, task.runAs, task.definition.payload, id);
    if (obstacle)
      throw new SignalboxError(
        'conflict',
        `the task cannot be resumed: ${obstacle.reason}; change that, or the task`,
      );
    const { row } = task;
    return {
      ...(await dueAgain(core, row, task.schedule())),
      failures: 0,
      gap_reason: `the task was ${row.status}`,
    };
  });
}

/** Ends a task; see `Scheduler.cancel`. */
export async function cancelTask(core: Core, viewer: Viewer, id: string, reason?: string): Promise<TaskView> {
  return change(core, viewer, id, async (task) => {
    requireStatus(task, ['active', 'paused', 'invalid'], 'canceled');
    const none = { next_at: null, next_nominal: null, next_local: null, published_name: null };
    return { status: 'canceled', status_reason: reason ?? null, ...none, ...unsnoozed };
  });
}

async function change(
  core: Core,
  viewer: Viewer,
  id: string,
  decide: (task: Task) => Promise<TaskUpdate>,
): Promise<TaskView> {
  const { stores, database, clock, notes } = core;
  const before = await inTurn(core, { org: viewer.principal.org, id }, async () => {
    const task = await openToChange(core, viewer, id);
    const set = { ...(await decide(task)), updated_at: clock.now() };
    const waiting =
      set.status === 'canceled' ? await stores.occurrences.findWaiting(task.row.org, id) : undefined;
    const reason = 'the task was canceled';
    await database.together([
      stores.tasks.update(task.row, set),
      ...notes.ofTask(task.row, set, set.updated_at),
      ...(waiting ? [stores.occurrences.decide({ ...waiting, status: 'skipped', reason })] : []),
    ]);
    return task.row;
  });
  const view = toTaskView(await openTask(core, viewer, id), core.clock.now());
  core.announcer.changed(before, { status: view.status, reason: view.status_reason });
  core.wake();
  if (before.published_name !== null) await core.renewPublished();
  return view;
}
