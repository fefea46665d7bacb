import type { EventNote, TaskNote, WriteNote } from './change-notes.ts';
import type { RunTrigger } from './engine.ts';
import { defineTopic } from './events.ts';
import type { JsonObject, JsonValue } from './json.ts';
import type { Permission } from './permission.ts';
import type { Viewer } from './principal.ts';
import { defineService } from './service-token.ts';
import type {
  EventInput,
  ScheduleInput,
  SnoozeInput,
  TaskChange,
  TaskDefinition,
  TaskInput,
} from './task-input.ts';

/**
 * How a task is. `completed` and `canceled` are final; `invalid` says that it cannot be fired as it is (a tool or its zone is gone),
 * until it is changed or resumed.
 */
export const taskStatuses = ['active', 'paused', 'completed', 'canceled', 'invalid'] as const;
export type TaskStatus = (typeof taskStatuses)[number];

/** What became of an occurrence. A `waiting` one is an event that waits for others to stay away (`debounce_seconds`). */
export const occurrenceStatuses = ['fired', 'skipped', 'missed', 'deduplicated', 'waiting'] as const;
export type OccurrenceStatus = (typeof occurrenceStatuses)[number];

/**
 * A task as it stands. Names of fields are those of Ordinaut; times are UTC milliseconds. What is `undefined` is left out.
 */
export interface TaskView extends Omit<TaskDefinition, 'status' | 'timezone'> {
  readonly id: string;
  readonly org: string;
  /** Grows with each change of what is done or when. */
  readonly version: number;
  readonly status: TaskStatus;
  /** Why it is paused, completed, canceled or invalid, where there is a reason. */
  readonly status_reason?: string;
  readonly timezone: string;
  /** When it is due next, snooze and jitter included; absent when it is not. */
  readonly next_at?: number;
  /** The time that is about, as the schedule means it. A paused task keeps it. */
  readonly next_nominal_at?: number;
  readonly snoozed_until?: number;
  readonly snooze_reason?: string;
  readonly created_by: { readonly kind: string; readonly id: string };
  /** Whose rights its runs have: who wrote this version, with at most what they had then. */
  readonly run_as: { readonly kind: string; readonly id: string };
  /** Runs its schedule or events have made. */
  readonly run_count: number;
  /** Runs in a row that have failed, up to now. */
  readonly failures: number;
  readonly created_at: number;
  readonly updated_at: number;
}

/** A version of a task, which never changes. */
export interface TaskVersionView {
  readonly version: number;
  readonly definition: TaskDefinition;
  readonly run_as: { readonly kind: string; readonly id: string };
  readonly created_at: number;
}

/** One time a task was due, and what became of it; several in a row with the same end are one. */
export interface OccurrenceView {
  readonly id: string;
  readonly task: string;
  readonly version: number;
  readonly trigger: RunTrigger;
  /** The time the schedule means, of an event when it came. */
  readonly nominal_at: number;
  /** The last of several. */
  readonly through_at: number;
  /** How many they are; at least so many when `is_more`. */
  readonly count: number;
  readonly is_more: boolean;
  readonly status: OccurrenceStatus;
  /** Why it was not fired, or was fired late, in words. */
  readonly reason?: string;
  readonly run?: string;
  /** How its run ended; absent until it has, and where there is none. */
  readonly outcome?: string;
  /** Id of the event, in the list of events. */
  readonly event?: string;
  /** When it was decided. */
  readonly decided_at: number;
}

/** A time a schedule will be due. */
export interface PreviewedTime {
  readonly nominal_at: number;
  /** Later by the jitter, and for the next one by a snooze. */
  readonly fire_at: number;
  /** What the wall clock of the zone shows. */
  readonly local: string;
  /** What changes of clocks do to it, in words. */
  readonly notes: readonly string[];
}

/** What became of a wish to have a task run. */
export interface TaskRun {
  readonly occurrence: string;
  readonly status: OccurrenceStatus;
  /** The run, or the one there was already; absent when there is none, for the reason. */
  readonly run?: string;
  readonly is_new: boolean;
  readonly reason?: string;
}

