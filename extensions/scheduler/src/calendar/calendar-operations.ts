import type { Viewer } from '@signalbox/sdk';
import type { Core } from '../core.ts';
import type { CalendarRow } from '../store/scheduler-tables.ts';
import type { CalendarWanted } from './calendar-row.ts';
import { type CalendarFound, getCalendar, listCalendars } from './read-calendars.ts';
import { removeCalendar } from './remove-calendar.ts';
import { type CalendarSet, setCalendar } from './set-calendar.ts';
import { tryCalendar } from './try-calendar.ts';

/**
 * What may be done with the calendars of who asks: reading takes `tasks:read`, changing `admin:org`. Errors: those of
 * {@link requirePermission}, `not_found`.
 */
export interface CalendarOperations {
  readonly list: (viewer: Viewer, limit: number) => Promise<readonly CalendarRow[]>;
  readonly get: (viewer: Viewer, name: string) => Promise<CalendarFound>;
  /** Errors: `too_large`. */
  readonly set: (viewer: Viewer, wanted: CalendarWanted) => Promise<CalendarSet>;
  /** What `set` would come to. */
  readonly try: (viewer: Viewer, wanted: CalendarWanted) => Promise<CalendarSet>;
  /** Errors: `conflict` while a task that has not ended names it. */
  readonly remove: (viewer: Viewer, name: string) => Promise<void>;
}

/** The operations over the parts of the scheduler. */
export function calendarOperations(core: Core): CalendarOperations {
  return {
    list: (viewer, limit) => listCalendars(core, viewer, limit),
    get: (viewer, name) => getCalendar(core, viewer, name),
    set: (viewer, wanted) => setCalendar(core, viewer, wanted),
    try: (viewer, wanted) => tryCalendar(core, viewer, wanted),
    remove: (viewer, name) => removeCalendar(core, viewer, name),
  };
}
