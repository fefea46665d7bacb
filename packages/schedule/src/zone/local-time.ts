import { dayMs, daysInMonth, fromEpochDay, toEpochDay } from '../calendar/civil-date.ts';

/** What a clock on the wall and the calendar beside it show. */
export interface LocalTime {
  readonly year: number;
  /** 1 to 12. */
  readonly month: number;
  /** 1 to 31. */
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
}

/**
 * A local time as one number: the milliseconds it would be since 1970 were it UTC. Ordered as the wall clock is; no instant.
 */
export type LocalMs = number;

/** Gives a local time as one number. */
export function toLocalMs({ year, month, day, hour, minute, second }: LocalTime): LocalMs {
  return toEpochDay(year, month, day) * dayMs + ((hour * 60 + minute) * 60 + second) * 1_000;
}

/** Gives the local time behind the number. */
export function fromLocalMs(localMs: LocalMs): LocalTime {
  const epochDay = Math.floor(localMs / dayMs);
  const seconds = Math.floor((localMs - epochDay * dayMs) / 1_000);
  const { year, month, day } = fromEpochDay(epochDay);
  return {
    year,
    month,
    day,
    hour: Math.floor(seconds / 3_600),
    minute: Math.floor(seconds / 60) % 60,
    second: seconds % 60,
  };
}

/** Writes a local time as ISO 8601 without an offset: `2026-03-29T02:30:00`. */
export function formatLocal(localMs: LocalMs): string {
  return `${formatDate(localMs)}T${formatTimeOfDay(localMs, true)}`;
}

/** Writes the date of a local time: `2026-03-29`. */
export function formatDate(localMs: LocalMs): string {
  const { year, month, day } = fromLocalMs(localMs);
  return `${String(year).padStart(4, '0')}-${two(month)}-${two(day)}`;
}

/** Writes the time of day: `02:30`, with seconds where there are any or they are wanted. */
export function formatTimeOfDay(localMs: LocalMs, withSeconds = false): string {
  const { hour, minute, second } = fromLocalMs(localMs);
  return `${two(hour)}:${two(minute)}${withSeconds || second > 0 ? `:${two(second)}` : ''}`;
}

/** Reads `2026-03-29`, or undefined when there is no such date. */
export function readDate(text: string): LocalMs | undefined {
  if (text.length !== 10 || text[4] !== '-' || text[7] !== '-') return undefined;
  return toKnownDay(readDigits(text, 0, 4), readDigits(text, 5, 7), readDigits(text, 8, 10));
}

/** NaN when one is no digit. Calendars have thousands of dates, and a regular expression takes ten times as long. */
function readDigits(text: string, start: number, end: number): number {
  let value = 0;
  for (let index = start; index < end; index++) {
    const digit = text.charCodeAt(index) - 48;
    value = digit >= 0 && digit <= 9 ? value * 10 + digit : Number.NaN;
  }
  return value;
}

/** Reads `2026-03-29T02:30` or `2026-03-29T02:30:00`, or undefined when there is no such time on any wall. */
export function readLocal(text: string): LocalMs | undefined {
  const match = /^(\d{4}-\d{2}-\d{2})[T ](\d{2}):(\d{2})(?::(\d{2}))?$/.exec(text);
  const day = match?.[1] === undefined ? undefined : readDate(match[1]);
  if (!match || day === undefined) return undefined;
  const [hour, minute, second] = [Number(match[2]), Number(match[3]), Number(match[4] ?? 0)];
  return hour > 23 || minute > 59 || second > 59
    ? undefined
    : day + ((hour * 60 + minute) * 60 + second) * 1_000;
}

/** The begin of a day between the years 1900 and 9998, or undefined when the calendar has no such day. */
export function toKnownDay(year: number, month: number, day: number): LocalMs | undefined {
  const isKnown =
    year >= 1900 && year <= 9998 && month >= 1 && month <= 12 && day >= 1 && day <= daysInMonth(year, month);
  return isKnown ? toEpochDay(year, month, day) * dayMs : undefined;
}

function two(value: number): string {
  return value < 10 ? `0${value}` : String(value);
}
