import { quote, refuse } from '../definition/refuse.ts';
import type { CronField } from './cron-field.ts';

/** One thing a field asks for. Weekdays are 0 (Sunday) to 6. */
export type CronItem =
  | { readonly kind: 'value'; readonly value: number }
  /** `L`: the last day of the month. */
  | { readonly kind: 'last' }
  /** `LW`: the last day from Monday to Friday. */
  | { readonly kind: 'last-weekday' }
  /** `15W`: the day from Monday to Friday nearest to it, in the same month. */
  | { readonly kind: 'nearest'; readonly day: number }
  /** `5#2`, or `5L` with a place of -1. */
  | { readonly kind: 'nth'; readonly weekday: number; readonly place: number };

/** A field that was read. */
export interface ReadField {
  /** `*` or `?`: it says nothing. */
  readonly isOpen: boolean;
  /** `+`: both the day of the month and the weekday have to be right. */
  readonly hasAnd: boolean;
  readonly items: readonly CronItem[];
}

interface Part {
  readonly text: string;
  readonly column: number;
}

/** Reads one field strictly. Throws `invalid_params` that says what is wrong and in which column. */
export function readCronField({ text, column }: Part, field: CronField): ReadField {
  const isWeekday = field.name === 'day of week';
  const isDay = field.name === 'day of month';
  if (text === '*' || (text === '?' && (isDay || isWeekday)))
    return { isOpen: true, hasAnd: false, items: everyStep(1, field) };
  if (isDay && /^LW$/i.test(text)) return { isOpen: false, hasAnd: false, items: [{ kind: 'last-weekday' }] };
  const hasAnd = isWeekday && text.startsWith('+');
  let at = hasAnd ? column + 1 : column;
  const items: CronItem[] = [];
  for (const item of (hasAnd ? text.slice(1) : text).split(',')) {
    items.push(...readItem(item, at, field));
    at += item.length + 1;
  }
  return { isOpen: false, hasAnd, items };
}

/** Refuses a cron expression at a column. */
export function refuseCron(column: number, problem: string): never {
  refuse('cron', { line: 1, column }, problem);
}

function readItem(item: string, column: number, field: CronField): readonly CronItem[] {
  const { name, max } = field;
  if (item === '') refuseCron(column, `the ${name} has an empty place in its list`);
  if (name === 'day of month' && /^L$/i.test(item)) return [{ kind: 'last' }];
  const [range = '', step, ...more] = item.split('/');
  if (more.length > 0) refuseCron(column, `the ${name} ${quote(item)} has more than one "/"`);
  const every = step === undefined ? 1 : readStep(step, column + range.length + 1, field);
  if (range === '*' && step !== undefined) return everyStep(every, field);
  if (range === '*') refuseCron(column, `the ${name} "*" cannot be in a list`);
  const [from = '', to, ...rest] = range.split('-');
  if (rest.length > 0) refuseCron(column, `the ${name} ${quote(item)} has more than one "-"`);
  if (to !== undefined) {
    const { low, high } = readRange({ from, to, column }, field);
    if (low > high) refuseCron(column, `the ${name} ${quote(range)} goes backwards; write it as two ranges`);
    return everyValue(low, high, every).map((value) => toValue(value, field));
  }
  if (step !== undefined)
    refuseCron(
      column,
      `the ${name} ${quote(item)} has a step but no range; write */${step} or ${from}-${max}/${step}`,
    );
  return [readSingle(from, column, field)];
}

/** Sunday ends a week as 7; from Sunday to Sunday is one day. */
function readRange(
  { from, to, column }: { readonly from: string; readonly to: string; readonly column: number },
  field: CronField,
): { readonly low: number; readonly high: number } {
  const low = readValue(from, column, field);
  const high = readValue(to, column + from.length + 1, field);
  const endsOnSunday = field.name === 'day of week' && to.toUpperCase() === 'SUN';
  const isSunday = endsOnSunday && from.toUpperCase() === 'SUN';
  return { low: isSunday ? 7 : low, high: endsOnSunday ? 7 : high };
}

/** A value, or one with the letters that belong to days. */
function readSingle(text: string, column: number, field: CronField): CronItem {
  const nearest = field.name === 'day of month' ? /^(\d+)W$/i.exec(text) : null;
  const last = field.name === 'day of week' ? /^(\w+)L$/i.exec(text) : null;
  const nth = field.name === 'day of week' ? /^(\w+)#(.*)$/.exec(text) : null;
  if (nth && !/^[1-5]$/.test(nth[2] ?? ''))
    refuseCron(
      column + text.indexOf('#') + 1,
      `${quote(nth[2] ?? '')} is no place of a weekday in its month; write 1 to 5`,
    );
  const value = readValue((nearest ?? last ?? nth)?.[1] ?? text, column, field);
  if (nearest) return { kind: 'nearest', day: value };
  if (last ?? nth) return { kind: 'nth', weekday: value % 7, place: nth ? Number(nth[2]) : -1 };
  return toValue(value, field);
}

function readStep(text: string, column: number, field: CronField): number {
  const size = sizeOf(field);
  if (!/^\d{1,2}$/.test(text) || Number(text) < 1 || Number(text) > size)
    refuseCron(column, `the step ${quote(text)} of the ${field.name} is not in 1 to ${size}`);
  return Number(text);
}

function readValue(text: string, column: number, { name, min, max, names }: CronField): number {
  const named = names.indexOf(text.toUpperCase());
  if (named >= 0) return named + min;
  if (!/^\d{1,2}$/.test(text)) {
    const hint = names.length > 0 ? ` or ${names[0]} to ${names.at(-1)}` : '';
    refuseCron(column, `the ${name} ${quote(text)} is no number from ${min} to ${max}${hint}`);
  }
  const value = Number(text);
  if (value < min || value > max) refuseCron(column, `the ${name} ${value} is not in ${min} to ${max}`);
  return value;
}

function everyStep(step: number, field: CronField): readonly CronItem[] {
  return everyValue(field.min, field.min + sizeOf(field) - 1, step).map((value) => toValue(value, field));
}

function everyValue(low: number, high: number, step: number): readonly number[] {
  return Array.from({ length: Math.floor((high - low) / step) + 1 }, (_, index) => low + index * step);
}

function toValue(value: number, { name }: CronField): CronItem {
  return { kind: 'value', value: name === 'day of week' ? value % 7 : value };
}

/** How many values there are; 7 is Sunday, as 0 is. */
function sizeOf({ name, min, max }: CronField): number {
  return name === 'day of week' ? 7 : max - min + 1;
}
