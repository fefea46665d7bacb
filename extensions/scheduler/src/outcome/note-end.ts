import type { RunStatus } from '@signalbox/sdk';
import type { Core } from '../core.ts';
import { again } from '../store/again.ts';
import type { OccurrenceRow } from '../store/scheduler-tables.ts';
import type { Task } from '../store/task.ts';
import type { TaskUpdate } from '../store/task-store.ts';

/**
 * Writes down how a run of a task ended, once, and with it what that makes of the task: after so many failures in a row as it says
 * it is paused. Runs of no task, and those written down before, change nothing.
 */
export async function noteEnd(
  core: Core,
  org: string,
  run: string,
  status: RunStatus | 'gone',
): Promise<void> {
  const { stores, database, clock, announcer, notes } = core;
  await again(async () => {
    const occurrence = await stores.occurrences.findRun(org, run);
    if (!occurrence || !isNews(occurrence, status)) return;
    const task = await stores.tasks.find(org, occurrence.task);
    const set = task && countsForTask(occurrence) ? effectOn(task, status) : undefined;
    await database.together([
      stores.occurrences.end(occurrence, status, clock.now()),
      ...(task && set
        ? [stores.tasks.update(task.row, set), ...notes.ofTask(task.row, set, clock.now())]
        : []),
    ]);
    if (task && set?.status === 'paused')
      announcer.changed(task.row, { status: 'paused', reason: set.status_reason ?? undefined });
  });
}

/** Only a run that failed may end once more: it was tried again before it was written down that it had failed. */
function isNews({ outcome }: OccurrenceRow, status: string): boolean {
  return outcome === null || (outcome === 'failed' && status !== 'failed' && status !== 'gone');
}

/** Whether a run says how the task itself fares: others may run it by hand or as a tool, with params and rights of their own. */
export function countsForTask({ kind }: OccurrenceRow): boolean {
  return kind === 'schedule' || kind === 'event' || kind === 'backfill';
}

/** True for the ends that count as failures of the task. */
export function isFailure(status: string | null): boolean {
  return status === 'failed' || status === 'timed_out';
}

function effectOn({ row, definition }: Task, status: RunStatus | 'gone'): TaskUpdate | undefined {
  if (!isFailure(status) && (status !== 'succeeded' || row.failures === 0)) return undefined;
  const failures = isFailure(status) ? row.failures + 1 : 0;
  const most = definition.pause_on_failures;
  if (row.status !== 'active' || most === undefined || failures < most) return { failures };
  return {
    failures,
    status: 'paused',
    status_reason: `${failures} runs in a row have failed`,
    next_at: null,
  };
}
