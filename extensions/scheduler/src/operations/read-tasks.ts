import { matchesTopic } from '@signalbox/schedule';
import {
  type EventSelection,
  type EventView,
  type OccurrenceSelection,
  type OccurrenceView,
  occurrenceStatuses,
  SignalboxError,
  type TaskSelection,
  type TaskSummary,
  type TaskVersionView,
  type TaskView,
  taskStatuses,
  type Viewer,
} from '@signalbox/sdk';
import { requirePermission } from '../access/task-access.ts';
import type { Core } from '../core.ts';
import { VersionCache } from '../store/version-cache.ts';
import { openTask } from './open-task.ts';
import { toEventView, toOccurrenceView, toTaskView, toVersionView } from './views.ts';

const defaultLimit = 50;
const maxLimit = 200;
const dayMs = 86_400_000;

export async function getTask(core: Core, viewer: Viewer, id: string): Promise<TaskView> {
  requirePermission(core, viewer, 'tasks:read');
  return toTaskView(await openTask(core, viewer, id), core.clock.now());
}

export async function listTasks(
  core: Core,
  viewer: Viewer,
  selection: TaskSelection,
): Promise<readonly TaskView[]> {
  requirePermission(core, viewer, 'tasks:read');
  const limit = checkLimit(selection.limit);
  const tasks = await core.stores.tasks.list(viewer.principal.org, { ...selection, limit });
  return tasks.map((task) => toTaskView(task, core.clock.now()));
}

export async function listVersions(
  core: Core,
  viewer: Viewer,
  id: string,
): Promise<readonly TaskVersionView[]> {
  requirePermission(core, viewer, 'tasks:read');
  const { row } = await openTask(core, viewer, id);
  const versions = new VersionCache(core.zoneData);
  const rows = await core.stores.tasks.versions(row.org, id);
  return rows.map((version) => toVersionView(version, versions.read(version)));
}

export async function listOccurrences(
  core: Core,
  viewer: Viewer,
  id: string,
  selection: OccurrenceSelection,
): Promise<readonly OccurrenceView[]> {
  requirePermission(core, viewer, 'tasks:read');
  const { row } = await openTask(core, viewer, id);
  const limit = checkLimit(selection.limit);
  return (await core.stores.occurrences.list(row.org, id, { ...selection, limit })).map(toOccurrenceView);
}

/** Looks at no more than some thousand events for those of a topic. */
export async function listEvents(
  core: Core,
  viewer: Viewer,
  { topic, before, limit }: EventSelection,
): Promise<readonly EventView[]> {
  requirePermission(core, viewer, 'tasks:read');
  const most = checkLimit(limit);
  const found: EventView[] = [];
  let last = before;
  for (let pages = 0; pages < 10 && found.length < most; pages++) {
    const rows = await core.stores.events.list(viewer.principal.org, last, maxLimit);
    const fitting = rows.filter((row) => topic === undefined || matchesTopic(topic, row.topic));
    found.push(...fitting.map(toEventView));
    last = rows.at(-1)?.id;
    if (rows.length < maxLimit) break;
  }
  return found.slice(0, most);
}

export async function findEvent(core: Core, viewer: Viewer, id: string): Promise<EventView | undefined> {
  requirePermission(core, viewer, 'tasks:read');
  const row = await core.stores.events.find(viewer.principal.org, id);
  return row && toEventView(row);
}

export async function summarizeTasks(core: Core, viewer: Viewer): Promise<TaskSummary> {
  requirePermission(core, viewer, 'tasks:read');
  const { org } = viewer.principal;
  const tasks = await core.stores.tasks.count(org);
  const occurrences = await core.stores.occurrences.count(org, core.clock.now() - dayMs);
  const nextAt = await core.stores.tasks.nextDueAt(org);
  return {
    tasks: countsOf(taskStatuses, tasks),
    occurrences: countsOf(occurrenceStatuses, occurrences),
    is_idle: core.engine() === undefined,
    ...(nextAt === undefined ? {} : { next_at: nextAt }),
  };
}

function countsOf<Name extends string>(
  names: readonly Name[],
  counts: ReadonlyMap<string, number>,
): { readonly [name in Name]: number } {
  const entries = names.map((name) => [name, counts.get(name) ?? 0]);
  // Every name is among the entries.
  return Object.fromEntries(entries) as { readonly [name in Name]: number };
}

function checkLimit(limit = defaultLimit): number {
  if (Number.isInteger(limit) && limit >= 1 && limit <= maxLimit) return limit;
  throw new SignalboxError('invalid_params', `a page has 1 to ${maxLimit} entries, not ${limit}`);
}
