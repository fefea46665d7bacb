export { type CompileOptions, compileSchedule } from './compile-schedule.ts';
export {
  type DefinitionOf,
  type ScheduleDefinition,
  scheduleDefinition,
} from './definition/schedule-definition.ts';
export { matchesTopic, topicPattern } from './definition/topic-pattern.ts';
export type { Calendars } from './exclusions.ts';
export type { Listing, Occurrence, Outlook } from './occurrence.ts';
export { type OccurrenceChange, type RecordedOccurrence, recompute } from './recompute.ts';
export type { Schedule } from './schedule.ts';
export { calendarZones } from './zone/calendar-zones.ts';
export { checkZone, type ZoneName } from './zone/find-zone.ts';
export type { LocalTime } from './zone/local-time.ts';
export { type Instants, toInstant, toInstants, toLocal } from './zone/resolve-local.ts';
