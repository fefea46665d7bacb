import { quote } from '../definition/refuse.ts';
import { checkRule } from './check-rule.ts';
import { type ContentLine, refuseAt } from './content-line.ts';
import {
  type Frequency,
  frequencies,
  type RecurRule,
  type WeekdayPlace,
  weekdayNames,
} from './recur-rule.ts';
import { readTimeValue } from './time-value.ts';

/** One `NAME=value` of a rule and where both stand. */
export interface RulePart {
  readonly name: string;
  readonly value: string;
  readonly nameAt: number;
  readonly valueAt: number;
}

/** What the numbers of a list may be; a signed one counts from the end below zero and is never 0. */
const lists: {
  readonly [name: string]: { readonly min: number; readonly max: number; readonly isSigned?: true };
} = {
  BYSECOND: { min: 0, max: 60 },
  BYMINUTE: { min: 0, max: 59 },
  BYHOUR: { min: 0, max: 23 },
  BYMONTHDAY: { min: 1, max: 31, isSigned: true },
  BYYEARDAY: { min: 1, max: 366, isSigned: true },
  BYWEEKNO: { min: 1, max: 53, isSigned: true },
  BYMONTH: { min: 1, max: 12 },
  BYSETPOS: { min: 1, max: 366, isSigned: true },
};

const partNames = ['FREQ', 'INTERVAL', 'COUNT', 'UNTIL', 'WKST', 'BYDAY', ...Object.keys(lists)];

/** Reads a recurrence rule strictly. Throws `invalid_params` that says what is wrong and where. */
export function parseRule(line: ContentLine): RecurRule {
  const parts = readParts(line);
  const list = (name: string): readonly number[] | undefined => readNumbers(line, parts.get(name));
  const rule: RecurRule = {
    frequency: readFrequency(line, parts.get('FREQ')),
    interval: readCount(line, parts.get('INTERVAL'), 1_000_000) ?? 1,
    count: readCount(line, parts.get('COUNT'), 1_000_000_000),
    until: readUntil(line, parts.get('UNTIL')),
    weekStart: readWeekStart(line, parts.get('WKST')),
    bySecond: list('BYSECOND'),
    byMinute: list('BYMINUTE'),
    byHour: list('BYHOUR'),
    byDay: readWeekdays(line, parts.get('BYDAY')),
    byMonthDay: list('BYMONTHDAY'),
    byYearDay: list('BYYEARDAY'),
    byWeekNo: list('BYWEEKNO'),
    byMonth: list('BYMONTH'),
    bySetPos: list('BYSETPOS'),
  };
  checkRule(rule, parts, line);
  return rule;
}

function readParts(line: ContentLine): ReadonlyMap<string, RulePart> {
  const parts = new Map<string, RulePart>();
  let at = line.valueAt;
  for (const text of line.value.split(';')) {
    const equals = text.indexOf('=');
    if (equals <= 0) refuseAt(line, at, `${quote(text)} is no part such as FREQ=DAILY`);
    const name = text.slice(0, equals).toUpperCase();
    if (!partNames.includes(name)) refuseAt(line, at, `${quote(name)} is none of ${partNames.join(', ')}`);
    if (parts.has(name)) refuseAt(line, at, `${name} is given twice`);
    if (equals === text.length - 1) refuseAt(line, at, `${name} has no value`);
    parts.set(name, {
      name,
      value: text.slice(equals + 1).toUpperCase(),
      nameAt: at,
      valueAt: at + equals + 1,
    });
    at += text.length + 1;
  }
  return parts;
}

function readFrequency(line: ContentLine, part: RulePart | undefined): Frequency {
  if (!part) refuseAt(line, line.valueAt, 'the rule has no FREQ');
  const frequency = frequencies.find((each) => each === part.value);
  return (
    frequency ??
    refuseAt(line, part.valueAt, `FREQ ${quote(part.value)} is none of ${frequencies.join(', ')}`)
  );
}

function readCount(line: ContentLine, part: RulePart | undefined, max: number): number | undefined {
  if (!part) return undefined;
  const value = /^\d{1,10}$/.test(part.value) ? Number(part.value) : 0;
  if (value < 1 || value > max)
    refuseAt(line, part.valueAt, `${part.name} ${quote(part.value)} is no number from 1 to ${max}`);
  return value;
}

function readUntil(line: ContentLine, part: RulePart | undefined): RecurRule['until'] {
  return part && readTimeValue(part.value, { line, index: part.valueAt }, 'UNTIL');
}

function readWeekStart(line: ContentLine, part: RulePart | undefined): number {
  const weekday = weekdayNames.indexOf(part?.value ?? 'MO');
  if (part && weekday < 0)
    refuseAt(line, part.valueAt, `WKST ${quote(part.value)} is none of ${weekdayNames.join(', ')}`);
  return weekday;
}

function readWeekdays(line: ContentLine, part: RulePart | undefined): readonly WeekdayPlace[] | undefined {
  if (!part) return undefined;
  // By weekday and place, each once.
  const places = new Map<string, WeekdayPlace>();
  for (const { text, at } of itemsOf(part)) {
    const match = /^(?:([+-]?)(\d{1,2}))?(MO|TU|WE|TH|FR|SA|SU)$/.exec(text);
    if (!match) refuseAt(line, at, `BYDAY ${quote(text)} is no weekday such as MO, 1MO or -1FR`);
    const size = match[2] === undefined ? undefined : Number(match[2]);
    if (size !== undefined && (size < 1 || size > 53))
      refuseAt(line, at, `BYDAY ${quote(text)}: the place of a weekday is 1 to 53 or -1 to -53`);
    const weekday = weekdayNames.indexOf(match[3] ?? '');
    const ordinal = size === undefined ? undefined : match[1] === '-' ? -size : size;
    places.set(`${ordinal} ${weekday}`, { weekday, ordinal });
  }
  return [...places.values()];
}

function readNumbers(line: ContentLine, part: RulePart | undefined): readonly number[] | undefined {
  const range = part && lists[part.name];
  if (!part || !range) return undefined;
  const { min, max, isSigned } = range;
  const values = itemsOf(part).map(({ text, at }) => {
    const value = (isSigned ? /^[+-]?\d{1,3}$/ : /^\d{1,2}$/).test(text) ? Number(text) : Number.NaN;
    const size = isSigned ? Math.abs(value) : value;
    if (!(size >= min && size <= max))
      refuseAt(
        line,
        at,
        `${part.name} ${quote(text)} is not in ${min} to ${max}${isSigned ? ` or -${min} to -${max}` : ''}`,
      );
    return value;
  });
  // No clock here shows a leap second: it counts as the second before (RFC 5545 3.3.12).
  const shown = part.name === 'BYSECOND' ? values.map((value) => Math.min(value, 59)) : values;
  return [...new Set(shown)].sort((a, b) => a - b);
}

function itemsOf(part: RulePart): readonly { readonly text: string; readonly at: number }[] {
  let at = part.valueAt;
  return part.value.split(',').map((text) => {
    const item = { text, at };
    at += text.length + 1;
    return item;
  });
}
