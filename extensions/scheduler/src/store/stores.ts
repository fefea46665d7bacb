import type { CalendarStore } from '../calendar/calendar-store.ts';
import type { EventStore } from './event-store.ts';
import type { GuardStore } from './guard-store.ts';
import type { OccurrenceStore } from './occurrence-store.ts';
import type { TaskStore } from './task-store.ts';

/** Where the scheduler keeps what it knows. */
export interface Stores {
  readonly tasks: TaskStore;
  readonly calendars: CalendarStore;
  readonly occurrences: OccurrenceStore;
  readonly events: EventStore;
  readonly guards: GuardStore;
}
