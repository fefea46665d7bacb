import type { Schedule } from '@signalbox/schedule';
import type { StandIn, TaskDefinition } from '@signalbox/sdk';
import type { KnownCalendars } from '../calendar/known-calendars.ts';
import type { TaskRow } from './scheduler-tables.ts';

/** What a version says, read once. */
export interface TaskVersion {
  readonly definition: TaskDefinition;
  /** Whose rights its runs have. */
  readonly runAs: StandIn;
  /** Its schedule, compiled once for the same calendars. Throws `invalid_params` when it cannot be any more, such as when its zone is gone. */
  readonly scheduleBy: (calendars: KnownCalendars) => Schedule;
}

/** A task as it was read: what changes, and the version it is in. */
export interface Task extends TaskVersion {
  readonly row: TaskRow;
  /** Its schedule by the calendars as they were then. Throws as {@link TaskVersion.scheduleBy} does. */
  readonly schedule: () => Schedule;
}
