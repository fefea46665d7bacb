import { addMonths, fromLocalMs, isKnownYear, toLocalMs } from '../calendar.ts';
import { failExpression } from '../jmespath/expression-error.ts';
import type { TimeScope } from './template.ts';
import type { TimeExpression, TimeUnit } from './time-expression.ts';

const elapsedMs: Readonly<Record<'s' | 'm' | 'h', number>> = { s: 1_000, m: 60_000, h: 3_600_000 };
const dayMs = 86_400_000;

/** Gives a time: seconds for `.unix`, otherwise a text of the zone it names, or of the task. */
export function evaluateTime(expression: TimeExpression, time: TimeScope): string | number {
  const zone = expression.zone ?? time.timezone;
  let atMs = expression.base === 'now' ? time.nowMs : time.scheduledAtMs;
  for (const { amount, unit } of expression.shifts) {
    atMs = unit === 's' || unit === 'm' || unit === 'h' ? atMs + amount * elapsedMs[unit] : atMs;
    if (unit !== 's' && unit !== 'm' && unit !== 'h' && amount !== 0) {
      const localMs = stepOnCalendar(toLocalMs(time.zones.toLocal(atMs, zone)), amount, unit);
      atMs = time.zones.toInstant(fromLocalMs(checked(localMs)), zone);
    }
    checked(atMs);
  }
  if (expression.part === 'unix') return Math.floor(atMs / 1_000);
  return write(expression.part, atMs, toLocalMs(time.zones.toLocal(atMs, zone)));
}

/** Days, weeks, months and years of the calendar: the wall clock stays as it is, whatever the clocks do in between. */
function stepOnCalendar(localMs: number, amount: number, unit: Exclude<TimeUnit, 's' | 'm' | 'h'>): number {
  switch (unit) {
    case 'd':
      return localMs + amount * dayMs;
    case 'w':
      return localMs + amount * 7 * dayMs;
    case 'mo':
      return addMonths(localMs, amount);
    default:
      return addMonths(localMs, amount * 12);
  }
}

function checked(ms: number): number {
  if (!isKnownYear(new Date(ms).getUTCFullYear())) {
    failExpression('invalid-value', 'the time is not in the years 0 to 9999');
  }
  return ms;
}

function write(part: 'iso' | 'date' | 'time', atMs: number, localMs: number): string {
  const text = new Date(checked(localMs)).toISOString();
  if (part === 'date') return text.slice(0, 10);
  if (part === 'time') return text.slice(11, 19);
  return `${text.slice(0, -1)}${writeOffset(localMs - atMs)}`;
}

function writeOffset(offsetMs: number): string {
  if (offsetMs === 0) return 'Z';
  const text = new Date(Math.abs(offsetMs)).toISOString();
  const seconds = text.slice(17, 19);
  return `${offsetMs < 0 ? '-' : '+'}${text.slice(11, 16)}${seconds === '00' ? '' : `:${seconds}`}`;
}
