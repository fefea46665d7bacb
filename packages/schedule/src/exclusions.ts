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
  const ranges = mergeRanges(
    exclude.flatMap((each) => {
      if (typeof each === 'string') return [toRange(each, each)];
      if ('from' in each) return [toRange(each.from, each.to)];
      return calendarRanges(each.calendar, calendars);
    }),
  );
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
const knownRanges = new WeakMap<readonly string[], readonly DayRange[]>();

function calendarRanges(name: string, calendars: Calendars): readonly DayRange[] {
  const dates = Object.hasOwn(calendars, name) ? calendars[name] : undefined;
  if (!dates) return refuseValue(`there is no calendar ${quote(name)} to exclude days by`);
  const known = knownRanges.get(dates) ?? mergeRanges(dates.map((date) => toRange(date, date)));
  knownRanges.set(dates, known);
  return known;
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
  for (const range of [...ranges].sort((a, b) => a.fromMs - b.fromMs)) {
    const last = merged.at(-1);
    if (last && range.fromMs <= last.endMs)
      merged[merged.length - 1] = { fromMs: last.fromMs, endMs: Math.max(last.endMs, range.endMs) };
    else merged.push(range);
  }
  return merged;
}
