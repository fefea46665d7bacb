import type { OccurrenceItem, PreviewedItem, TaskItem, TaskRunItem } from '@signalbox/api';
import type { ItemLook, ListLook } from '../../terminal/print-items.ts';

/** How tasks are listed. */
export const taskList: ListLook<TaskItem> = {
  columns: [
    { title: 'ID', of: ({ id }) => id, isWhole: true },
    { title: 'STATUS', of: ({ status }) => status, isWhole: true },
    { title: 'TITLE', of: ({ title }) => title },
    { title: 'WHEN', of: scheduleText },
    { title: 'NEXT', of: ({ next_at }) => next_at },
    { title: 'RUNS', of: ({ run_count }) => run_count, align: 'right' },
    { title: 'FAILED IN A ROW', of: ({ failures }) => failures || undefined, align: 'right' },
  ],
  idOf: ({ id }) => id,
  empty: 'No tasks; make one with "signalbox task add FILE".',
};

/** How one task is shown. */
export const taskLook: ItemLook<TaskItem> = {
  idOf: ({ id }) => id,
  lines: (task) => [
    ['id', task.id],
    ['title', task.title],
    ['description', task.description],
    ['status', task.status_reason === undefined ? task.status : `${task.status}: ${task.status_reason}`],
    ['when', scheduleText(task)],
    ['next', task.next_at],
    ['snoozed until', task.snoozed_until],
    ['priority', task.priority],
    ['overlap', task.overlap],
    ['catch-up', task.catchup],
    ['version', task.version],
    ['made by', `${task.created_by.kind} ${task.created_by.id}`],
    ['runs as', `${task.run_as.kind} ${task.run_as.id}`],
    ['runs', task.run_count],
    ['failed in a row', task.failures || undefined],
    ['pipeline', JSON.stringify(task.payload, null, 2)],
  ],
};

/** How what became of wishes to run is listed. */
export const taskRunList: ListLook<TaskRunItem> = {
  columns: [
    { title: 'RUN', of: ({ run }) => run, isWhole: true },
    {
      title: 'STATUS',
      of: ({ status, is_new: isNew }) => (isNew ? status : `${status} before`),
      isWhole: true,
    },
    { title: 'REASON', of: ({ reason }) => reason },
  ],
  idOf: ({ run, occurrence }) => run ?? occurrence,
  empty: 'Nothing was to be run.',
};

/** How the times a task was due are listed. */
export const occurrenceList: ListLook<OccurrenceItem> = {
  columns: [
    { title: 'DUE', of: ({ nominal_at: at }) => at, isWhole: true },
    { title: 'BY', of: ({ trigger }) => trigger },
    { title: 'STATUS', of: ({ status, outcome }) => outcome ?? status, isWhole: true },
    { title: 'TIMES', of: timesText, align: 'right' },
    { title: 'RUN', of: ({ run }) => run, isWhole: true },
    { title: 'REASON', of: ({ reason }) => reason },
  ],
  idOf: ({ id }) => id,
  empty: 'It has not been due yet.',
};

/** How the next times are listed. */
export const previewList: ListLook<PreviewedItem> = {
  columns: [
    { title: 'LOCAL', of: ({ local }) => local, isWhole: true },
    { title: 'UTC', of: ({ nominal_at: at }) => at, isWhole: true },
    { title: 'FIRES', of: ({ fire_at: fires, nominal_at: at }) => (fires === at ? undefined : fires) },
    { title: 'NOTES', of: ({ notes }) => notes.join('; ') },
  ],
  idOf: ({ nominal_at: at }) => at,
  empty: 'It is never due again.',
};

function timesText({ count, is_more: isMore }: OccurrenceItem): string | undefined {
  if (isMore) return `${count}+`;
  return count > 1 ? String(count) : undefined;
}

function scheduleText({ schedule_kind: kind, schedule_expr: expression, timezone }: TaskItem): string {
  if (kind === 'manual') return kind;
  return kind === 'event' ? `event ${expression}` : `${kind} ${expression} ${timezone}`;
}
