import { randomBytes } from 'node:crypto';
import type { HealthReport, Orderer, Scheduler } from '@signalbox/sdk';
import { requireChange, requirePermission } from './access/task-access.ts';
import { Announcer } from './announcer.ts';
import { type CalendarOperations, calendarOperations } from './calendar/calendar-operations.ts';
import { CalendarStore } from './calendar/calendar-store.ts';
import { renewOutdated } from './calendar/renew-outdated.ts';
import type { Core } from './core.ts';
import { publishEvent } from './event/publish-event.ts';
import { DueLoop } from './loop/due-loop.ts';
import { type Leadership, LeasedLeadership, soleLeadership } from './loop/leadership.ts';
import { look } from './loop/look.ts';
import { moveTimes } from './loop/move-times.ts';
import { pullBack } from './loop/pull-back.ts';
import { Notes } from './notes.ts';
import { cancelTask, pauseTask, resumeTask } from './operations/change-status.ts';
import { createTask } from './operations/create-task.ts';
import { openTask } from './operations/open-task.ts';
import { orderChild } from './operations/order-child.ts';
import { previewSchedule } from './operations/preview-schedule.ts';
import {
  findEvent,
  getTask,
  listEvents,
  listOccurrences,
  listTasks,
  listVersions,
  summarizeTasks,
} from './operations/read-tasks.ts';
import { backfillTask, runTaskNow } from './operations/run-task.ts';
import { snoozeTask } from './operations/snooze-task.ts';
import { tryPipeline } from './operations/try-pipeline.ts';
import { updateTask } from './operations/update-task.ts';
import { retryRun } from './outcome/retry-run.ts';
import { RunEnds } from './outcome/run-ends.ts';
import { JointPlacing } from './place/joint-placing.ts';
import type { OrderPublished } from './published/call-published.ts';
import { runPublished } from './published/run-published.ts';
import type { SchedulerParts } from './scheduler-parts.ts';
import { EventStore } from './store/event-store.ts';
import { GuardStore } from './store/guard-store.ts';
import { Ids } from './store/ids.ts';
import { OccurrenceStore } from './store/occurrence-store.ts';
import { schedulerMigrations } from './store/scheduler-migrations.ts';
import type { Task } from './store/task.ts';
import { TaskStore } from './store/task-store.ts';
import { TaskTurns } from './store/task-turns.ts';
import { VersionCache } from './store/version-cache.ts';
import { removeOrganization, tidy } from './tidy.ts';

/** A scheduler and its life. */
export interface RunningScheduler {
  readonly service: Scheduler;
  /** Begins to look for what is due. Whatever passed before is up to the tasks. */
  readonly start: () => Promise<void>;
  /** Ends when what is under way is written. */
  readonly stop: () => Promise<void>;
  /** Ends when everything due now was looked at, and every end of a run that was heard of is written. */
  readonly settle: () => Promise<void>;
  readonly tidy: () => Promise<void>;
  /** Goes on with a run that failed, and lets its occurrence follow it. Errors: those of `Engine.retry`, `unsupported`. */
  readonly retryRun: (org: string, run: string, orderers: readonly Orderer[]) => Promise<void>;
  readonly removeOrganization: (org: string) => Promise<void>;
  readonly health: () => Promise<HealthReport>;
  /** What may be done with calendars. */
  readonly calendars: CalendarOperations;
  /** The tasks that are tools, and what runs them when they are called. */
  readonly published: {
    readonly read: () => Promise<readonly Task[]>;
    readonly order: OrderPublished;
    /** What is to be done whenever they may be others. */
    renew: () => Promise<void>;
    /** See `PublishedTools.mayShow`; yes until then. */
    mayShow: (org: string) => boolean;
  };
}

