import { quote, refuse, requireAscii } from '../definition/refuse.ts';
import { type CronField, cronFields, cronNicknames } from './cron-field.ts';

/** A cron expression that was found to be one. */
export interface CheckedCron {
  /** Its five or six fields, with one space between. */
  readonly expression: string;
  /** Whether the hour is left open, so that it goes by the hours that really pass. */
  readonly isByTheHour: boolean;
  /** Whether it is every hour, so that it matters to none what the clocks call it. */
  readonly isEveryHour: boolean;
}

/** Reads a cron expression strictly. Throws `invalid_params` that says what is wrong and in which column. */
export function checkCron(text: string): CheckedCron {
  requireAscii('cron', text);
  const nickname = text.trim().toLowerCase();
  if (nickname.startsWith('@')) return checkNickname(nickname, text);
  const parts = [...text.matchAll(/\S+/g)].map((match) => ({ text: match[0], column: match.index + 1 }));
  if (parts.length !== 5 && parts.length !== 6) {
    const column = parts[6]?.column ?? text.length + 1;
    fail(
      column,
      `has ${parts.length} fields; write 5 (minute hour day month weekday) or 6 with seconds first`,
    );
  }
  const fields = cronFields.slice(6 - parts.length);
  for (const [index, field] of fields.entries()) {
    const part = parts[index];
    if (part) checkField(part.text, part.column, field);
  }
  const hour = parts.at(-4)?.text ?? '';
  return {
    // croner takes SUN-SUN for the whole week.
    expression: parts.map((part) => part.text.replaceAll(/\bSUN-SUN\b/gi, '7-7')).join(' '),
    isByTheHour: hour.includes('*'),
    isEveryHour: hour === '*' || hour === '*/1',
  };
}

function checkNickname(nickname: string, text: string): CheckedCron {
  const expression = Object.hasOwn(cronNicknames, nickname) ? cronNicknames[nickname] : undefined;
  const column = text.indexOf('@') + 1;
  if (expression === undefined)
    fail(column, `${quote(nickname)} is none of ${Object.keys(cronNicknames).join(', ')}`);
  return { expression, isByTheHour: nickname === '@hourly', isEveryHour: nickname === '@hourly' };
}

function checkField(text: string, column: number, field: CronField): void {
  const isWeekday = field.name === 'day of week';
  const isDay = field.name === 'day of month';
  if (text === '*' || (text === '?' && (isDay || isWeekday)) || (isDay && /^LW$/i.test(text))) return;
  const hasAnd = isWeekday && text.startsWith('+');
  let at = hasAnd ? column + 1 : column;
  for (const item of (hasAnd ? text.slice(1) : text).split(',')) {
    checkItem(item, at, field);
    at += item.length + 1;
  }
}

function checkItem(item: string, column: number, field: CronField): void {
  const { name, min, max } = field;
  if (item === '') fail(column, `the ${name} has an empty place in its list`);
  if (name === 'day of month' && /^L$/i.test(item)) return;
  const [range = '', step, ...more] = item.split('/');
  if (more.length > 0) fail(column, `the ${name} ${quote(item)} has more than one "/"`);
  if (step !== undefined) checkStep(step, column + range.length + 1, field);
  if (range === '*' && step !== undefined) return;
  if (range === '*') fail(column, `the ${name} "*" cannot be in a list`);
  const [from = '', to, ...rest] = range.split('-');
  if (rest.length > 0) fail(column, `the ${name} ${quote(item)} has more than one "-"`);
  if (to !== undefined) {
    const low = readValue(from, column, field);
    const high = readValue(to, column + from.length + 1, field);
    // Sunday ends a week as 7.
    const end = high === 0 && field.name === 'day of week' && to.toUpperCase() === 'SUN' ? 7 : high;
    if (low > end) fail(column, `the ${name} ${quote(range)} goes backwards; write it as two ranges`);
    return;
  }
  if (step !== undefined)
    fail(
      column,
      `the ${name} ${quote(item)} has a step but no range; write */${step} or ${from}-${max}/${step}`,
    );
  checkSingle(from, column, { name, min, max, names: field.names });
}

/** A value, or one with the letters that belong to days. */
function checkSingle(text: string, column: number, field: CronField): void {
  const nearest = field.name === 'day of month' ? /^(\d+)W$/i.exec(text) : null;
  const last = field.name === 'day of week' ? /^(\w+)L$/i.exec(text) : null;
  const nth = field.name === 'day of week' ? /^(\w+)#(.*)$/.exec(text) : null;
  if (nth && !/^[1-5]$/.test(nth[2] ?? ''))
    fail(
      column + text.indexOf('#') + 1,
      `${quote(nth[2] ?? '')} is no place of a weekday in its month; write 1 to 5`,
    );
  readValue((nearest ?? last ?? nth)?.[1] ?? text, column, field);
}

function checkStep(text: string, column: number, { name, min, max }: CronField): void {
  const size = name === 'day of week' ? 7 : max - min + 1;
  if (!/^\d{1,2}$/.test(text) || Number(text) < 1 || Number(text) > size)
    fail(column, `the step ${quote(text)} of the ${name} is not in 1 to ${size}`);
}

function readValue(text: string, column: number, { name, min, max, names }: CronField): number {
  const named = names.indexOf(text.toUpperCase());
  if (named >= 0) return named + min;
  if (!/^\d{1,2}$/.test(text)) {
    const hint = names.length > 0 ? ` or ${names[0]} to ${names.at(-1)}` : '';
    fail(column, `the ${name} ${quote(text)} is no number from ${min} to ${max}${hint}`);
  }
  const value = Number(text);
  if (value < min || value > max) fail(column, `the ${name} ${value} is not in ${min} to ${max}`);
  return value;
}

function fail(column: number, problem: string): never {
  refuse('cron', { line: 1, column }, problem);
}
