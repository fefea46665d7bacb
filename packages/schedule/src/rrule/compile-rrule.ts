import { SignalboxError } from '@signalbox/sdk';
import { dayMs } from '../calendar/civil-date.ts';
import { toDstPolicy } from '../definition/dst-policy.ts';
import type { DefinitionOf } from '../definition/schedule-definition.ts';
import { instantList, localList } from '../stream/list-stream.ts';
import { SearchWork } from '../stream/search-work.ts';
import { startedStream } from '../stream/started-stream.ts';
import type { Stream, WallSource } from '../stream/stream.ts';
import { type WallOptions, wallStream } from '../stream/wall-stream.ts';
import { type LocalMs } from '../zone/local-time.ts';
import { earliestInstant, firstInstant } from '../zone/resolve-local.ts';
import { lastInstantMs, type Zone } from '../zone/zone.ts';
import { clockRule } from './clock-rule.ts';
import { type DateRule, dateRule } from './date-rule.ts';
import { isByTheClock as goesByTheClock, type RecurRule } from './recur-rule.ts';
import { type ListedTimes, type Recurrence, readRecurrence } from './recurrence.ts';
import { WantedDays } from './wanted-days.ts';

/** An rrule schedule, ready to be asked. */
export interface CompiledRecurrence {
  readonly zone: Zone;
  /** One for each rule and list; a time of any of them is due. */
  readonly streams: readonly Stream[];
  readonly isByTheClock: boolean;
  /** Nothing is due before. */
  readonly beginsAtMs: number;
  readonly removed: Removed;
}

/** What is left out. */
interface Removed extends ListedTimes {
  /** The instants meant by `locals` where time that passes is what somebody meant (RFC 5545 3.3.5). */
  readonly localInstants: readonly number[];
}

/** How many candidates are looked at to count all rules with COUNT through, once. */
const countingWork = 200_000;

/** To count one time counts as so many candidates, besides those that are looked at for it. */
const timeCost = 2;

/** Compiles an rrule schedule. Throws `invalid_params` that says what is wrong and where. */
export function compileRrule(definition: DefinitionOf<'rrule'>): CompiledRecurrence {
  const recurrence = readRecurrence(definition);
  const { zone, added, removed } = recurrence;
  const wall: WallOptions = { zone, dst: toDstPolicy('rrule', definition.dst), hasNotes: true };
  const counting = new SearchWork(lastInstantMs, countingWork);
  const streams = recurrence.rules.map((rule) =>
    isClockRule(rule)
      ? clockStream(rule, recurrence, counting)
      : dateStream(rule, recurrence, { wall, counting }),
  );
  if (added.locals.length > 0) streams.push(localList(added.locals, wall));
  if (added.instants.length > 0) streams.push(instantList(added.instants, zone));
  const [firstLocal, firstAdded] = [added.locals[0] ?? Infinity, added.instants[0] ?? Infinity];
  const firstMs = Math.min(recurrence.startLocalMs, firstLocal);
  const isByTheClock = streams.length === recurrence.rules.filter(asksNoClock).length;
  return {
    zone,
    streams,
    isByTheClock,
    removed: { ...removed, localInstants: removed.locals.map((localMs) => firstInstant(localMs, zone)) },
    beginsAtMs: Math.min(earliestInstant(firstMs, zone), firstAdded),
  };
}

function isClockRule({ frequency }: RecurRule): boolean {
  return goesByTheClock(frequency);
}

/** By the clock, and on whatever day and in whatever hour that is. */
function asksNoClock(rule: RecurRule): boolean {
  const { byHour, byDay, byMonthDay, byYearDay, byMonth } = rule;
  return isClockRule(rule) && !(byHour ?? byDay ?? byMonthDay ?? byYearDay ?? byMonth);
}

