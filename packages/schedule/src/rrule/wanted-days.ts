import { daysInCycle, daysInYear, fromEpochDay, toEpochDay, weekdayOf } from '../calendar/civil-date.ts';
import type { RecurRule } from './recur-rule.ts';
import { listYearDays } from './year-days.ts';

/** The days a rule wants, year by year. There are 28 kinds of years at most, so those of each kind are listed once. */
export class WantedDays {
  readonly #rule: RecurRule;
  readonly #kinds: (YearTable | undefined)[] = [];
  readonly #hasWeeks: boolean;
  #latest: WantedYear | undefined;

  constructor(rule: RecurRule) {
    this.#rule = rule;
    this.#hasWeeks = rule.byWeekNo !== undefined;
  }

  /** The first wanted day from a day on, in the same year; undefined when there is none. */
  firstFrom(epochDay: number): number | undefined {
    const { startDay, table } = this.#yearOf(epochDay);
    const found = table.days[table.before[epochDay - startDay] ?? 0];
    return found === undefined ? undefined : startDay + found;
  }

  /** The first day of the year after that of a day. */
  nextYear(epochDay: number): number {
    return this.#yearOf(epochDay).endDay;
  }

  /** How many days are wanted from one day to before another. */
  count(fromDay: number, endDay: number): number {
    let counted = 0;
    for (let day = fromDay; day < endDay; ) {
      const { startDay, endDay: nextDay, table } = this.#yearOf(day);
      const untilDay = Math.min(endDay, nextDay);
      counted += (table.before[untilDay - startDay] ?? 0) - (table.before[day - startDay] ?? 0);
      day = untilDay;
    }
    return counted;
  }

  /** The wanted day that comes so many after the first from a day on; undefined when no day is ever wanted. */
  nth(fromDay: number, index: number): number | undefined {
    let left = index;
    let cycle: { readonly day: number; readonly left: number } | undefined;
    for (let day = fromDay; ; ) {
      const { startDay, endDay, table } = this.#yearOf(day);
      const before = table.before[day - startDay] ?? 0;
      const found = table.days[before + left];
      if (found !== undefined) return startDay + found;
      left -= table.days.length - before;
      day = endDay;
      cycle ??= { day, left };
      if (day !== cycle.day + daysInCycle) continue;
      const perCycle = cycle.left - left;
      if (perCycle === 0) return undefined;
      const cycles = Math.floor(left / perCycle);
      left -= cycles * perCycle;
      day += cycles * daysInCycle;
    }
  }

  #yearOf(epochDay: number): WantedYear {
    const latest = this.#latest;
    if (latest && epochDay >= latest.startDay && epochDay < latest.endDay) return latest;
    const { year } = fromEpochDay(epochDay);
    const startDay = toEpochDay(year, 1, 1);
    const table = this.#tableOf(year, weekdayOf(startDay));
    const found = { startDay, endDay: startDay + daysInYear(year), table };
    this.#latest = found;
    return found;
  }

  #tableOf(year: number, firstWeekday: number): YearTable {
    const kind = {
      isLeap: isLeap(year),
      firstWeekday,
      // Only weeks look at the years beside.
      isLeapBefore: this.#hasWeeks && isLeap(year - 1),
      isLeapAfter: this.#hasWeeks && isLeap(year + 1),
    };
    const place = kind.isLeap ? 1 : kind.isLeapBefore ? 2 : kind.isLeapAfter ? 3 : 0;
    const index = place * 7 + firstWeekday;
    const known = this.#kinds[index] ?? makeTable(listYearDays(this.#rule, kind));
    this.#kinds[index] = known;
    return known;
  }
}

interface WantedYear {
  /** The epoch day of 1 January. */
  readonly startDay: number;
  /** That of the next. */
  readonly endDay: number;
  readonly table: YearTable;
}

interface YearTable {
  /** 0 is 1 January. */
  readonly days: Uint16Array;
  /** How many of them are before each day of the year, and before the day after its last. */
  readonly before: Uint16Array;
}

function makeTable(days: readonly number[]): YearTable {
  const before = new Uint16Array(367);
  let counted = 0;
  for (let day = 0; day <= 366; day++) {
    before[day] = counted;
    if (days[counted] === day) counted++;
  }
  return { days: Uint16Array.from(days), before };
}

function isLeap(year: number): boolean {
  return daysInYear(year) === 366;
}
