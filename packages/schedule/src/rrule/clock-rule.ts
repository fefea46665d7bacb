import { dayMs } from '../calendar/civil-date.ts';
import type { SearchWork } from '../stream/search-work.ts';
import type { Due, Stream } from '../stream/stream.ts';
import type { LocalMs } from '../zone/local-time.ts';
import type { Span, Zone } from '../zone/zone.ts';
import { reachablePositions } from './reachable-positions.ts';
import type { RecurRule } from './recur-rule.ts';
import { WantedDays } from './wanted-days.ts';

const secondMs = 1_000;
const minuteMs = 60_000;
const hourMs = 3_600_000;

/** What a rule by the clock counts from, and where it ends. */
export interface ClockRange {
  readonly zone: Zone;
  readonly startMs: number;
  readonly endMs: number;
}

/**
 * Finds the times of an hourly, minutely or secondly rule. Its periods are time that really passes, so a change of the clocks
 * neither adds nor drops one; the BY… parts are about what the clocks of the zone show.
 */
export function clockRule(rule: RecurRule, range: ClockRange): Stream {
  const unitMs = unitOf(rule);
  const minutes = rule.frequency === 'HOURLY' ? rule.byMinute : undefined;
  const seconds = rule.frequency === 'SECONDLY' ? undefined : rule.bySecond;
  const positions = reachablePositions(rule);
  const parts: Parts = {
    ...range,
    unitMs,
    stepMs: rule.interval * unitMs,
    days: hasDateParts(rule) ? new WantedDays(rule) : undefined,
    limits: limitsOf(rule),
    minutes,
    seconds,
    positions,
    hasTimesWithin: (minutes ?? seconds) !== undefined,
    periodCost: (minutes?.length ?? 1) * (seconds?.length ?? 1) + (positions?.length ?? 0),
  };
  if (parts.positions?.length === 0) return () => undefined;
  return (afterMs, work) => search(Math.max(afterMs, range.startMs - 1), parts, work);
}

/** A value of the clock all periods have to show, unless it is one the period is filled with. */
interface Limit {
  /** For each value the first allowed one from it on; undefined when there is none. */
  readonly allowedFrom: readonly (number | undefined)[];
  readonly sizeMs: number;
  /** How much of it the next larger one holds. */
  readonly wrapsAtMs: number;
}

interface Parts extends ClockRange {
  readonly unitMs: number;
  readonly stepMs: number;
  /** undefined when every day is wanted. */
  readonly days: WantedDays | undefined;
  readonly limits: readonly Limit[];
  readonly minutes: readonly number[] | undefined;
  readonly seconds: readonly number[] | undefined;
  readonly positions: readonly number[] | undefined;
  /** Whether its times need not be where its periods begin. */
  readonly hasTimesWithin: boolean;
  /** What listing the times of a period and choosing of them counts as. */
  readonly periodCost: number;
}

function unitOf({ frequency }: RecurRule): number {
  return frequency === 'HOURLY' ? hourMs : frequency === 'MINUTELY' ? minuteMs : secondMs;
}

function hasDateParts({ byMonth, byMonthDay, byYearDay, byWeekNo, byDay }: RecurRule): boolean {
  return (byMonth ?? byMonthDay ?? byYearDay ?? byWeekNo ?? byDay) !== undefined;
}

function limitsOf({ frequency, byHour, byMinute, bySecond }: RecurRule): readonly Limit[] {
  const limits: Limit[] = [];
  if (byHour) limits.push(makeLimit(byHour, hourMs, dayMs));
  if (byMinute && frequency !== 'HOURLY') limits.push(makeLimit(byMinute, minuteMs, hourMs));
  if (bySecond && frequency === 'SECONDLY') limits.push(makeLimit(bySecond, secondMs, minuteMs));
  return limits;
}

function makeLimit(values: readonly number[], sizeMs: number, wrapsAtMs: number): Limit {
  const allowedFrom = Array.from({ length: wrapsAtMs / sizeMs }, (_, value) =>
    values.find((each) => each >= value),
  );
  return { allowedFrom, sizeMs, wrapsAtMs };
}

