import { SignalboxError } from '@signalbox/sdk';

const dayMs = 86_400_000;
const maxDates = 2_000;
/** What would make one event several, or another length. */
const notRead = ['RRULE', 'RDATE', 'EXDATE', 'DURATION', 'RECURRENCE-ID'];

interface Event {
  readonly number: number;
  startMs?: number;
  endMs?: number;
}

/**
 * The days of the events of an iCalendar file (RFC 5545): those that take whole days and do not repeat, for others are refused. Errors:
 * `usage`, with the number of the event.
 */
export function readIcalendar(text: string): readonly string[] {
  const dates: string[] = [];
  let event: Event | undefined;
  let count = 0;
  let depth = 0;
  // RFC 5545 §3.1: a line that begins with white space goes on the one before.
  for (const line of text.replaceAll(/\r?\n[ \t]/g, '').split(/\r?\n/)) {
    const [, name = '', parameters = '', value = ''] = /^([\w-]+)((?:;[^:]*)?):(.*)$/.exec(line) ?? [];
    const word = `${name}:${value}`.toUpperCase().trim();
    if (!event) {
      if (word === 'BEGIN:VEVENT') event = { number: (count += 1) };
    } else if (word === 'END:VEVENT') {
      dates.push(...daysOf(event));
      if (dates.length > maxDates) throw refuse(event, `is one too many: a calendar has ${maxDates} dates`);
      event = undefined;
    } else if (word.startsWith('BEGIN:')) depth += 1;
    else if (word.startsWith('END:')) depth -= 1;
    else if (depth === 0) take(event, name.toUpperCase(), { parameters, value: value.trim() });
  }
  return dates;
}

function take(
  event: Event,
  name: string,
  given: { readonly parameters: string; readonly value: string },
): void {
  if (notRead.includes(name))
    throw refuse(event, `has ${name}, and only events with a begin and an end of their own are read`);
  if (name === 'DTSTART') event.startMs = readDay(event, name, given);
  if (name === 'DTEND') event.endMs = readDay(event, name, given);
}

function readDay(
  event: Event,
  name: string,
  { parameters, value }: { readonly parameters: string; readonly value: string },
): number {
  const [, year, month, day] = /^(\d{4})(\d{2})(\d{2})$/.exec(value) ?? [];
  const isDate = parameters.toUpperCase().split(';').includes('VALUE=DATE');
  const ms = Date.parse(`${year}-${month}-${day}T00:00:00Z`);
  if (isDate && toDate(ms) === `${year}-${month}-${day}`) return ms;
  throw refuse(event, `does not take whole days: ${name} has to be like ${name};VALUE=DATE:20261225`);
}

/** RFC 5545 §3.6.1: DTEND is the day after the last; without it there is one day. */
function daysOf(event: Event): readonly string[] {
  const { startMs, endMs = (startMs ?? 0) + dayMs } = event;
  if (startMs === undefined) throw refuse(event, 'has no DTSTART');
  const count = (endMs - startMs) / dayMs;
  if (count < 1 || count > maxDates) throw refuse(event, `takes ${count} days`);
  return Array.from({ length: count }, (_, index) => toDate(startMs + index * dayMs));
}

function toDate(ms: number): string {
  return Number.isFinite(ms) ? new Date(ms).toISOString().slice(0, 10) : '';
}

function refuse({ number }: Event, problem: string): SignalboxError {
  return new SignalboxError('usage', `event ${number} of the iCalendar file ${problem}`);
}
