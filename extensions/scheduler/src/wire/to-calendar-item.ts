import type { CalendarChangeItem, CalendarEntry, CalendarItem, CalendarMove } from '@signalbox/api';
import { datesOf } from '../calendar/calendar-store.ts';
import type { CalendarFound } from '../calendar/read-calendars.ts';
import type { TaskMove } from '../calendar/renew-task.ts';
import type { CalendarSet } from '../calendar/set-calendar.ts';
import type { CalendarRow } from '../store/scheduler-tables.ts';
import { instantsOf, toInstant } from './to-instant.ts';

const maxMoves = 50;

/** A calendar without its dates, as answers have it. */
export function toCalendarEntry(row: CalendarRow): CalendarEntry {
  const dates = datesOf(row);
  const [first, last] = [dates[0], dates.at(-1)];
  return {
    name: row.name,
    description: row.description,
    count: dates.length,
    ...(first === undefined ? {} : { first }),
    ...(last === undefined ? {} : { last }),
    changed_at: toInstant(row.changed_at),
    changed_by: { kind: row.changed_kind, id: row.changed_by },
  };
}

/** A calendar, as answers have it. */
export function toCalendarItem({ calendar, tasks }: CalendarFound): CalendarItem {
  return { ...toCalendarEntry(calendar), dates: [...datesOf(calendar)], tasks };
}

/** What came of a change of one, as answers have it. */
export function toCalendarChange(
  { calendar, tasks, moves }: CalendarSet,
  isDryRun: boolean,
): CalendarChangeItem {
  return {
    calendar: toCalendarItem({ calendar, tasks }),
    dry_run: isDryRun,
    moved: moves.length,
    moves: moves.slice(0, maxMoves).map(toMove),
  };
}

function toMove({ task, title, fromMs, toMs }: TaskMove): CalendarMove {
  return { task, title, ...instantsOf({ from_at: fromMs, to_at: toMs }) };
}