function search(fromMs: number, parts: Parts, work: SearchWork): Due | undefined {
  const { zone, startMs, endMs, stepMs, unitMs } = parts;
  // What is asked about may be within a period that has begun before.
  const sinceMs = fromMs + 1 - startMs - (parts.hasTimesWithin ? unitMs - 1 : 0);
  let period = Math.max(0, Math.ceil(sinceMs / stepMs));
  let knownDay = Number.NaN;
  for (;;) {
    const atMs = startMs + period * stepMs;
    if (atMs > endMs + unitMs || work.isBeyond(atMs) || !work.spend()) return undefined;
    const span = zone.spanAt(atMs);
    const localMs = atMs + span.offsetMs;
    const epochDay = Math.floor(localMs / dayMs);
    const allowedDayMs = epochDay === knownDay ? localMs : firstAllowedDay(localMs, epochDay, parts.days);
    const allowedMs = allowedDayMs === localMs ? firstAllowedTime(localMs, parts.limits) : allowedDayMs;
    if (allowedDayMs === localMs) knownDay = epochDay;
    if (allowedMs === localMs) {
      if (parts.positions && !work.spend(parts.periodCost)) return undefined;
      const found = firstTimeIn(localMs, span, parts, Math.max(fromMs + 1, startMs));
      if (found !== undefined) return { atMs: found, localMs: found + span.offsetMs, isByTheClock: true };
      period++;
    } else {
      const targetMs = Math.min(atMs + allowedMs - localMs, span.endMs);
      period = Math.max(period + 1, Math.ceil((targetMs - startMs) / stepMs));
    }
  }
}

/** The local time itself when its day is wanted; otherwise the begin of the first day that is, or of the next year. */
function firstAllowedDay(localMs: LocalMs, epochDay: number, days: WantedDays | undefined): LocalMs {
  if (!days) return localMs;
  const day = days.firstFrom(epochDay) ?? days.nextYear(epochDay);
  return day === epochDay ? localMs : day * dayMs;
}

/** The local time itself when a period may begin there; otherwise one before which none may. */
function firstAllowedTime(localMs: LocalMs, limits: readonly Limit[]): LocalMs {
  for (const { allowedFrom, sizeMs, wrapsAtMs } of limits) {
    const wrapMs = Math.floor(localMs / wrapsAtMs) * wrapsAtMs;
    const value = Math.floor((localMs - wrapMs) / sizeMs);
    const allowed = allowedFrom[value];
    if (allowed !== value) return wrapMs + Math.min((allowed ?? Infinity) * sizeMs, wrapsAtMs);
  }
  return localMs;
}

/** The first time of a period that is not too early. */
function firstTimeIn(localMs: LocalMs, span: Span, parts: Parts, earliestMs: number): number | undefined {
  const period = { localMs, span };
  if (parts.positions)
    return choose(timesIn(period, parts, Number.NEGATIVE_INFINITY), parts.positions, earliestMs);
  if (parts.minutes || parts.seconds) return timesIn(period, parts, earliestMs + span.offsetMs, 1)[0];
  const atMs = localMs - span.offsetMs;
  return atMs >= earliestMs ? atMs : undefined;
}

/** The first times of one period from a local time on, as instants in order. What the clocks do not show while the period lasts is none. */
function timesIn(
  { localMs, span }: { readonly localMs: LocalMs; readonly span: Span },
  { minutes, seconds }: Parts,
  fromLocalMs: LocalMs,
  most = Infinity,
): readonly number[] {
  const hourStart = Math.floor(localMs / hourMs) * hourMs;
  const minute = Math.floor((localMs - hourStart) / minuteMs);
  const second = Math.floor((localMs % minuteMs) / secondMs);
  const times: number[] = [];
  for (let m = 0; m < (minutes?.length ?? 1); m++) {
    const minuteStart = hourStart + (minutes?.[m] ?? minute) * minuteMs;
    if (minuteStart + minuteMs <= fromLocalMs) continue;
    for (let s = 0; s < (seconds?.length ?? 1); s++) {
      const local = minuteStart + (seconds?.[s] ?? second) * secondMs;
      const atMs = local - span.offsetMs;
      if (local >= fromLocalMs && atMs >= span.startMs && atMs < span.endMs) times.push(atMs);
      if (times.length === most) return times;
    }
  }
  return times;
}

/** The first of the times at some places that is not too early. */
function choose(
  times: readonly number[],
  positions: readonly number[],
  earliestMs: number,
): number | undefined {
  let first: number | undefined;
  for (const position of positions) {
    const found = times.at(position > 0 ? position - 1 : position);
    if (found !== undefined && found >= earliestMs && found < (first ?? Infinity)) first = found;
  }
  return first;
}
