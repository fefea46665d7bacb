import type { RunStatus, StoreWrite } from '@signalbox/sdk';
import type { Core } from '../core.ts';
import { again } from '../store/again.ts';
import { inTurn } from '../store/in-turn.ts';
import type { OccurrenceRow, TaskRow } from '../store/scheduler-tables.ts';
import type { Task } from '../store/task.ts';
import type { TaskStore, TaskUpdate } from '../store/task-store.ts';

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
  const end = { org, run, status };
  const task = await again(core, () => writeEnd(core, end, { mayPause: false }));
  if (task) await inTurn(core, task, () => writeEnd(core, end, { mayPause: true }));
}

interface End {
  readonly org: string;
  readonly run: string;
  readonly status: RunStatus | 'gone';
}

/** Gives the task, and writes nothing, where the end would pause it and may not. */
async function writeEnd(
  core: Core,
  { org, run, status }: End,
  { mayPause }: { readonly mayPause: boolean },
): Promise<TaskRow | undefined> {
  const { stores, database, clock, announcer, notes } = core;
  const occurrence = await stores.occurrences.findRun(org, run);
  if (!occurrence || !isNews(occurrence, status)) return undefined;
  const task = await stores.tasks.find(org, occurrence.task);
  const { write, paused }: Effect =
    task && countsForTask(occurrence) ? effectOn(task, stores.tasks, status) : {};
  if (task && paused && !mayPause) return task.row;
  await database.together([
    stores.occurrences.end(occurrence, status, clock.now()),
    ...(write ? [write] : []),
    ...(task && paused ? notes.ofTask(task.row, paused, clock.now()) : []),
  ]);
  if (task && paused)
    announcer.changed(task.row, { status: 'paused', reason: paused.status_reason ?? undefined });
  return undefined;
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

interface Effect {
  readonly write?: StoreWrite;
  /** What the write makes of a task that is paused by it. */
  readonly paused?: TaskUpdate;
}

/** Many runs of a task may end at once on all nodes: only the failure that pauses it has to be the only write. */
function effectOn({ row, definition }: Task, tasks: TaskStore, status: RunStatus | 'gone'): Effect {
  if (!isFailure(status))
    return status === 'succeeded' && row.failures > 0 ? { write: tasks.forgetFailures(row) } : {};
  const most = row.status === 'active' ? definition.pause_on_failures : undefined;
  const failures = row.failures + 1;
  if (most === undefined || failures < most) return { write: tasks.countFailure(row, most) };
  const reason = `${failures} runs in a row have failed`;
  const paused: TaskUpdate = { failures, status: 'paused', status_reason: reason, next_at: null };
  return { write: tasks.update(row, paused), paused };
}
