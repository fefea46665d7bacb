import { z } from 'zod';

const days = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;
const timeOfDay = z.string().regex(/^(?:[01]\d|2[0-3]):[0-5]\d$/, 'must be a time such as "08:30"');

/** When a rule holds. */
export const timeWindow = z.strictObject({
  days: z.array(z.enum(days)).min(1).max(7).optional().describe('Days of the week'),
  from: timeOfDay.optional().describe('Time of day it begins, inclusive'),
  to: timeOfDay.optional().describe('Time of day it ends, exclusive; before `from` it ends on the next day'),
  timeZone: z
    .string()
    .max(100)
    .refine(isTimeZone, 'must be a time zone such as "Europe/Chisinau"')
    .default('UTC')
    .describe('IANA time zone'),
  notBefore: z.iso.datetime({ offset: true }).optional().describe('Instant before which it does not hold'),
  notAfter: z.iso.datetime({ offset: true }).optional().describe('Instant from which on it does not hold'),
});

/** One of {@link timeWindow}, read. */
export type TimeWindow = z.output<typeof timeWindow>;

const minuteMs = 60_000;

/** Makes the test of a window. Within one minute nothing changes, so the local time is found once for each. */
export function compileWindow(window: TimeWindow): (atMs: number) => boolean {
  const start = window.notBefore === undefined ? Number.NEGATIVE_INFINITY : Date.parse(window.notBefore);
  const end = window.notAfter === undefined ? Number.POSITIVE_INFINITY : Date.parse(window.notAfter);
  const isLocal = window.days !== undefined || window.from !== undefined || window.to !== undefined;
  if (!isLocal) return (atMs) => atMs >= start && atMs < end;
  const clock = localClock(window.timeZone);
  let minute = Number.NaN;
  let isOpen = false;
  return (atMs) => {
    if (atMs < start || atMs >= end) return false;
    const now = Math.floor(atMs / minuteMs);
    if (now !== minute) {
      minute = now;
      isOpen = isWithin(window, clock(atMs));
    }
    return isOpen;
  };
}

interface LocalTime {
  readonly day: number;
  readonly minutes: number;
}

/** A window over midnight belongs to the day it begins on. */
function isWithin({ days: wanted, from, to }: TimeWindow, { day, minutes }: LocalTime): boolean {
  const start = from === undefined ? 0 : toMinutes(from);
  const end = to === undefined ? 1_440 : toMinutes(to);
  const isOn = (index: number): boolean => wanted === undefined || wanted.includes(days[index % 7] ?? 'mon');
  if (start < end) return isOn(day) && minutes >= start && minutes < end;
  return (isOn(day) && minutes >= start) || (isOn(day + 6) && minutes < end);
}

function toMinutes(text: string): number {
  return Number(text.slice(0, 2)) * 60 + Number(text.slice(3));
}

function localClock(timeZone: string): (atMs: number) => LocalTime {
  const format = new Intl.DateTimeFormat('en-GB', {
    timeZone,
    weekday: 'short',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  });
  return (atMs) => {
    const parts = new Map(format.formatToParts(atMs).map(({ type, value }) => [type, value]));
    const day = days.findIndex((name) => name === parts.get('weekday')?.toLowerCase());
    return { day, minutes: Number(parts.get('hour')) * 60 + Number(parts.get('minute')) };
  };
}

function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en-GB', { timeZone: name }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}
