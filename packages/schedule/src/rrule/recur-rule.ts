import type { TimeValue } from './time-value.ts';

/** From the shortest to the longest period. */
export const frequencies = [
  'SECONDLY',
  'MINUTELY',
  'HOURLY',
  'DAILY',
  'WEEKLY',
  'MONTHLY',
  'YEARLY',
] as const;

/** How often the periods of a rule come. */
export type Frequency = (typeof frequencies)[number];

/** Days of the week as RFC 5545 names them; 0 is Monday. */
export const weekdayNames: readonly string[] = ['MO', 'TU', 'WE', 'TH', 'FR', 'SA', 'SU'];

/** A weekday, and which one of its month or year. */
export interface WeekdayPlace {
  readonly weekday: number;
  /** 1 is the first, -1 the last; undefined: every one. */
  readonly ordinal: number | undefined;
}

/** One recurrence rule (RFC 5545 3.3.10), read and found to be one. Lists are sorted, without doubles, and undefined when not given. */
export interface RecurRule {
  readonly frequency: Frequency;
  readonly interval: number;
  readonly count: number | undefined;
  readonly until: TimeValue | undefined;
  readonly weekStart: number;
  readonly bySecond: readonly number[] | undefined;
  readonly byMinute: readonly number[] | undefined;
  readonly byHour: readonly number[] | undefined;
  readonly byDay: readonly WeekdayPlace[] | undefined;
  readonly byMonthDay: readonly number[] | undefined;
  readonly byYearDay: readonly number[] | undefined;
  readonly byWeekNo: readonly number[] | undefined;
  readonly byMonth: readonly number[] | undefined;
  readonly bySetPos: readonly number[] | undefined;
}

/** True for the frequencies that go by time that really passes, not by dates. */
export function isByTheClock(frequency: Frequency): boolean {
  return frequency === 'HOURLY' || frequency === 'MINUTELY' || frequency === 'SECONDLY';
}
