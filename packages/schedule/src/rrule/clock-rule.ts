import { dayMs } from '../calendar/civil-date.ts';
import type { SearchWork } from '../stream/search-work.ts';
import type { Due, Stream } from '../stream/stream.ts';
import type { LocalMs } from '../zone/local-time.ts';
import type { Zone } from '../zone/zone.ts';
import { type PeriodFill, type PeriodQuestion, periodTimes } from './period-times.ts';
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
    blockMs: minutes ? hourMs : minuteMs,
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

interface Parts extends ClockRange, PeriodFill {
  readonly unitMs: number;
  readonly stepMs: number;
  /** undefined when every day is wanted. */
  readonly days: WantedDays | undefined;
  readonly limits: readonly Limit[];
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
  // A period lasts no longer than this from where it begins.
  const lengthMs = parts.hasTimesWithin ? parts.blockMs : 0;
  const earliestMs = Math.max(fromMs + 1, startMs);
  const isWanted = (ms: LocalMs): boolean => firstAllowed(ms, parts) === ms;
  let period = Math.max(0, Math.ceil((fromMs + 1 - startMs - Math.max(0, lengthMs - 1)) / stepMs));
  let knownDay = Number.NaN;
  for (;;) {
    const atMs = startMs + period * stepMs;
    if (atMs > endMs + unitMs || work.isBeyond(atMs) || !work.spend()) return undefined;
    const span = zone.spanAt(atMs);
    const localMs = atMs + span.offsetMs;
    const epochDay = Math.floor(localMs / dayMs);
    const isKnown = epochDay === knownDay;
    const allowedMs = isKnown ? firstAllowedTime(localMs, parts.limits) : firstAllowed(localMs, parts);
    if (allowedMs === localMs) knownDay = epochDay;
    // It may hold times of another hour, and another day, than it begins in.
    const meetsChange = parts.hasTimesWithin && atMs + lengthMs >= span.endMs;
    if (allowedMs === localMs || meetsChange) {
      if (parts.positions && !work.spend(parts.periodCost)) return undefined;
      const question = {
        periodMs: atMs,
        span,
        earliestMs,
        most: 1,
        isWanted: meetsChange ? isWanted : undefined,
      };
      const found = firstTimeIn(question, parts);
      if (found !== undefined)
        return { atMs: found, localMs: found + zone.offsetAt(found), isByTheClock: true };
      period++;
    } else {
      const goOnMs = Math.min(atMs + allowedMs - localMs, span.endMs - lengthMs);
      period = Math.max(period + 1, Math.ceil((goOnMs - startMs) / stepMs));
    }
  }
}

/** The local time itself when a period may begin there; otherwise one before which none may. */
function firstAllowed(localMs: LocalMs, { days, limits }: Parts): LocalMs {
  const allowedMs = firstAllowedDay(localMs, Math.floor(localMs / dayMs), days);
  return allowedMs === localMs ? firstAllowedTime(localMs, limits) : allowedMs;
}

/** The local time itself when its day is wanted; otherwise the begin of the first day that is, or of the next year. */
function firstAllowedDay(localMs: LocalMs, epochDay: number, days: WantedDays | undefined): LocalMs {
  if (!days) return localMs;
  const day = days.firstFrom(epochDay) ?? days.nextYear(epochDay);
  return day === epochDay ? localMs : day * dayMs;
}

/** {@link firstAllowed} of a day that is wanted. */
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
function firstTimeIn(question: PeriodQuestion, parts: Parts): number | undefined {
  const { periodMs, earliestMs } = question;
  if (parts.positions) {
    const { span, isWanted } = question;
    const all = { periodMs, span, earliestMs: Number.NEGATIVE_INFINITY, most: Infinity, isWanted };
    return choose(periodTimes(all, parts), parts.positions, earliestMs);
  }
  if (parts.hasTimesWithin) return periodTimes(question, parts)[0];
  return periodMs >= earliestMs ? periodMs : undefined;
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
