import { quote } from '../definition/refuse.ts';
import { type LocalMs, toKnownDay } from '../zone/local-time.ts';
import { type ContentLine, refuseAt } from './content-line.ts';

/** A date or time as RFC 5545 3.3.4 and 3.3.5 write them; which of the three decides what it may be compared with. */
export interface TimeValue {
  readonly form: 'date' | 'local' | 'utc';
  readonly localMs: LocalMs;
}

/** Where a value stands in its line. */
export interface ValuePlace {
  readonly line: ContentLine;
  readonly index: number;
}

/** Reads `20260329`, `20260329T023000` or `20260329T003000Z`. Throws `invalid_params` with the place of what is wrong. */
export function readTimeValue(text: string, { line, index }: ValuePlace, what: string): TimeValue {
  const match = /^(\d{4})(\d{2})(\d{2})(?:T(\d{2})(\d{2})(\d{2})(Z?))?$/i.exec(text);
  if (!match) refuseAt(line, index, `${what} ${quote(text)} is no date or time such as 20260329T023000Z`);
  const [year, month, day, hour, minute, second] = match.slice(1, 7).map((part) => Number(part ?? 0));
  const dateMs = toKnownDay(year ?? 0, month ?? 0, day ?? 0);
  if (dateMs === undefined)
    refuseAt(line, index, `${what} ${quote(text)} is on no day of the years 1900 to 9998`);
  if (match[4] === undefined) return { form: 'date', localMs: dateMs };
  const [h, m, s] = [hour ?? 0, minute ?? 0, second ?? 0];
  if (h > 23 || m > 59 || s > 60) refuseAt(line, index + 9, `${what} ${quote(text)} is at no time of a day`);
  // 60 is a leap second, which no clock here has: it counts as the second before (RFC 5545 3.3.12).
  const localMs = dateMs + ((h * 60 + m) * 60 + Math.min(s, 59)) * 1_000;
  return { form: match[7] ? 'utc' : 'local', localMs };
}
