import type { Schedule } from '@signalbox/schedule';
import type { StandIn, TaskDefinition } from '@signalbox/sdk';
import type { TaskRow } from './scheduler-tables.ts';

/** What a version says, read once. */
export interface TaskVersion {
  readonly definition: TaskDefinition;
  /** Whose rights its runs have. */
  readonly runAs: StandIn;
  /** Throws `invalid_params` when it cannot be compiled any more, such as when its zone is gone. */
  readonly schedule: () => Schedule;
}

/** A task as it was read: what changes, and the version it is in. */
export interface Task extends TaskVersion {
  readonly row: TaskRow;
}
