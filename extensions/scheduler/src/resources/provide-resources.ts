import {
  type ExtensionContext,
  type HandlerContext,
  isEnded,
  type Resource,
  type RunDetail,
  runChanged,
  taskChanged,
  type Viewer,
  withoutExpiry,
} from '@signalbox/sdk';
import { viewerNow } from '../access/viewer-now.ts';
import { getRunFor, listRunsFor } from '../runs/read-runs.ts';
import { toTaskSummary } from '../tools/task-summary.ts';
import { runsUri, runUri, tasksUri, taskUri } from '../wire/to-link.ts';
import { toRunDetailItem, toRunItem } from '../wire/to-run-item.ts';
import { toTaskItem } from '../wire/to-task-item.ts';
import type { WayIn } from '../wire/way-in.ts';
import { ResourceWatches, type Watched } from './resource-watches.ts';

const shown = 50;
const oftenMs = 1_000;
const seldomMs = 5_000;

/** A resource as it is read and watched for somebody. */
interface Reading {
  readonly uri: string;
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly read: (uri: string, viewer: Viewer) => Promise<object>;
  readonly watched: (uri: string, viewer: Viewer) => Watched;
}

/** Tasks and runs as resources, whose readers are told when they change. The result ends it. */
export function provideResources(
  resources: ExtensionContext<unknown>['resources'],
  wayIn: WayIn,
): () => void {
  const watches = new ResourceWatches({
    ...wayIn,
    mayRead: (viewer) => mayRead(wayIn, viewer),
    viewerNow: (viewer) => viewerNow(wayIn.directory(), viewer, 'watch'),
  });
  const readings = [ownTasks(wayIn), oneTask(wayIn), newestRuns(wayIn), oneRun(wayIn)];
  for (const reading of readings) resources.provide(toResource(reading, watches));
  wayIn.events.on(taskChanged, ({ org, task }) => watches.wake(org, [taskUri(task), tasksUri]));
  wayIn.events.on(runChanged, ({ org, run }) => watches.wake(org, [runUri(run), runsUri]));
  return () => watches.stop();
}

function toResource({ read, watched, ...rest }: Reading, watches: ResourceWatches): Resource {
  return {
    ...rest,
    mimeType: 'application/json',
    read: async (uri, context) => JSON.stringify(await read(uri, viewerOf(context))),
    watch: async (uri, isOn, context) => {
      const viewer = viewerOf(context);
      if (!isOn) return watches.end(watched(uri, viewer));
      await read(uri, viewer);
      await watches.begin(watched(uri, lastingOf(viewer)));
    },
  };
}

function ownTasks({ tasks }: WayIn): Reading {
  const list = async (viewer: Viewer) =>
    (await tasks.list(viewer, { created_by: viewer.principal.id, limit: shown })).map(toTaskSummary);
  return {
    uri: tasksUri,
    name: 'tasks',
    title: 'Your tasks',
    description: `The newest ${shown} tasks you have made, and how they stand`,
    read: async (_uri, viewer) => ({ items: await list(viewer) }),
    watched: (uri, viewer) => ({
      ...ofPerson(uri, viewer),
      read: async (reader) => ({ print: JSON.stringify(await list(reader)), isOver: false }),
    }),
  };
}

function oneTask({ tasks }: WayIn): Reading {
  const find = (uri: string, viewer: Viewer) => tasks.get(viewer, idOf(uri, tasksUri));
  return {
    uri: `${tasksUri}/{id}`,
    name: 'task',
    title: 'A task',
    description: 'A task with its pipeline, and when it is due next',
    read: async (uri, viewer) => toTaskItem(await find(uri, viewer)),
    watched: (uri, viewer) => ({
      uri,
      org: viewer.principal.org,
      viewer,
      everyMs: seldomMs,
      read: async (reader) => ({ print: JSON.stringify(await find(uri, reader)), isOver: false }),
    }),
  };
}

function newestRuns(wayIn: WayIn): Reading {
  const list = (viewer: Viewer) => listRunsFor(wayIn, viewer, { limit: shown });
  return {
    uri: runsUri,
    name: 'runs',
    title: 'Runs',
    description: `The newest ${shown} runs of your organization, and how they stand`,
    read: async (_uri, viewer) => ({ items: (await list(viewer)).map(toRunItem) }),
    watched: (uri, viewer) => ({
      ...ofPerson(uri, viewer),
      read: async (reader) => {
        const runs = await list(reader);
        return { print: runs.map(({ id, status }) => `${id} ${status}`).join('\n'), isOver: false };
      },
    }),
  };
}

function oneRun(wayIn: WayIn): Reading {
  const find = (uri: string, viewer: Viewer) => getRunFor(wayIn, viewer, idOf(uri, runsUri));
  return {
    uri: `${runsUri}/{id}`,
    name: 'run',
    title: 'A run',
    description: 'A run with its steps, what each gave or why it failed, and what it asks',
    read: async (uri, viewer) => toRunDetailItem(await find(uri, viewer)),
    watched: (uri, viewer) => ({
      uri,
      org: viewer.principal.org,
      viewer,
      everyMs: oftenMs,
      read: async (reader) => {
        const run = await find(uri, reader);
        return { print: printOf(run), isOver: isEnded(run.status) };
      },
    }),
  };
}

/** What a reader of a run is told of: its status, its questions, and steps that begin or end. */
function printOf({ status, attempt, steps, questions, approvals = [] }: RunDetail): string {
  return JSON.stringify([
    status,
    attempt,
    questions.map(({ path, askedAt }) => [path, askedAt]),
    approvals.map(({ approval }) => approval),
    steps.map((step) => [step.path, step.attempt, step.status]),
  ]);
}

function ofPerson(uri: string, viewer: Viewer): Omit<Watched, 'read'> {
  const { principal } = viewer;
  return { uri, org: principal.org, only: principal, viewer, everyMs: seldomMs };
}

/** Roles and rules may be others than when somebody began to watch. */
function mayRead({ tasks, log }: WayIn, viewer: Viewer): boolean {
  try {
    tasks.requirePermission(viewer, 'tasks:read');
    return true;
  } catch (cause) {
    log.debug('somebody may not read any more what they watch', { cause });
    return false;
  }
}

function viewerOf({ principal, interface: through }: HandlerContext): Viewer {
  return { principal, interface: through };
}

/** Several may watch through the looks of one, and longer than the credential it began with is good for. */
function lastingOf({ principal, interface: through }: Viewer): Viewer {
  return { principal: withoutExpiry(principal), interface: through };
}

function idOf(uri: string, base: string): string {
  return uri.slice(base.length + 1);
}
