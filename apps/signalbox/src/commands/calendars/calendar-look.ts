import type { CalendarEntry, CalendarItem, CalendarMove } from '@signalbox/api';
import type { ItemLook, ListLook } from '../../terminal/print-items.ts';

/** How calendars are listed. */
export const calendarList: ListLook<CalendarEntry> = {
  columns: [
    { title: 'NAME', of: ({ name }) => name, isWhole: true },
    { title: 'DATES', of: ({ count }) => count, align: 'right' },
    { title: 'FIRST', of: ({ first }) => first, isWhole: true },
    { title: 'LAST', of: ({ last }) => last, isWhole: true },
    { title: 'CHANGED', of: ({ changed_at: at }) => at },
    { title: 'DESCRIPTION', of: ({ description }) => description },
  ],
  idOf: ({ name }) => name,
  empty: 'No calendars; make one with "signalbox calendar set NAME --file dates.txt".',
};

/** How one calendar is shown. */
export const calendarLook: ItemLook<CalendarItem> = {
  idOf: ({ name }) => name,
  lines: (item) => [
    ['name', item.name],
    ['description', item.description],
    ['tasks that name it', item.tasks],
    ['changed', `${item.changed_at} by ${item.changed_by.kind} ${item.changed_by.id}`],
    ['dates', item.dates.join('\n')],
  ],
};

/** How the tasks are listed whose next time is another one. */
export const moveList: ListLook<CalendarMove> = {
  columns: [
    { title: 'TASK', of: ({ task }) => task, isWhole: true },
    { title: 'TITLE', of: ({ title }) => title },
    { title: 'WAS DUE', of: ({ from_at: from }) => from ?? 'never', isWhole: true },
    { title: 'IS DUE', of: ({ to_at: to }) => to ?? 'never', isWhole: true },
  ],
  idOf: ({ task }) => task,
  empty: 'No task has another next time.',
};
