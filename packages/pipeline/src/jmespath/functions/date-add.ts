import { addMonths, isKnownYear } from '../../calendar.ts';
import type { CallArguments } from './call-arguments.ts';

const unitMs: Readonly<Record<string, number>> = {
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
};
const unitMonths: Readonly<Record<string, number>> = { mo: 1, y: 12 };
const iso =
  /^([0-9]{4})-([0-9]{2})-([0-9]{2})(?:[Tt ]([0-9]{2}):([0-9]{2})(?::([0-9]{2})(?:\.([0-9]{1,9}))?)?([Zz]|[+-][0-9]{2}:[0-9]{2}))?$/;

/**
 * `date_add('2026-03-29T10:00:00Z', 2, 'h')`: a time with its offset, or a date, later by so many of s, m, h, d, w, mo or y, in UTC.
 * A date stays a date where days, weeks, months or years are added.
 */
export function addToDate(args: CallArguments): string {
  const [text, amount, unit] = [args.text(0), args.number(1), args.text(2)];
  const atMs = readInstant(text);
  if (atMs === undefined)
    args.fail('invalid-value', 'argument 1 has to be a date, or a time with Z or an offset');
  if (!Number.isInteger(amount)) args.fail('invalid-value', 'argument 2 has to be a whole number');
  const isKnown = Object.hasOwn(unitMs, unit) || Object.hasOwn(unitMonths, unit);
  if (!isKnown) args.fail('invalid-value', 'argument 3 has to be one of s, m, h, d, w, mo and y');
  const months = unitMonths[unit];
  const laterMs =
    months === undefined ? atMs + amount * (unitMs[unit] ?? 0) : addMonths(atMs, amount * months);
  const later = new Date(laterMs);
  if (!isKnownYear(later.getUTCFullYear()))
    args.fail('invalid-value', 'the time is not in the years 0 to 9999');
  const isDate = text.length === 10 && !['s', 'm', 'h'].includes(unit);
  return isDate ? later.toISOString().slice(0, 10) : later.toISOString();
}

function readInstant(text: string): number | undefined {
  const match = iso.exec(text);
  if (!match) return undefined;
  const part = (index: number): number => Number(match[index] ?? 0);
  const [month, day, hour, minute, second] = [part(2), part(3), part(4), part(5), part(6)];
  const ms = Number((match[7] ?? '').padEnd(3, '0').slice(0, 3));
  const midnightMs = toMidnight(part(1), month, day);
  if (midnightMs === undefined || hour > 23 || minute > 59 || second > 59) return undefined;
  return midnightMs + ((hour * 60 + minute) * 60 + second) * 1_000 + ms - readOffset(match[8] ?? 'Z');
}

/** The begin of a day in UTC, or undefined when the calendar has no such day. */
function toMidnight(year: number, month: number, day: number): number | undefined {
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  return date.getUTCMonth() === month - 1 && date.getUTCDate() === day ? date.getTime() : undefined;
}

function readOffset(text: string): number {
  if (text === 'Z' || text === 'z') return 0;
  const ms = (Number(text.slice(1, 3)) * 60 + Number(text.slice(4))) * 60_000;
  return text.startsWith('-') ? -ms : ms;
}