/** What a backfill came to. */
export interface Backfill {
  readonly runs: readonly TaskRun[];
  /** Times that had been filled before. */
  readonly known: number;
  /** Where to go on when there were more times than one backfill takes (100), or than one search finds. */
  readonly next_from?: number;
}

/** An event that was told. */
export interface EventView {
  readonly id: string;
  readonly topic: string;
  readonly source: string;
  /** Its id at its source. */
  readonly event_id: string;
  readonly payload: JsonValue;
  readonly at: number;
}

/** What became of an event that was told. */
export interface PublishedEvent {
  readonly id: string;
  readonly event_id: string;
  /** False when it had been told before. */
  readonly is_new: boolean;
  /** What became of it at the tasks; none yet where too many write one of them, which get it within seconds. */
  readonly runs: readonly TaskRun[];
}

/** One page, newest first; `before` is the id of the last one of the page before. */
interface PageOf {
  readonly before?: string;
  /** 1 to 200; 50 unless said. */
  readonly limit?: number;
}

/** Which tasks. */
export interface TaskSelection extends PageOf {
  readonly status?: readonly TaskStatus[];
  readonly schedule_kind?: TaskDefinition['schedule_kind'];
  /** Id of who made them. */
  readonly created_by?: string;
}

/** Which occurrences of a task. */
export interface OccurrenceSelection extends PageOf {
  readonly status?: readonly OccurrenceStatus[];
}

/** Which events. */
export interface EventSelection extends PageOf {
  /** A topic or a pattern of topics, as a task has it. */
  readonly topic?: string;
}

/** How the tasks of an organization are, in figures. */
export interface TaskSummary {
  readonly tasks: { readonly [status in TaskStatus]: number };
  readonly next_at?: number;
  /** What became of occurrences in the last 24 hours; a range counts as many as it is. */
  readonly occurrences: { readonly [status in OccurrenceStatus]: number };
  readonly is_idle: boolean;
}

/** How a task is run by hand. */
export interface RunNowOptions {
  /** In place of the params of the task with the same names. The run then has the rights of who gives them. */
  readonly params?: JsonObject;
  /** Also when a run of it has not ended, past concurrency and dedupe keys; only for who may change the task. */
  readonly isForced?: boolean;
  readonly isDryRun?: boolean;
}

/** A pipeline somebody wants to try. */
export interface PipelineTry {
  readonly title: string;
  /** As the payload of a task. */
  readonly payload: JsonObject;
  /** In place of its params with the same names. */
  readonly params?: JsonObject;
}

/** How it is written down, in the same write, that a task is paused or invalid now, and that an event was told. */
export interface ChangeNotes {
  readonly task: WriteNote<TaskNote>;
  readonly event: WriteNote<EventNote>;
}

/**
 * Keeps tasks and fires them. Everything is decided for who asks, in their organization: what another one has is `not_found`, and
 * missing rights are `forbidden`, `insufficient_scope` or `unauthenticated`. Reading takes `tasks:read`, making and changing
 * `tasks:write`, running and telling events `tasks:run`. A task is changed by who made it and by administrators (`admin:org`).
 */