function clockStream(rule: RecurRule, { zone, startMs }: Recurrence, counting: SearchWork): Stream {
  const untilMs = rule.until ? toInstant(rule.until, zone) : lastInstantMs;
  const range = { zone, startMs, endMs: untilMs };
  const stream = clockRule(rule, range);
  if (rule.count === undefined) return endAt(stream, untilMs);
  // Without BY… parts every period is one time, so the last one is reckoned.
  const isPlain = !Object.entries(rule).some(([name, value]) => name.startsWith('by') && value !== undefined);
  const unitMs = rule.frequency === 'HOURLY' ? 3_600_000 : rule.frequency === 'MINUTELY' ? 60_000 : 1_000;
  if (isPlain) return endAt(stream, startMs + (rule.count - 1) * rule.interval * unitMs);
  // What wants no day of any year is not looked for year by year.
  if (new WantedDays(rule).nth(0, 0) === undefined) return endAt(stream, lastInstantMs);
  // What is listed of years far away is not kept.
  const counted = clockRule(rule, range);
  const next = (afterMs: number): number | undefined => counted(afterMs, counting)?.atMs;
  return endAt(stream, findLast(rule.count, startMs - 1, { next, counting }));
}

function dateStream(
  rule: RecurRule,
  { startLocalMs, startMs, isStartInstant }: Recurrence,
  { wall, counting }: { readonly wall: WallOptions; readonly counting: SearchWork },
): Stream {
  const { until, count } = rule;
  const times = dateRule(rule, startLocalMs);
  const toStream = (source: WallSource): Stream =>
    isStartInstant ? startedStream(source, wall, startMs) : wallStream(source, wall);
  if (until?.form === 'utc') {
    const source = times.until(until.localMs + 2 * dayMs);
    return endAt(toStream(source), until.localMs);
  }
  const endLocalMs = until?.localMs ?? lastInstantMs;
  const source = times.until(endLocalMs);
  // What is listed of years far away is not kept.
  const counts = (): DateRule => dateRule(rule, startLocalMs);
  const lastMs =
    count === undefined ? endLocalMs : lastOf(count, { times: counts(), startLocalMs, counting });
  const counted: WallSource = (afterMs, work) => {
    const found = afterMs >= lastMs ? undefined : source(afterMs, work);
    return found !== undefined && found <= lastMs ? found : undefined;
  };
  return toStream(counted);
}

function lastOf(
  count: number,
  {
    times,
    startLocalMs,
    counting,
  }: { readonly times: DateRule; readonly startLocalMs: LocalMs; readonly counting: SearchWork },
): LocalMs {
  if (times.nth) return times.nth(count) ?? lastInstantMs;
  const [source, firstCycle] = [times.until(lastInstantMs), times.until(times.cycleEndMs)];
  const next = (afterMs: LocalMs): LocalMs | undefined =>
    (afterMs < startLocalMs ? firstCycle : source)(afterMs, counting);
  return findLast(count, startLocalMs - 1, { next, counting });
}

function toInstant(until: NonNullable<RecurRule['until']>, zone: Zone): number {
  return until.form === 'utc' ? until.localMs : firstInstant(until.localMs, zone);
}

function endAt(stream: Stream, lastMs: number): Stream {
  return (afterMs, work) => {
    const due = afterMs >= lastMs ? undefined : stream(afterMs, work);
    return due && due.atMs <= lastMs ? due : undefined;
  };
}

/**
 * Counts a rule with COUNT through, once, and tells its last time. Times that are skipped or excluded count, too.
 * Throws `invalid_params` when that would take too long.
 */
function findLast(
  count: number,
  beforeMs: number,
  {
    next,
    counting,
  }: { readonly next: (afterMs: number) => number | undefined; readonly counting: SearchWork },
): number {
  let lastMs = beforeMs;
  for (let counted = 0; counted < count; counted++) {
    const found = counting.spend(timeCost) ? next(lastMs) : undefined;
    if (counting.ended === 'budget')
      throw new SignalboxError(
        'invalid_params',
        `rrule: COUNT=${count} is too far to count for this rule; give an UNTIL instead`,
      );
    // One that is not found at all is not found later: the search says so each time.
    if (found === undefined) return counted === 0 ? lastInstantMs : lastMs;
    lastMs = found;
  }
  return lastMs;
}
