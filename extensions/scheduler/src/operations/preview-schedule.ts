import type { Occurrence } from '@signalbox/schedule';
import {
  type PreviewedTime,
  parseWith,
  type ScheduleInput,
  SignalboxError,
  scheduleInput,
  taskInput,
  type Viewer,
} from '@signalbox/sdk';
import { requirePermission } from '../access/task-access.ts';
import type { Core } from '../core.ts';
import type { Task } from '../store/task.ts';
import { openTask } from './open-task.ts';
import { prepareDefinition } from './prepare-definition.ts';

const maxCount = 1_000;

/** The next times of a task or a schedule; see `Scheduler.preview`. */
export async function previewSchedule(
  core: Core,
  viewer: Viewer,
  of: { readonly task: string } | { readonly schedule: ScheduleInput },
  count: number,
): Promise<readonly PreviewedTime[]> {
  requirePermission(core, viewer, 'tasks:read');
  if (!(Number.isInteger(count) && count >= 1 && count <= maxCount))
    throw new SignalboxError('invalid_params', `${count} times are not 1 to ${maxCount}`);
  if ('task' in of) return previewTask(await openTask(core, viewer, of.task), core.clock.now(), count);
  const given = await parseWith(scheduleInput, of.schedule, 'the schedule');
  const task = taskInput.parse({ ...given, title: 'preview', payload: {} });
  const { org } = viewer.principal;
  const { schedule } = await prepareDefinition(core, task, { org, task: 'preview' });
  return schedule.preview(core.clock.now(), count).map(toPreviewed);
}

function previewTask(task: Task, nowMs: number, count: number): readonly PreviewedTime[] {
  const { row } = task;
  if (row.status === 'canceled' || row.status === 'completed') return [];
  const isSilent = row.snoozed_until !== null && row.snooze_shifts === 0;
  const fromMs = isSilent && row.snoozed_until !== null ? row.snoozed_until : (row.next_nominal ?? nowMs);
  const times = task
    .schedule()
    .preview(fromMs - 1, count)
    .map(toPreviewed);
  const [first, ...others] = times;
  if (!first || row.next_at === null || row.snooze_shifts !== 1) return times;
  // The others that come before the end of the snooze are not fired.
  const untilMs = row.next_at;
  return [{ ...first, fire_at: untilMs }, ...others.filter((each) => each.nominal_at >= untilMs)];
}

function toPreviewed({ nominalAtMs, fireAtMs, local, notes }: Occurrence): PreviewedTime {
  return { nominal_at: nominalAtMs, fire_at: fireAtMs, local, notes };
}
