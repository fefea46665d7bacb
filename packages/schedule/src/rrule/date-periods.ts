import {
  daysInCycle,
  daysInMonth,
  daysInYear,
  fromEpochDay,
  toEpochDay,
  weekdayOf,
} from '../calendar/civil-date.ts';
import type { RecurRule } from './recur-rule.ts';

/** The periods of a rule that goes by dates: where one begins, how long it is, and which of them INTERVAL picks. */
export interface DatePeriods {
  /** The day itself when its period is picked, otherwise the first day of the next one that is. */
  readonly pick: (epochDay: number) => number;
  /** The first day of its period, and the first after it. */
  readonly around: (epochDay: number) => { readonly startDay: number; readonly endDay: number };
  /** After so many days it is the same again which days are picked, and what dates they have. */
  readonly cycleDays: number;
}

/** Makes the periods, counted from the one of the start. */
export function makeDatePeriods(rule: RecurRule, startDay: number): DatePeriods {
  const { interval } = rule;
  const { pick, around, perCycle } = makePeriods(rule, startDay);
  const cycleDays = (interval / greatestDivisor(interval, perCycle)) * daysInCycle;
  return { pick: interval === 1 ? (epochDay) => epochDay : pick, around, cycleDays };
}

interface Periods extends Pick<DatePeriods, 'pick' | 'around'> {
  /** How many there are in 400 years. */
  readonly perCycle: number;
}

function makePeriods({ frequency, interval, weekStart }: RecurRule, startDay: number): Periods {
  const start = fromEpochDay(startDay);
  const missing = (periods: number): number => (interval - (periods % interval)) % interval;
  switch (frequency) {
    case 'YEARLY':
      return {
        pick: (epochDay) => {
          const { year } = fromEpochDay(epochDay);
          const left = missing(year - start.year);
          return left === 0 ? epochDay : toEpochDay(year + left, 1, 1);
        },
        around: (epochDay) => {
          const { year } = fromEpochDay(epochDay);
          const firstDay = toEpochDay(year, 1, 1);
          return { startDay: firstDay, endDay: firstDay + daysInYear(year) };
        },
        perCycle: 400,
      };
    case 'MONTHLY':
      return {
        pick: (epochDay) => {
          const { year, month } = fromEpochDay(epochDay);
          const left = missing((year - start.year) * 12 + month - start.month);
          return left === 0 ? epochDay : startOfMonth(year, month + left);
        },
        around: (epochDay) => {
          const { year, month, day } = fromEpochDay(epochDay);
          const firstDay = epochDay - day + 1;
          return { startDay: firstDay, endDay: firstDay + daysInMonth(year, month) };
        },
        perCycle: 4_800,
      };
    case 'WEEKLY': {
      const firstWeek = startOfWeek(startDay, weekStart);
      return {
        pick: (epochDay) => {
          const week = startOfWeek(epochDay, weekStart);
          const left = missing((week - firstWeek) / 7);
          return left === 0 ? epochDay : week + left * 7;
        },
        around: (epochDay) => {
          const week = startOfWeek(epochDay, weekStart);
          return { startDay: week, endDay: week + 7 };
        },
        perCycle: daysInCycle / 7,
      };
    }
    default:
      return {
        pick: (epochDay) => epochDay + missing(epochDay - startDay),
        around: (epochDay) => ({ startDay: epochDay, endDay: epochDay + 1 }),
        perCycle: daysInCycle,
      };
  }
}

/** The first day of a month that may be counted beyond December. */
function startOfMonth(year: number, month: number): number {
  return toEpochDay(year + Math.floor((month - 1) / 12), ((month - 1) % 12) + 1, 1);
}

/** The first day of the week a day is in. */
function startOfWeek(epochDay: number, weekStart: number): number {
  return epochDay - ((weekdayOf(epochDay) - weekStart + 7) % 7);
}

function greatestDivisor(one: number, other: number): number {
  return other === 0 ? one : greatestDivisor(other, one % other);
}
