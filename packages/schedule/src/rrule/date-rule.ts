import { dayMs, toEpochDay, weekdayOf } from '../calendar/civil-date.ts';
import { TimesOfDay } from '../calendar/times-of-day.ts';
import type { SearchWork } from '../stream/search-work.ts';
import type { WallSource } from '../stream/stream.ts';
import { fromLocalMs, type LocalMs, type LocalTime } from '../zone/local-time.ts';
import { type DatePeriods, makeDatePeriods } from './date-periods.ts';
import { reachablePositions } from './reachable-positions.ts';
import type { RecurRule } from './recur-rule.ts';
import { WantedDays } from './wanted-days.ts';

/** A rule that goes by dates, ready to be asked. */
export interface DateRule {
  /** Its times on the wall clock, without those of the days after the one a time is on. */
  readonly until: (endMs: LocalMs) => WallSource;
  /** What is not due before never is. */
  readonly cycleEndMs: LocalMs;
  /** Reckons its nth time, where no period and no place is left out; undefined when it never comes. */
  readonly nth: ((count: number) => LocalMs | undefined) | undefined;
}

/**
 * Finds the times of a daily, weekly, monthly or yearly rule on the wall clock. It goes to the date that is asked about and looks
 * on from there, never from the start.
 */
export function dateRule(rule: RecurRule, startMs: LocalMs): DateRule {
  const start = fromLocalMs(startMs);
  const parts: Parts = {
    days: new WantedDays(fillFromStart(rule, start)),
    periods: makeDatePeriods(rule, Math.floor(startMs / dayMs)),
    times: new TimesOfDay(
      rule.byHour ?? [start.hour],
      rule.byMinute ?? [start.minute],
      rule.bySecond ?? [start.second],
    ),
  };
  const positions = reachablePositions(rule);
  return {
    until: (endMs) => {
      const endDay = Math.floor(endMs / dayMs);
      if (positions?.length === 0) return () => undefined;
      return (afterMs, work) => {
        const range = { fromMs: Math.max(afterMs, startMs - 1), endDay };
        return positions ? nextChosen(range, parts, positions, work) : nextTime(range, parts, work);
      };
    },
    // A year more for periods that are cut.
    cycleEndMs: startMs + (parts.periods.cycleDays + 366) * dayMs,
    nth: positions || rule.interval > 1 ? undefined : (count) => nthTime(count, startMs, parts),
  };
}

interface Parts {
  readonly days: WantedDays;
  readonly periods: DatePeriods;
  readonly times: TimesOfDay;
}

/** What is asked about: times after one, up to the end of a day. */
interface Range {
  readonly fromMs: LocalMs;
  readonly endDay: number;
}

/** What a rule leaves open about its dates is as at its start (RFC 5545 3.3.10). */
function fillFromStart(rule: RecurRule, start: LocalTime): RecurRule {
  const weekday = weekdayOf(toEpochDay(start.year, start.month, start.day));
  const byDay = [{ weekday, ordinal: undefined }];
  if (rule.byDay || rule.byMonthDay || rule.byYearDay || rule.frequency === 'DAILY') return rule;
  if (rule.frequency === 'WEEKLY' || rule.byWeekNo) return { ...rule, byDay };
  const byMonthDay = [start.day];
  if (rule.frequency === 'MONTHLY') return { ...rule, byMonthDay };
  return { ...rule, byMonthDay, byMonth: rule.byMonth ?? [start.month] };
}

function nextTime({ fromMs, endDay }: Range, parts: Parts, work: SearchWork): LocalMs | undefined {
  const { days, periods, times } = parts;
  const firstDay = Math.floor(fromMs / dayMs);
  const laterThatDay = times.after(fromMs - firstDay * dayMs);
  let day = laterThatDay === undefined ? firstDay + 1 : firstDay;
  while (day <= endDay && !work.isBeyond(day * dayMs) && work.spend()) {
    const picked = periods.pick(day);
    const wanted = picked === day ? days.firstFrom(day) : picked;
    if (wanted === day) return day * dayMs + ((day === firstDay ? laterThatDay : times.at(0)) ?? 0);
    day = wanted ?? days.nextYear(day);
  }
  return undefined;
}

function nthTime(count: number, startMs: LocalMs, { days, times }: Parts): LocalMs | undefined {
  const startDay = Math.floor(startMs / dayMs);
  const skipped = days.firstFrom(startDay) === startDay ? times.countBefore(startMs - startDay * dayMs) : 0;
  const index = skipped + count - 1;
  const day = days.nth(startDay, Math.floor(index / times.count));
  return day === undefined ? undefined : day * dayMs + (times.at(index % times.count) ?? 0);
}

/** With BYSETPOS the times of the whole period are counted before one of them is chosen. */
function nextChosen(
  { fromMs, endDay }: Range,
  { days, periods, times }: Parts,
  positions: readonly number[],
  work: SearchWork,
): LocalMs | undefined {
  let day = Math.floor(fromMs / dayMs);
  while (day <= endDay && !work.isBeyond(day * dayMs) && work.spend()) {
    const picked = periods.pick(day);
    if (picked !== day) {
      day = picked;
      continue;
    }
    const period = periods.around(day);
    const total = days.count(period.startDay, period.endDay) * times.count;
    if (total > 0) {
      if (!work.spend(positions.length)) return undefined;
      const timeAt = (index: number): LocalMs =>
        (days.nth(period.startDay, Math.floor(index / times.count)) ?? period.endDay) * dayMs +
        (times.at(index % times.count) ?? 0);
      const next = firstChosen(positions, total, (index) => timeAt(index) > fromMs);
      if (next !== undefined) return timeAt(next);
      day = period.endDay;
    } else day = days.firstFrom(period.endDay) ?? days.nextYear(period.endDay);
  }
  return undefined;
}

/** The first of the places among so many that is late enough. */
function firstChosen(
  positions: readonly number[],
  total: number,
  isLate: (index: number) => boolean,
): number | undefined {
  let first: number | undefined;
  for (const position of positions) {
    const index = position > 0 ? position - 1 : total + position;
    const isPlace = index >= 0 && index < (first ?? total);
    if (isPlace && isLate(index)) first = index;
  }
  return first;
}
