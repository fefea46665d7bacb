import {
  type CivilDate,
  daysInMonth,
  daysInYear,
  fromEpochDay,
  toEpochDay,
  weekdayOf,
} from '../../src/calendar/civil-date.ts';
import type { RecurRule, WeekdayPlace } from '../../src/rrule/recur-rule.ts';

/** Tells whether a rule wants a date. */
export interface DateFilter {
  readonly isMonth: (month: number) => boolean;
  /** Its month is one of those wanted; what else the rule says is asked here. */
  readonly matches: (date: CivilDate, epochDay: number) => boolean;
}

/** Slower than what is tested, and nearer to the words of the RFC: makes one test of all parts of a rule that are about dates; a date has to pass every part that is given. */
export function makeDateFilter(rule: RecurRule): DateFilter {
  const tests: ((date: CivilDate, epochDay: number) => boolean)[] = [];
  const { byMonth, byMonthDay, byYearDay, byWeekNo, byDay } = rule;
  if (byDay) tests.push(weekdayTest(byDay, rule));
  if (byMonthDay) {
    const days = new Set(byMonthDay);
    const isSigned = byMonthDay.some((day) => day < 0);
    tests.push(
      ({ year, month, day }) => days.has(day) || (isSigned && days.has(day - daysInMonth(year, month) - 1)),
    );
  }
  if (byYearDay) {
    const days = new Set(byYearDay);
    tests.push(({ year }, epochDay) => {
      const day = epochDay - toEpochDay(year, 1, 1) + 1;
      return days.has(day) || days.has(day - daysInYear(year) - 1);
    });
  }
  if (byWeekNo) tests.push(weekTest(new Set(byWeekNo), rule.weekStart));
  return {
    isMonth: byMonth ? maskOf(byMonth) : () => true,
    matches: (date, epochDay) => {
      for (const test of tests) if (!test(date, epochDay)) return false;
      return true;
    },
  };
}

function maskOf(values: readonly number[]): (value: number) => boolean {
  let mask = 0;
  for (const value of values) mask |= 1 << value;
  return (value) => (mask & (1 << value)) !== 0;
}

/** Places count within the month, or within the year for a yearly rule without months. */
function weekdayTest(
  places: readonly WeekdayPlace[],
  rule: RecurRule,
): (date: CivilDate, epochDay: number) => boolean {
  const isAny = maskOf(places.filter(({ ordinal }) => ordinal === undefined).map(({ weekday }) => weekday));
  const placed = new Map<number, Set<number>>();
  for (const { weekday, ordinal } of places)
    if (ordinal !== undefined) placed.set(weekday, (placed.get(weekday) ?? new Set()).add(ordinal));
  const isInYear = rule.frequency === 'YEARLY' && !rule.byMonth;
  return ({ year, month, day }, epochDay) => {
    const weekday = weekdayOf(epochDay);
    if (isAny(weekday)) return true;
    const ordinals = placed.get(weekday);
    if (!ordinals) return false;
    const at = isInYear ? epochDay - toEpochDay(year, 1, 1) : day - 1;
    const length = isInYear ? daysInYear(year) : daysInMonth(year, month);
    const first = Math.floor(at / 7) + 1;
    const last = -Math.floor((length - 1 - at) / 7) - 1;
    return ordinals.has(first) || ordinals.has(last);
  };
}

/** Week 1 is the first with four days in its year (ISO 8601, with the first day of weeks as the rule says). */
function weekTest(
  weeks: ReadonlySet<number>,
  weekStart: number,
): (date: CivilDate, epochDay: number) => boolean {
  const firstWeekOf = (year: number): number => startOfWeek(toEpochDay(year, 1, 4), weekStart);
  return (_date, epochDay) => {
    const start = startOfWeek(epochDay, weekStart);
    const { year } = fromEpochDay(start + 3);
    const first = firstWeekOf(year);
    const week = (start - first) / 7 + 1;
    return weeks.has(week) || weeks.has(week - 1 - (firstWeekOf(year + 1) - first) / 7);
  };
}

/** The first day of the week a day is in. */
function startOfWeek(epochDay: number, weekStart: number): number {
  return epochDay - ((weekdayOf(epochDay) - weekStart + 7) % 7);
}
