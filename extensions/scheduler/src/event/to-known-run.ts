import type { TaskRun } from '@signalbox/sdk';
import type { OccurrenceRow } from '../store/scheduler-tables.ts';

/** What has become of an event already, as who tells it again is told. */
export function toKnownRun({ id, status, run, reason }: OccurrenceRow): TaskRun {
  return {
    occurrence: id,
    // Only the scheduler writes the column.
    status: status as TaskRun['status'],
    is_new: false,
    ...(run === null ? {} : { run }),
    ...(reason === null ? {} : { reason }),
  };
}
