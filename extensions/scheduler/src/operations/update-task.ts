import {
  parseWith,
  SignalboxError,
  type StoreWrite,
  type TaskChange,
  type TaskDefinition,
  type TaskView,
  taskChange,
  taskInput,
  type Viewer,
} from '@signalbox/sdk';
import { requireStandIn } from '../access/task-access.ts';
import { calendarsColumn, calendarsOf } from '../calendar/known-calendars.ts';
import type { Core } from '../core.ts';
import { completed, skipWaiting, spentReason, whyCompleted } from '../place/completed.ts';
import { obstacleOf } from '../place/find-obstacle.ts';
import { toPlaced } from '../place/placed.ts';
import { requireFreeName } from '../published/require-free-name.ts';
import { requireHonestHints } from '../published/require-honest-hints.ts';
import { requireLending } from '../published/require-lending.ts';
import { countRange, type TimeRange } from '../schedule/count-range.ts';
import { nextFields } from '../schedule/next-fields.ts';
import { keepSnooze } from '../schedule/snooze-fields.ts';
import { inTurn } from '../store/in-turn.ts';
import type { VersionRow } from '../store/scheduler-tables.ts';
import type { Task } from '../store/task.ts';
import type { TaskUpdate } from '../store/task-store.ts';
import { dueAgain } from './due-again.ts';
import { findFirst } from './find-first.ts';
import { openTask, openToChange, requireStatus } from './open-task.ts';
import { type Prepared, prepareDefinition } from './prepare-definition.ts';
import { requireRunnable } from './require-runnable.ts';
import { toTaskView } from './views.ts';

/** Writes another version of a task; see `Scheduler.update`. */
export async function updateTask(
  core: Core,
  viewer: Viewer,
  id: string,
  wanted: { readonly change: TaskChange; readonly ifVersion?: number | undefined },
): Promise<TaskView> {
  const change = await parseWith(taskChange, wanted.change, 'the change of the task');
  await inTurn(core, { org: viewer.principal.org, id }, async () => {
    const task = await openToChange(core, viewer, id);
    requireStatus(task, ['active', 'paused', 'invalid'], 'changed');
    requireVersion(task, wanted.ifVersion);
    const runAs = requireStandIn(viewer);
    const given = await parseWith(taskInput, applyChange(task.definition, change), 'the task');
    const prepared = await prepareDefinition(core, given, { org: task.row.org, task: id });
    await requireRunnable(core, { definition: prepared.definition, runAs, task: id });
    requireLending(core, viewer, prepared.definition);
    requireHonestHints(core, viewer, prepared.definition);
    await requireFreeName(core, task.row, prepared.definition);
    const nowMs = core.clock.now();
    const version: VersionRow = {
      org: task.row.org,
      task: id,
      version: task.row.version + 1,
      definition: JSON.stringify(prepared.definition),
      run_as: JSON.stringify(runAs),
      created_at: nowMs,
    };
    const rescheduled = isOtherSchedule(task.definition, prepared.definition);
    const next = rescheduled ? nextAfter(core, task, prepared) : {};
    const set: TaskUpdate = {
      version: version.version,
      title: prepared.definition.title,
      schedule_kind: prepared.definition.schedule_kind,
      published_name: prepared.definition.publish_as?.name ?? null,
      calendars: calendarsColumn(calendarsOf(prepared.definition)),
      updated_at: nowMs,
      ...(await statusAfter(core, task, rescheduled ? undefined : prepared)),
      ...next,
      // Its next time is found by the dates there are.
      ...(rescheduled ? { outdated_at: null } : {}),
    };
    const spent = spentNow(task, prepared, set);
    const reason = rescheduled ? 'the schedule was changed before it was run' : whyCompleted(spent);
    await core.database.together([
      core.stores.tasks.update(task.row, { ...set, ...spent }),
      core.stores.tasks.insertVersion(version),
      ...core.stores.calendars.use(task.row.org, prepared.calendars),
      ...(rescheduled ? passedTimes(core, task, next) : []),
      // One that waits was for what the task was.
      ...(await skipWaiting(core, task, { reason })),
    ]);
  });
  core.wake();
  await core.renewPublished();
  const task = await openTask(core, viewer, id);
  const view = toTaskView(task, core.clock.now());
  core.announcer.changed(task.row, { status: view.status });
  return view;
}

