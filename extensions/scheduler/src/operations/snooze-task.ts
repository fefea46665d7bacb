import {
  parseWith,
  SignalboxError,
  type SnoozeInput,
  snoozeInput,
  type TaskView,
  type Viewer,
} from '@signalbox/sdk';
import type { Core } from '../core.ts';
import { shiftTo, silentUntil } from '../schedule/snooze-fields.ts';
import { inTurn } from '../store/in-turn.ts';
import type { Task } from '../store/task.ts';
import type { TaskUpdate } from '../store/task-store.ts';
import { openTask, openToChange, requireStatus } from './open-task.ts';
import { toTaskView } from './views.ts';

const longestMs = 366 * 86_400_000;

/** Lets a task be silent for a while; see `Scheduler.snooze`. */
export async function snoozeTask(
  core: Core,
  viewer: Viewer,
  id: string,
  input: SnoozeInput,
): Promise<TaskView> {
  const snooze = await parseWith(snoozeInput, input, 'the snooze');
  await inTurn(core, { org: viewer.principal.org, id }, async () => {
    const task = await openToChange(core, viewer, id);
    requireStatus(task, ['active'], 'snoozed');
    if (task.row.schedule_kind === 'manual')
      throw new SignalboxError('conflict', 'the task is never due by itself, so that it cannot be snoozed');
    const nowMs = core.clock.now();
    const silent =
      snooze.until === undefined
        ? await delay(core, task, (snooze.delay_seconds ?? 0) * 1_000)
        : await silence(core, task, readUntil(snooze.until, nowMs));
    const set: TaskUpdate = { ...silent, snooze_reason: snooze.reason ?? null, updated_at: nowMs };
    await core.database.together([core.stores.tasks.update(task.row, set)]);
  });
  const task = await openTask(core, viewer, id);
  core.announcer.changed(task.row, { status: 'active' });
  core.wake();
  return toTaskView(task, core.clock.now());
}

/** Reckoned from the time itself, never from an earlier snooze; a time that has passed already is delayed from now on. */
async function delay(core: Core, task: Task, delayMs: number): Promise<TaskUpdate> {
  const { row } = task;
  const nowMs = core.clock.now();
  if (row.next_nominal === null) return snoozeEvents(core, task, nowMs + delayMs);
  const fireAtMs = task.schedule().next(row.next_nominal - 1)?.fireAtMs ?? row.next_nominal;
  return shiftTo(Math.max(fireAtMs, nowMs) + delayMs);
}

async function silence(core: Core, task: Task, untilMs: number): Promise<TaskUpdate> {
  const { row } = task;
  if (row.next_nominal === null) return snoozeEvents(core, task, untilMs);
  return silentUntil(task.schedule(), row.next_nominal, untilMs);
}

/** An event that waits for others to stay away is not run before the end, either. */
async function snoozeEvents({ stores }: Core, { row }: Task, untilMs: number): Promise<TaskUpdate> {
  const waiting = await stores.occurrences.findWaiting(row.org, row.id);
  const next = waiting ? { next_at: Math.max(row.next_at ?? 0, untilMs) } : {};
  return { ...next, snoozed_until: untilMs, snooze_shifts: 0 };
}

function readUntil(text: string, nowMs: number): number {
  const untilMs = Date.parse(text);
  if (untilMs > nowMs && untilMs <= nowMs + longestMs) return untilMs;
  throw new SignalboxError(
    'invalid_params',
    `a task is snoozed until a time of the next 366 days, not ${text}`,
  );
}
