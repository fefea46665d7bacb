import {
  parseWith,
  SignalboxError,
  type StandIn,
  type TaskDefinition,
  type TaskInput,
  type TaskView,
  taskInput,
  type Viewer,
} from '@signalbox/sdk';
import { depthOf, isRunning, requireDepth } from '../access/caller-depth.ts';
import { countTaskOfRun } from '../access/count-tasks-of-runs.ts';
import { requirePermission, requireStandIn } from '../access/task-access.ts';
import { calendarsColumn, calendarsOf } from '../calendar/known-calendars.ts';
import type { Core } from '../core.ts';
import { requireFreeName } from '../published/require-free-name.ts';
import { requireHonestHints } from '../published/require-honest-hints.ts';
import { requireLending } from '../published/require-lending.ts';
import { nextFields } from '../schedule/next-fields.ts';
import { again } from '../store/again.ts';
import type { TaskRow, VersionRow } from '../store/scheduler-tables.ts';
import { findFirst } from './find-first.ts';
import { openTask } from './open-task.ts';
import { type Prepared, prepareDefinition } from './prepare-definition.ts';
import { requireRunnable } from './require-runnable.ts';
import { toTaskView } from './views.ts';

/** Makes a task; see `Scheduler.create`. */
export async function createTask(core: Core, viewer: Viewer, input: TaskInput): Promise<TaskView> {
  requirePermission(core, viewer, 'tasks:write');
  const runAs = requireStandIn(viewer);
  const depth = await depthOf(core, viewer);
  requireDepth(core, depth);
  const given = await parseWith(taskInput, input, 'the task');
  const id = core.ids.next();
  await requireRoom(core, runAs.org);
  const row = await again(core, () => write(core, viewer, given, { id, runAs, depth }));
  core.announcer.changed(row, { status: given.status });
  core.wake();
  if (given.publish_as) await core.renewPublished();
  return toTaskView(await openTask(core, viewer, id), core.clock.now());
}

interface Made {
  readonly id: string;
  readonly runAs: StandIn;
  readonly depth: number;
}

/** Errors: stale when a calendar it names is another by then. */
async function write(
  core: Core,
  viewer: Viewer,
  given: TaskDefinition,
  { id, runAs, depth }: Made,
): Promise<TaskRow> {
  const { stores, database } = core;
  const { org } = runAs;
  const prepared = await prepareDefinition(core, given, { org, task: id });
  const { definition } = prepared;
  await requireRunnable(core, { definition, runAs, task: id });
  requireLending(core, viewer, definition);
  requireHonestHints(core, viewer, definition);
  const row = toRow(core, prepared, { id, runAs, depth });
  const version: VersionRow = {
    org,
    task: id,
    version: 1,
    definition: JSON.stringify(definition),
    run_as: JSON.stringify(runAs),
    created_at: row.created_at,
  };
  await requireFreeName(core, row, definition);
  const counted = isRunning(viewer) ? [await countTaskOfRun(core, runAs)] : [];
  await database.together([
    ...stores.tasks.insert(row, version),
    ...stores.calendars.use(org, prepared.calendars),
    ...counted,
  ]);
  return row;
}

function toRow(core: Core, { definition, schedule }: Prepared, { id, runAs, depth }: Made): TaskRow {
  const nowMs = core.clock.now();
  const next = nextFields(findFirst(schedule, nowMs), core.zoneData);
  const isActive = definition.status === 'active';
  return {
    org: runAs.org,
    id,
    version: 1,
    revision: 1,
    status: definition.status,
    status_reason: null,
    title: definition.title,
    schedule_kind: definition.schedule_kind,
    created_kind: runAs.kind,
    created_by: runAs.id,
    ...next,
    next_at: isActive ? next.next_at : null,
    run_count: 0,
    failures: 0,
    rate_at: 0,
    depth,
    created_at: nowMs,
    updated_at: nowMs,
    published_name: definition.publish_as?.name ?? null,
    calendars: calendarsColumn(calendarsOf(definition)),
    outdated_at: null,
  };
}

async function requireRoom({ stores, settings }: Core, org: string): Promise<void> {
  const counts = await stores.tasks.count(org);
  const open = ['active', 'paused', 'invalid'].reduce((sum, status) => sum + (counts.get(status) ?? 0), 0);
  if (open < settings.maxTasks) return;
  throw new SignalboxError(
    'too_large',
    `the organization has ${open} tasks, as many as it may (scheduler.maxTasks); cancel some`,
  );
}