export interface Scheduler {
  /**
   * Makes a task, to be run with the rights of who makes it. Errors: `invalid_params` (schedule, pipeline, or a tool they cannot use),
   * `forbidden` for delegates and for runs that are too deep, `rate_limited` for runs that make too many, `too_large` when there are
   * too many tasks.
   */
  readonly create: (viewer: Viewer, input: TaskInput) => Promise<TaskView>;
  readonly get: (viewer: Viewer, task: string) => Promise<TaskView>;
  readonly list: (viewer: Viewer, selection?: TaskSelection) => Promise<readonly TaskView[]>;
  /** Newest first. */
  readonly versions: (viewer: Viewer, task: string) => Promise<readonly TaskVersionView[]>;
  /**
   * Writes another version, run with the rights of who writes it; when it is due next is found anew in the same write. With
   * `ifVersion` only when that is the version there is: `conflict` otherwise, and for a task that has ended.
   */
  readonly update: (
    viewer: Viewer,
    task: string,
    change: TaskChange,
    ifVersion?: number,
  ) => Promise<TaskView>;
  /** Keeps the task from being due; its next time stays. Errors: `conflict` for one that is not active. */
  readonly pause: (viewer: Viewer, task: string, reason?: string) => Promise<TaskView>;
  /** Goes on with a paused or invalid task: what passed in between is made up for as `catchup` says. Errors: `conflict`. */
  readonly resume: (viewer: Viewer, task: string) => Promise<TaskView>;
  /** Ends a task for good; runs of it go on. Errors: `conflict` for one that has ended. */
  readonly cancel: (viewer: Viewer, task: string, reason?: string) => Promise<TaskView>;
  /** Fires the next time later, once; snoozing again does not add up. Errors: `conflict` for one that is not active. */
  readonly snooze: (viewer: Viewer, task: string, snooze: SnoozeInput) => Promise<TaskView>;
  /** Runs a task by hand, also one that is paused, snoozed or completed. Errors: `conflict` for one that is canceled. */
  readonly runNow: (viewer: Viewer, task: string, options?: RunNowOptions) => Promise<TaskRun>;
  /** Runs a task for the times it was due from one instant and before another, each once. Errors: `conflict`, `invalid_params`. */
  readonly backfill: (
    viewer: Viewer,
    task: string,
    range: { readonly from: number; readonly to: number },
  ) => Promise<Backfill>;
  /**
   * Runs a pipeline dry, with the rights of who tries it and without a task: nothing with side effects is done. Gives the run. Errors:
   * `invalid_params`, `unsupported`.
   */
  readonly tryPipeline: (viewer: Viewer, wanted: PipelineTry) => Promise<string>;
  /**
   * The next times of a task, or of a schedule there is no task for yet; 1 to 1,000. Errors: `invalid_params`, also for more of them than
   * one search finds; it says how many may be asked for.
   */
  readonly preview: (
    viewer: Viewer,
    of: { readonly task: string } | { readonly schedule: ScheduleInput },
    count: number,
  ) => Promise<readonly PreviewedTime[]>;
  readonly occurrences: (
    viewer: Viewer,
    task: string,
    selection?: OccurrenceSelection,
  ) => Promise<readonly OccurrenceView[]>;
  /** Tells an event; it is kept before anything comes of it. The same id of a source twice is one. */
  readonly publishEvent: (viewer: Viewer, event: EventInput) => Promise<PublishedEvent>;
  readonly events: (viewer: Viewer, selection?: EventSelection) => Promise<readonly EventView[]>;
  /** One event by its id; undefined when it is not kept (any more). */
  readonly findEvent: (viewer: Viewer, id: string) => Promise<EventView | undefined>;
  readonly summary: (viewer: Viewer) => Promise<TaskSummary>;
  /** Throws unless somebody may do this with tasks at all: what ways in ask before they touch runs. */
  readonly requirePermission: (viewer: Viewer, permission: Extract<Permission, `tasks:${string}`>) => void;
  /** Throws unless somebody may change a task: what ways in ask before they cancel, retry or answer its runs. */
  readonly requireChange: (viewer: Viewer, task: string) => Promise<void>;
  /** Who keeps notes of tasks that stand still, and of events, says here how they are written down. */
  readonly noteChanges: (notes: ChangeNotes) => void;
}

/** The extension that keeps tasks offers this. */
export const scheduler = defineService<Scheduler>('scheduler', { inProcess: true });

/** Published when a task was made or is other, on the node that did it. */
export const taskChanged = defineTopic<{
  readonly org: string;
  readonly task: string;
  readonly status: TaskStatus;
  readonly reason?: string;
}>('task.changed');

/** Published when it was decided what becomes of an occurrence, on the node that did it. */
export const occurrenceDecided = defineTopic<{
  readonly org: string;
  readonly occurrence: OccurrenceView;
}>('task.occurrence');

/** Published when other zone data, or other dates of a calendar, have moved the next time of a task. */
export const taskMoved = defineTopic<{
  readonly org: string;
  readonly task: string;
  readonly local: string;
  readonly from_at: number;
  /** Absent when the time is gone, and another comes in its place. */
  readonly to_at?: number;
  readonly zone_data: string;
  /** Those its schedule names, where one of them was changed. */
  readonly calendars?: readonly string[];
}>('task.moved');
