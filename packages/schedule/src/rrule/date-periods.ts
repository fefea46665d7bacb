import { type CivilDate, daysInMonth, daysInYear, toEpochDay } from '../calendar/civil-date.ts';
import { startOfWeek } from './date-filter.ts';
import type { RecurRule } from './recur-rule.ts';

/** The periods of a rule that goes by dates: where one begins, how long it is, and which of them INTERVAL picks. */
export interface DatePeriods {
  /** The day itself when its period is picked, otherwise the first day of the next one that is. */
  readonly pick: (epochDay: number, date: CivilDate) => number;
  readonly startOf: (epochDay: number, date: CivilDate) => number;
  readonly lengthOf: (date: CivilDate) => number;
}

/** Makes the periods, counted from the one of the start. */
export function makeDatePeriods(
  { frequency, interval, weekStart }: RecurRule,
  start: CivilDate,
): DatePeriods {
  const startDay = toEpochDay(start.year, start.month, start.day);
  const missing = (periods: number): number => (interval - (periods % interval)) % interval;
  switch (frequency) {
    case 'YEARLY':
      return {
        pick: (epochDay, { year }) => {
          const left = missing(year - start.year);
          return left === 0 ? epochDay : toEpochDay(year + left, 1, 1);
        },
        startOf: (_day, { year }) => toEpochDay(year, 1, 1),
        lengthOf: ({ year }) => daysInYear(year),
      };
    case 'MONTHLY':
      return {
        pick: (epochDay, { year, month }) => {
          const left = missing((year - start.year) * 12 + month - start.month);
          return left === 0 ? epochDay : startOfMonth(year, month + left);
        },
        startOf: (_day, { year, month }) => toEpochDay(year, month, 1),
        lengthOf: ({ year, month }) => daysInMonth(year, month),
      };
    case 'WEEKLY': {
      const firstWeek = startOfWeek(startDay, weekStart);
      return {
        pick: (epochDay) => {
          const week = startOfWeek(epochDay, weekStart);
          const left = missing((week - firstWeek) / 7);
          return left === 0 ? epochDay : week + left * 7;
        },
        startOf: (epochDay) => startOfWeek(epochDay, weekStart),
        lengthOf: () => 7,
      };
    }
    default:
      return {
        pick: (epochDay) => epochDay + missing(epochDay - startDay),
        startOf: (epochDay) => epochDay,
        lengthOf: () => 1,
      };
  }
}

/** The first day of a month that may be counted beyond December. */
export function startOfMonth(year: number, month: number): number {
  return toEpochDay(year + Math.floor((month - 1) / 12), ((month - 1) % 12) + 1, 1);
}
