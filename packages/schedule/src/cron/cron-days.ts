import { daysInMonth, toEpochDay, weekdayOf } from '../calendar/civil-date.ts';
import type { CronRule } from './read-cron.ts';
import type { CronItem } from './read-cron-field.ts';

/** The days a cron expression wants. Months of the same length that begin on the same weekday have the same, so they are found once. */
export class CronDays {
  readonly #rule: CronRule;
  readonly #isMonth: readonly boolean[];
  /** By kind of month, a bit for each day. */
  readonly #known: (number | undefined)[] = [];

  constructor(rule: CronRule) {
    this.#rule = rule;
    this.#isMonth = Array.from({ length: 13 }, (_, month) => rule.months.includes(month));
  }

  /** Whether there is such a day in some year: every month begins on every weekday, February with 28 days and with 29. */
  get isEver(): boolean {
    return this.#rule.months.some((month) =>
      [2023, 2024].some((year) =>
        weekdays.some((first) => this.#ofKind({ length: daysInMonth(year, month), first }) !== 0),
      ),
    );
  }

  /** The first wanted day of a month, from a day of it on; undefined when there is none left. */
  firstIn(year: number, month: number, fromDay: number): number | undefined {
    if (!this.#isMonth[month]) return undefined;
    const first = (weekdayOf(toEpochDay(year, month, 1)) + 1) % 7;
    const left = this.#ofKind({ length: daysInMonth(year, month), first }) & (-1 << (fromDay - 1));
    return left === 0 ? undefined : 32 - Math.clz32(left & -left);
  }

  #ofKind(kind: MonthKind): number {
    const index = (kind.length - 28) * 7 + kind.first;
    const known = this.#known[index] ?? findDays(this.#rule, kind);
    this.#known[index] = known;
    return known;
  }
}

interface MonthKind {
  readonly length: number;
  /** The weekday of its first day; Sunday is 0, as cron has it. */
  readonly first: number;
}

const weekdays = [0, 1, 2, 3, 4, 5, 6];

function findDays(rule: CronRule, kind: MonthKind): number {
  const byDay = bitsOf(rule.days.items, (item, day) => isDay(item, day, kind), kind);
  const byWeekday = bitsOf(rule.weekdays.items, (item, day) => isWeekday(item, day, kind), kind);
  if (rule.weekdays.isOpen) return byDay;
  if (rule.days.isOpen) return byWeekday;
  return rule.weekdays.hasAnd ? byDay & byWeekday : byDay | byWeekday;
}

function bitsOf(
  items: readonly CronItem[],
  isWanted: (item: CronItem, day: number) => boolean,
  { length }: MonthKind,
): number {
  let bits = 0;
  for (let day = 1; day <= length; day++)
    if (items.some((item) => isWanted(item, day))) bits |= 1 << (day - 1);
  return bits;
}

function isDay(item: CronItem, day: number, kind: MonthKind): boolean {
  switch (item.kind) {
    case 'value':
      return item.value === day;
    case 'last':
      return day === kind.length;
    case 'last-weekday':
      return day === nearestWeekday(kind.length, kind);
    case 'nearest':
      return item.day <= kind.length && day === nearestWeekday(item.day, kind);
    default:
      return false;
  }
}

/** The day itself from Monday to Friday; otherwise the Friday before or the Monday after, whichever is nearer and in the month. */
function nearestWeekday(day: number, kind: MonthKind): number {
  const weekday = weekdayIn(day, kind);
  if (weekday === 6) return day === 1 ? day + 2 : day - 1;
  if (weekday === 0) return day === kind.length ? day - 2 : day + 1;
  return day;
}

function isWeekday(item: CronItem, day: number, kind: MonthKind): boolean {
  const weekday = weekdayIn(day, kind);
  if (item.kind === 'value') return item.value === weekday;
  if (item.kind !== 'nth' || item.weekday !== weekday) return false;
  return item.place === -1 ? day + 7 > kind.length : Math.floor((day - 1) / 7) + 1 === item.place;
}

function weekdayIn(day: number, { first }: MonthKind): number {
  return (first + day - 1) % 7;
}
