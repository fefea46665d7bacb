import { dayMs, fromEpochDay, toEpochDay, weekdayOf } from '../calendar/civil-date.ts';
import { TimesOfDay } from '../calendar/times-of-day.ts';
import type { SearchWork } from '../stream/search-work.ts';
import type { WallSource } from '../stream/stream.ts';
import { fromLocalMs, type LocalMs, type LocalTime } from '../zone/local-time.ts';
import { type DateFilter, makeDateFilter } from './date-filter.ts';
import { type DatePeriods, makeDatePeriods, startOfMonth } from './date-periods.ts';
import { reachablePositions } from './reachable-positions.ts';
import type { RecurRule } from './recur-rule.ts';

/**
 * Finds the times of a daily, weekly, monthly or yearly rule on the wall clock. It goes to the date that is asked about and looks
 * on from there, never from the start.
 */
export function dateRule(rule: RecurRule, startMs: LocalMs, endMs: LocalMs): WallSource {
  const start = fromLocalMs(startMs);
  const filled = fillFromStart(rule, start);
  const parts: Parts = {
    filter: makeDateFilter(filled),
    periods: makeDatePeriods(filled, start),
    times: new TimesOfDay(
      rule.byHour ?? [start.hour],
      rule.byMinute ?? [start.minute],
      rule.bySecond ?? [start.second],
    ),
    endDay: Math.floor(endMs / dayMs),
  };
  const positions = reachablePositions(rule);
  if (positions?.length === 0) return () => undefined;
  return (afterMs, work) => {
    const fromMs = Math.max(afterMs, startMs - 1);
    return positions ? nextChosen(fromMs, parts, positions, work) : nextTime(fromMs, parts, work);
  };
}

interface Parts {
  readonly filter: DateFilter;
  readonly periods: DatePeriods;
  readonly times: TimesOfDay;
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

function nextTime(
  fromMs: LocalMs,
  { filter, periods, times, endDay }: Parts,
  work: SearchWork,
): LocalMs | undefined {
  const firstDay = Math.floor(fromMs / dayMs);
  const isOver = times.after(fromMs - firstDay * dayMs) === undefined;
  let day = isOver ? firstDay + 1 : firstDay;
  while (day <= endDay && !work.isBeyond(day * dayMs) && work.spend()) {
    const date = fromEpochDay(day);
    const picked = periods.pick(day, date);
    if (picked !== day) day = picked;
    else if (!filter.isMonth(date.month)) day = startOfMonth(date.year, date.month + 1);
    else if (filter.matches(date, day)) {
      const time = times.after(day === firstDay ? fromMs - firstDay * dayMs : -1);
      return time === undefined ? undefined : day * dayMs + time;
    } else day++;
  }
  return undefined;
}

/** With BYSETPOS the whole period has to be known before one of its times is. */
function nextChosen(
  fromMs: LocalMs,
  parts: Parts,
  positions: readonly number[],
  work: SearchWork,
): LocalMs | undefined {
  const { periods, endDay } = parts;
  let day = Math.floor(fromMs / dayMs);
  while (day <= endDay && !work.isBeyond(day * dayMs) && work.spend()) {
    const date = fromEpochDay(day);
    const picked = periods.pick(day, date);
    if (picked === day) {
      const start = periods.startOf(day, date);
      const end = start + periods.lengthOf(date);
      const days = daysOf(start, end, parts.filter, work);
      if (!days || (days.length > 0 && !work.spend(positions.length))) return undefined;
      const next = chooseTimes(days, parts.times, positions).find((each) => each > fromMs);
      if (next !== undefined) return next;
      day = end;
    } else day = picked;
  }
  return undefined;
}

/** The days of a period; undefined when not all of them can be looked at, for then nobody knows which is the last. */
function daysOf(
  startDay: number,
  endDay: number,
  filter: DateFilter,
  work: SearchWork,
): readonly number[] | undefined {
  const days: number[] = [];
  if (!work.spend(endDay - startDay)) return undefined;
  for (let day = startDay; day < endDay; day++) {
    const date = fromEpochDay(day);
    if (filter.isMonth(date.month) && filter.matches(date, day)) days.push(day);
  }
  return days;
}

function chooseTimes(
  days: readonly number[],
  times: TimesOfDay,
  positions: readonly number[],
): readonly LocalMs[] {
  const total = days.length * times.count;
  if (total === 0) return [];
  const indexes = positions.map((position) => (position > 0 ? position - 1 : total + position));
  return [...new Set(indexes)]
    .filter((index) => index >= 0 && index < total)
    .sort((a, b) => a - b)
    .map(
      (index) => (days[Math.floor(index / times.count)] ?? 0) * dayMs + (times.at(index % times.count) ?? 0),
    );
}
