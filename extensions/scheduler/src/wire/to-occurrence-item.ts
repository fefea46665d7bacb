import type { OccurrenceItem, PreviewedItem, TaskRunItem } from '@signalbox/api';
import type { OccurrenceView, PreviewedTime, TaskRun } from '@signalbox/sdk';
import { toInstant } from './to-instant.ts';

/** One time a task was due, as answers have it. */
export function toOccurrenceItem(occurrence: OccurrenceView): OccurrenceItem {
  const { nominal_at, through_at, decided_at, ...rest } = occurrence;
  return {
    ...rest,
    nominal_at: toInstant(nominal_at),
    through_at: toInstant(through_at),
    decided_at: toInstant(decided_at),
  };
}

/** A time a task will be due, as answers have it. */
export function toPreviewedItem({ nominal_at, fire_at, local, notes }: PreviewedTime): PreviewedItem {
  return { nominal_at: toInstant(nominal_at), fire_at: toInstant(fire_at), local, notes: [...notes] };
}

/** What became of a wish to have a task run, as answers have it. */
export function toTaskRunItem({ occurrence, status, run, is_new, reason }: TaskRun): TaskRunItem {
  return {
    occurrence,
    status,
    is_new,
    ...(run === undefined ? {} : { run }),
    ...(reason === undefined ? {} : { reason }),
  };
}