function requireVersion({ row }: Task, ifVersion: number | undefined): void {
  if (ifVersion === undefined || ifVersion === row.version) return;
  throw new SignalboxError(
    'conflict',
    `the task is in version ${row.version} by now, not ${ifVersion}; read it again and change that`,
  );
}

function applyChange(definition: TaskDefinition, { remove = [], ...change }: TaskChange): object {
  const removed = new Set<string>(remove);
  // Where a rule begins belongs to the kind of schedule it was made for.
  if (change.schedule_kind !== undefined && change.schedule_kind !== definition.schedule_kind)
    for (const field of change.schedule_kind === 'manual' ? timeFields : ['dtstart']) removed.add(field);
  const kept = Object.entries(definition).filter(([field]) => !removed.has(field));
  const given = Object.entries(change).filter(([, value]) => value !== undefined);
  return Object.fromEntries([...kept, ...given]);
}

const timeFields = [
  'schedule_expr',
  'dtstart',
  'dst',
  'exclude',
  'jitter_seconds',
  'starts_at',
  'ends_at',
  'when',
  'rate',
  'debounce_seconds',
] as const;

const scheduleFields = [
  'schedule_kind',
  'schedule_expr',
  'timezone',
  'dtstart',
  'dst',
  'exclude',
  'jitter_seconds',
  'starts_at',
  'ends_at',
] as const;

function isOtherSchedule(before: TaskDefinition, after: TaskDefinition): boolean {
  return scheduleFields.some((field) => JSON.stringify(before[field]) !== JSON.stringify(after[field]));
}

/** What made a task invalid was checked again. With the schedule it goes on with, unless that is another. */
async function statusAfter(core: Core, { row }: Task, kept: Prepared | undefined): Promise<TaskUpdate> {
  if (row.status !== 'invalid') return {};
  const due = kept ? await dueAgain(core, row, kept.schedule) : { status: 'active', status_reason: null };
  return { ...due, gap_reason: 'the task was invalid' };
}

function nextAfter(core: Core, { row }: Task, { schedule, definition }: Prepared): TaskUpdate {
  const nowMs = core.clock.now();
  const plain = nextFields(findFirst(schedule, nowMs), core.zoneData);
  // What is never due by itself is not snoozed.
  const isManual = definition.schedule_kind === 'manual';
  const next = isManual ? plain : keepSnooze(plain, row, { schedule, nowMs });
  return row.status === 'paused' ? { ...next, next_at: null } : next;
}

/** Of a schedule that cannot be read any more only the first time is known. */
function passedRange(task: Task, nominalAtMs: number, nowMs: number): TimeRange | undefined {
  try {
    return countRange(task.schedule(), nominalAtMs - 1, nowMs + 1);
  } catch (error) {
    if (!obstacleOf(error)) throw error;
    return nominalAtMs > nowMs
      ? undefined
      : { fromMs: nominalAtMs, throughMs: nominalAtMs, count: 1, isMore: true };
  }
}

/** A task that has had its runs is completed; where a time has passed unfired the loop does it, and writes that down. */
function spentNow({ row }: Task, { definition }: Prepared, set: TaskUpdate): TaskUpdate {
  const { status = row.status, next_at: nextAt = row.next_at, updated_at: nowMs = 0 } = set;
  const isDue = row.schedule_kind !== 'event' && nextAt !== null && nextAt <= nowMs;
  const reason = spentReason(definition, row.run_count);
  return status !== 'active' || isDue || reason === undefined ? {} : completed(reason);
}

/** Times that had passed and were not fired yet are written down, unless the new schedule is due at the same one. */
function passedTimes(core: Core, task: Task, next: TaskUpdate): readonly StoreWrite[] {
  const { row, runAs } = task;
  if (row.next_nominal === null) return [];
  const range = passedRange(task, row.next_nominal, core.clock.now());
  if (!range || (range.count === 1 && range.fromMs === next.next_nominal)) return [];
  const wish = {
    trigger: 'schedule',
    sourceId: '',
    nominalAtMs: range.fromMs,
    runAs,
    depth: row.depth,
  } as const;
  const reason = 'the schedule was changed before it was fired';
  const { occurrence } = toPlaced({ wish, refused: { status: 'missed', reason, range } }, task, core);
  return [core.stores.occurrences.insert(occurrence)];
}
