import { daysInMonth } from '../calendar/civil-date.ts';
import type { RecurRule, WeekdayPlace } from './recur-rule.ts';

/** What the days of a year depend on: years of the same kind have the same calendar, as far as a rule can see. */
export interface YearKind {
  readonly isLeap: boolean;
  /** The weekday of 1 January; 0 is Monday. */
  readonly firstWeekday: number;
  /** Of the years before and after: weeks of them may have days in this one. */
  readonly isLeapBefore: boolean;
  readonly isLeapAfter: boolean;
}

/** Lists the days of a year all parts of a rule that are about dates want, in order; 0 is 1 January. */
export function listYearDays(rule: RecurRule, kind: YearKind): readonly number[] {
  const { byMonth, byMonthDay, byYearDay, byWeekNo, byDay } = rule;
  const marks = new DayMarks(lengthOf(kind.isLeap));
  const months = monthsOf(kind.isLeap);
  if (byMonth)
    marks.part((mark) => {
      for (const month of byMonth) markRange(months[month - 1] ?? noDays, mark);
    });
  if (byMonthDay)
    marks.part((mark) => {
      for (const month of months)
        for (const place of byMonthDay) markPlace(place, { ...month, step: 1 }, mark);
    });
  if (byDay) marks.part((mark) => markWeekdays(byDay, weekdayRanges(rule, months), kind, mark));
  if (byYearDay)
    marks.part((mark) => {
      for (const place of byYearDay) markPlace(place, { start: 0, end: marks.length, step: 1 }, mark);
    });
  if (byWeekNo) marks.part((mark) => markWeeks(byWeekNo, rule.weekStart, kind, mark));
  return marks.ofAllParts();
}

/** Days of a year one after the other; the end is exclusive. */
interface Days {
  readonly start: number;
  readonly end: number;
}

type Mark = (day: number) => void;

const noDays: Days = { start: 0, end: 0 };

/** The days every part has marked. */
class DayMarks {
  readonly length: number;
  /** How many parts in a row have marked a day. */
  readonly #marks: Uint8Array;
  #parts = 0;

  constructor(length: number) {
    this.length = length;
    this.#marks = new Uint8Array(length);
  }

  /** Lets one more part mark its days; one marked twice, or outside the year, does not matter. */
  part(markAll: (mark: Mark) => void): void {
    const before = this.#parts++;
    markAll((day) => {
      if (this.#marks[day] === before) this.#marks[day] = before + 1;
    });
  }

  ofAllParts(): readonly number[] {
    const days: number[] = [];
    for (let day = 0; day < this.length; day++) if (this.#marks[day] === this.#parts) days.push(day);
    return days;
  }
}

function monthsOf(isLeap: boolean): readonly Days[] {
  const months: Days[] = [];
  let start = 0;
  for (let month = 1; month <= 12; month++) {
    const end = start + daysInMonth(isLeap ? 2024 : 2023, month);
    months.push({ start, end });
    start = end;
  }
  return months;
}

function markRange({ start, end }: Days, mark: Mark): void {
  for (let day = start; day < end; day++) mark(day);
}

/** Marks one of every so many days, by its place from the first on, or below zero from the last. */
function markPlace(place: number, { start, end, step }: Days & { readonly step: number }, mark: Mark): void {
  const last = start + Math.floor((end - 1 - start) / step) * step;
  const day = place > 0 ? start + (place - 1) * step : last + (place + 1) * step;
  if (day >= start && day < end) mark(day);
}

/** Where the places of weekdays are counted: in each month, or in the year for a yearly rule without months. */
function weekdayRanges(rule: RecurRule, months: readonly Days[]): readonly Days[] {
  if (
    rule.byDay?.every(({ ordinal }) => ordinal === undefined) ||
    (rule.frequency === 'YEARLY' && !rule.byMonth)
  )
    return [{ start: 0, end: months.at(-1)?.end ?? 0 }];
  return months;
}

function markWeekdays(
  wanted: readonly WeekdayPlace[],
  ranges: readonly Days[],
  kind: YearKind,
  mark: Mark,
): void {
  for (const { start, end } of ranges)
    for (const { weekday, ordinal } of wanted) {
      const first = start + ((((weekday - kind.firstWeekday - start) % 7) + 7) % 7);
      if (ordinal !== undefined) markPlace(ordinal, { start: first, end, step: 7 }, mark);
      else for (let day = first; day < end; day += 7) mark(day);
    }
}

/** Week 1 is the first with four days in its year (ISO 8601, with the first day of weeks as the rule says). */
function markWeeks(wanted: readonly number[], weekStart: number, kind: YearKind, mark: Mark): void {
  const since = kind.firstWeekday - weekStart;
  const length = lengthOf(kind.isLeap);
  const firstAfter = length + firstWeek(since + length);
  const lengthBefore = lengthOf(kind.isLeapBefore);
  const first = firstWeek(since);
  const weeks = (firstAfter - first) / 7;
  const weeksBefore = (first + lengthBefore - firstWeek(since - lengthBefore)) / 7;
  const untilAfter = length + lengthOf(kind.isLeapAfter);
  const weeksAfter = (untilAfter + firstWeek(since + untilAfter) - firstAfter) / 7;
  for (const place of wanted) {
    // The days before week 1 are in the last week of the year before, those after the last week in week 1 of the next.
    if (place === weeksBefore || place === -1) markRange({ start: 0, end: first }, mark);
    if (place === 1 || place === -weeksAfter) markRange({ start: firstAfter, end: length }, mark);
    const week = place > 0 ? place : weeks + 1 + place;
    const start = first + (week - 1) * 7;
    if (week >= 1 && week <= weeks)
      markRange({ start: Math.max(start, 0), end: Math.min(start + 7, length) }, mark);
  }
}

/** The day week 1 begins on, where 0 is 1 January, which is so many days after the first day of some week. */
function firstWeek(sinceWeekStart: number): number {
  const since = ((sinceWeekStart % 7) + 7) % 7;
  return since <= 3 ? -since : 7 - since;
}

function lengthOf(isLeap: boolean): number {
  return isLeap ? 366 : 365;
}