/** Makes the scheduler over its parts; its tables are brought up to date first. */
export async function makeScheduler(parts: SchedulerParts): Promise<RunningScheduler> {
  const { database, clock, log, settings } = parts;
  await database.migrate('scheduler', schedulerMigrations);
  const calendars = new CalendarStore(database);
  const core: Core = {
    ...parts,
    stores: {
      calendars,
      tasks: new TaskStore(database, new VersionCache(parts.zoneData), calendars),
      occurrences: new OccurrenceStore(database),
      events: new EventStore(database),
      guards: new GuardStore(database),
    },
    ids: new Ids(clock, parts.randomBytes ?? randomBytes),
    randomBytes: parts.randomBytes ?? randomBytes,
    turns: new TaskTurns(),
    joint: new JointPlacing(),
    announcer: new Announcer(parts),
    notes: new Notes(),
    wake: () => loop.wake(),
    renewPublished: () => published.renew(),
    mayShowPublished: (org) => published.mayShow(org),
  };
  const published: RunningScheduler['published'] = {
    read: () => core.stores.tasks.published(),
    order: (viewer, call) => runPublished(core, viewer, call),
    renew: async () => undefined,
    mayShow: () => true,
  };
  const leadership: Leadership =
    database.dialect === 'postgres'
      ? new LeasedLeadership({ database, clock, node: parts.node, leaseMs: settings.leaseMs })
      : soleLeadership;
  const nextDueAt = (): Promise<number | undefined> => core.stores.tasks.nextDueAt();
  const lookAround = async (): Promise<boolean> => {
    const ordering = core.engine();
    return ordering !== undefined && look({ ...core, ordering }, leadership);
  };
  const loop: DueLoop = new DueLoop({ look: lookAround, nextDueAt }, { clock, log });
  const ends = new RunEnds(core);
  let stopListening = (): void => undefined;
  return {
    service: toService(core),
    calendars: calendarOperations(core),
    published,
    start: async () => {
      stopListening = ends.listen();
      core.engine()?.callTasks((wanted) => orderChild(core, wanted));
      await renewOutdated(core);
      await moveTimes(core);
      await ends.ask(clock.now());
      loop.start();
    },
    stop: async () => {
      stopListening();
      await loop.stop();
      await ends.settle();
      await leadership.release();
    },
    settle: async () => {
      await loop.settle();
      await ends.settle();
    },
    tidy: async () => {
      if (!(await leadership.hold())) return;
      await ends.ask(clock.now() - settledMs);
      await renewOutdated(core, { beforeMs: clock.now() - settledMs });
      await pullBack(core);
      await tidy(database, settings, clock.now());
    },
    retryRun: (org, run, orderers) => retryRun(core, org, run, orderers),
    removeOrganization: (org) => removeOrganization(database, org),
    health: async () => {
      if (core.engine() || (await nextDueAt()) === undefined) return loop.health();
      return { status: 'degraded', reason: 'tasks are due and no extension carries out pipelines' };
    },
  };
}

/** The end of a run is heard of, and a calendar given to its tasks, sooner than this; what is still open then was left. */
const settledMs = 60_000;

function toService(core: Core): Scheduler {
  return {
    create: (viewer, input) => createTask(core, viewer, input),
    get: (viewer, task) => getTask(core, viewer, task),
    list: (viewer, selection = {}) => listTasks(core, viewer, selection),
    versions: (viewer, task) => listVersions(core, viewer, task),
    update: (viewer, task, change, ifVersion) => updateTask(core, viewer, task, { change, ifVersion }),
    pause: (viewer, task, reason) => pauseTask(core, viewer, task, reason),
    resume: (viewer, task) => resumeTask(core, viewer, task),
    cancel: (viewer, task, reason) => cancelTask(core, viewer, task, reason),
    snooze: (viewer, task, snooze) => snoozeTask(core, viewer, task, snooze),
    runNow: (viewer, task, options = {}) => runTaskNow(core, viewer, task, options),
    backfill: (viewer, task, range) => backfillTask(core, viewer, task, range),
    tryPipeline: (viewer, wanted) => tryPipeline(core, viewer, wanted),
    preview: (viewer, of, count) => previewSchedule(core, viewer, of, count),
    occurrences: (viewer, task, selection = {}) => listOccurrences(core, viewer, task, selection),
    publishEvent: (viewer, event) => publishEvent(core, viewer, event),
    events: (viewer, selection = {}) => listEvents(core, viewer, selection),
    findEvent: (viewer, id) => findEvent(core, viewer, id),
    summary: (viewer) => summarizeTasks(core, viewer),
    requirePermission: (viewer, permission) => requirePermission(core, viewer, permission),
    noteChanges: core.notes.take,
    requireChange: async (viewer, task) =>
      requireChange(core, viewer, (await openTask(core, viewer, task)).row),
  };
}
