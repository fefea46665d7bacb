import { dayMs } from './calendar/civil-date.ts';
import { quote, refuseValue } from './definition/refuse.ts';
import type { DefinitionOf } from './definition/schedule-definition.ts';
import { type LocalMs, readDate } from './zone/local-time.ts';

/** Dates (`2026-12-25`) of the calendars schedules may name. A list is read once, so it is not to be changed afterwards. */
export interface Calendars {
  readonly [name: string]: readonly string[];
}

/** Tells which excluded days a local time is in; undefined when it is in none. */
export type Exclusions = (localMs: LocalMs) => DayRange | undefined;

/** Days without one between that is not excluded; the end is exclusive. */
export interface DayRange {
  readonly fromMs: LocalMs;
  readonly endMs: LocalMs;
}

/** Compiles what a schedule excludes. Throws `invalid_params` for a calendar nobody knows and a date that is none. */
export function compileExclusions(
  exclude: DefinitionOf<'cron'>['exclude'],
  calendars: Calendars,
): Exclusions | undefined {
  if (!exclude || exclude.length === 0) return undefined;
  const named = new Set<string>();
  const written = exclude.flatMap((each) => {
    if (typeof each === 'string') return [toRange(each, each)];
    if ('from' in each) return [toRange(each.from, each.to)];
    named.add(each.calendar);
    return [];
  });
  const lists = [...named].map((name) => daysOf(name, calendars));
  const [only] = lists;
  const ranges =
    only && lists.length === 1 && written.length === 0
      ? rangesOfOne(only)
      : mergeRanges([...written, ...rangesOf(lists)]);
  return (localMs) => {
    let low = 0;
    let high = ranges.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((ranges[middle]?.endMs ?? Infinity) > localMs) high = middle;
      else low = middle + 1;
    }
    const range = ranges[low];
    return range && range.fromMs <= localMs ? range : undefined;
  };
}

/** Many schedules name the same calendar. */
const knownDays = new WeakMap<readonly string[], Float64Array>();

function daysOf(name: string, calendars: Calendars): Float64Array {
  const dates = Object.hasOwn(calendars, name) ? calendars[name] : undefined;
  if (!dates) return refuseValue(`there is no calendar ${quote(name)} to exclude days by`);
  const known = knownDays.get(dates) ?? Float64Array.from(dates, toDay);
  knownDays.set(dates, known);
  return known;
}

/** As most schedules name a calendar: alone. */
const knownRanges = new WeakMap<Float64Array, readonly DayRange[]>();

function rangesOfOne(days: Float64Array): readonly DayRange[] {
  const known = knownRanges.get(days) ?? rangesOf([days]);
  knownRanges.set(days, known);
  return known;
}

/** Days that are next to each other are one range; as numbers they are sorted in a fraction of the time. */
function rangesOf(lists: readonly Float64Array[]): readonly DayRange[] {
  const days = new Float64Array(lists.reduce((sum, { length }) => sum + length, 0));
  let filled = 0;
  for (const list of lists) {
    days.set(list, filled);
    filled += list.length;
  }
  days.sort();
  const ranges: DayRange[] = [];
  for (let index = 0; index < days.length; ) {
    const fromMs = days[index] ?? 0;
    let endMs = fromMs + dayMs;
    for (index++; (days[index] ?? Infinity) <= endMs; index++) endMs = (days[index] ?? 0) + dayMs;
    ranges.push({ fromMs, endMs });
  }
  return ranges;
}

function toRange(from: string, to: string): DayRange {
  const [fromMs, lastMs] = [toDay(from), toDay(to)];
  if (lastMs < fromMs) refuseValue(`the excluded days ${from} to ${to} go backwards`);
  return { fromMs, endMs: lastMs + dayMs };
}

function toDay(text: string): LocalMs {
  return readDate(text) ?? refuseValue(`the excluded day ${quote(text)} is no date such as "2026-12-25"`);
}

function mergeRanges(ranges: readonly DayRange[]): readonly DayRange[] {
  const merged: DayRange[] = [];
  let last: DayRange | undefined;
  for (const range of [...ranges].sort((a, b) => a.fromMs - b.fromMs)) {
    if (last && range.fromMs <= last.endMs) {
      last = { fromMs: last.fromMs, endMs: Math.max(last.endMs, range.endMs) };
      merged[merged.length - 1] = last;
    } else {
      last = range;
      merged.push(range);
    }
  }
  return merged;
}
