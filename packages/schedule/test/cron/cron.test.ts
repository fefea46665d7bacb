import { isSignalboxError } from '@signalbox/sdk';
import { expect, test } from 'vitest';
import { readLocal } from '../../src/zone/local-time.ts';
import { compile, instants, locals } from '../support.ts';

const cron = (expression: string, timezone = 'UTC', more: object = {}): object => ({
  kind: 'cron',
  expression,
  timezone,
  ...more,
});

test.each<[string, readonly string[]]>([
  ['*/20 9 * * *', ['2026-01-01T09:00:00', '2026-01-01T09:20:00', '2026-01-01T09:40:00']],
  ['30 8 * * 1-5', ['2026-01-01T08:30:00', '2026-01-02T08:30:00', '2026-01-05T08:30:00']],
  ['30 8 * * MON-FRI', ['2026-01-01T08:30:00', '2026-01-02T08:30:00', '2026-01-05T08:30:00']],
  ['0 12 * * sat,sun', ['2026-01-03T12:00:00', '2026-01-04T12:00:00', '2026-01-10T12:00:00']],
  ['0 12 * * FRI-SUN/2', ['2026-01-02T12:00:00', '2026-01-04T12:00:00', '2026-01-09T12:00:00']],
  ['0 12 * * sun-SUN', ['2026-01-04T12:00:00', '2026-01-11T12:00:00', '2026-01-18T12:00:00']],
  ['0 12 * * 7', ['2026-01-04T12:00:00', '2026-01-11T12:00:00', '2026-01-18T12:00:00']],
  ['15,45 0 0 1 1 *', ['2026-01-01T00:00:15', '2026-01-01T00:00:45', '2027-01-01T00:00:15']],
  ['0 0 L * *', ['2026-01-31T00:00:00', '2026-02-28T00:00:00', '2026-03-31T00:00:00']],
  ['0 0 LW * *', ['2026-01-30T00:00:00', '2026-02-27T00:00:00', '2026-03-31T00:00:00']],
  ['0 0 15W FEB-MAR,AUG *', ['2026-02-16T00:00:00', '2026-03-16T00:00:00', '2026-08-14T00:00:00']],
  ['0 0 * * 5L', ['2026-01-30T00:00:00', '2026-02-27T00:00:00', '2026-03-27T00:00:00']],
  ['0 0 * * TUE#2', ['2026-01-13T00:00:00', '2026-02-10T00:00:00', '2026-03-10T00:00:00']],
  ['0 0 13 * 5', ['2026-01-02T00:00:00', '2026-01-09T00:00:00', '2026-01-13T00:00:00']],
  ['0 0 13 * +5', ['2026-02-13T00:00:00', '2026-03-13T00:00:00', '2026-11-13T00:00:00']],
  ['0 0 29 2 ?', ['2028-02-29T00:00:00', '2032-02-29T00:00:00', '2036-02-29T00:00:00']],
  ['@daily', ['2026-01-01T00:00:00', '2026-01-02T00:00:00', '2026-01-03T00:00:00']],
  [' @Hourly ', ['2026-01-01T00:00:00', '2026-01-01T01:00:00', '2026-01-01T02:00:00']],
  ['@weekly', ['2026-01-04T00:00:00', '2026-01-11T00:00:00', '2026-01-18T00:00:00']],
  ['@monthly', ['2026-01-01T00:00:00', '2026-02-01T00:00:00', '2026-03-01T00:00:00']],
  ['@yearly', ['2026-01-01T00:00:00', '2027-01-01T00:00:00', '2028-01-01T00:00:00']],
])('%j is due at %j', (expression, expected) => {
  expect(locals(compile(cron(expression)), '2025-12-31T23:59:59Z', 3)).toEqual(expected);
});

test.each<[expression: string, column: number, problem: string]>([
  ['* * * *', 8, 'has 4 fields; write 5'],
  ['* * * * * * 2026', 13, 'has 7 fields; write 5'],
  ['   ', 4, 'has 0 fields'],
  ['60 * * * *', 1, 'the minute 60 is not in 0 to 59'],
  ['0 24 * * *', 3, 'the hour 24 is not in 0 to 23'],
  ['0 0 0 * *', 5, 'the day of month 0 is not in 1 to 31'],
  ['0 0 1 13 *', 7, 'the month 13 is not in 1 to 12'],
  ['0 0 * * 8', 9, 'the day of week 8 is not in 0 to 7'],
  ['60 0 0 * * *', 1, 'the second 60 is not in 0 to 59'],
  ['0  0 1,2,32 * *', 10, 'the day of month 32 is not in 1 to 31'],
  ['0 0 * JANUARY *', 7, 'the month "JANUARY" is no number from 1 to 12 or JAN to DEC'],
  ['0 0 * * MO', 9, 'the day of week "MO" is no number from 0 to 7 or SUN to SAT'],
  ['five * * * *', 1, 'the minute "five" is no number from 0 to 59'],
  ['-5 * * * *', 1, 'the minute "" is no number'],
  ['5- * * * *', 3, 'the minute "" is no number'],
  ['1-2-3 * * * *', 1, 'the minute "1-2-3" has more than one "-"'],
  ['0 22-2 * * *', 3, 'the hour "22-2" goes backwards'],
  ['0 0 * * FRI-MON', 9, 'the day of week "FRI-MON" goes backwards'],
  ['*/0 * * * *', 3, 'the step "0" of the minute is not in 1 to 60'],
  ['0 */25 * * *', 5, 'the step "25" of the hour is not in 1 to 24'],
  ['0 */ * * *', 5, 'the step "" of the hour'],
  ['*/5/5 * * * *', 1, 'the minute "*/5/5" has more than one "/"'],
  ['5/15 * * * *', 1, 'the minute "5/15" has a step but no range; write */15 or 5-59/15'],
  ['1,,2 * * * *', 3, 'the minute has an empty place in its list'],
  ['*,5 * * * *', 1, 'the minute "*" cannot be in a list'],
  ['? * * * *', 1, 'the minute "?" is no number'],
  ['0 0 L-3 * *', 5, 'the day of month "L" is no number'],
  ['0 0 5L * *', 5, 'the day of month "5L" is no number'],
  ['0 0 W * *', 5, 'the day of month "W" is no number'],
  ['0 0 32W * *', 5, 'the day of month 32 is not in 1 to 31'],
  ['0 0 * * 5#6', 11, '"6" is no place of a weekday in its month'],
  ['0 0 * * 5#', 11, '"" is no place of a weekday in its month'],
  ['0 0 * * L', 9, 'the day of week "L" is no number'],
  ['@reboot', 1, '"@reboot" is none of @yearly'],
  ['@constructor', 1, '"@constructor" is none of @yearly'],
  ['0 0 * * ſUN', 9, 'the character U+017F cannot be in it'],
  ['0 0 * jan-ſEP *', 11, 'the character U+017F'],
  ['0 0 * * FRı', 11, 'the character U+0131'],
  ['@wee\u212Aly', 5, 'the character U+212A'],
  ['0\u00A00 * * *', 2, 'the character U+00A0'],
  ['0 0 * *\0 *', 8, 'the character U+0000'],
  ['0 0 31 2 *', 1, 'there is no such day in any year'],
  ['0 0 31 4,6,9,11 *', 1, 'there is no such day in any year'],
  ['0 0 30W 2 *', 1, 'there is no such day in any year'],
])('%j is refused at column %i: %s', (expression, column, problem) => {
  let message = 'it is not refused';
  try {
    compile(cron(expression));
  } catch (error) {
    if (!isSignalboxError(error) || error.code !== 'invalid_params') throw error;
    expect(error.details).toEqual({ line: 1, column });
    message = error.message;
  }
  expect(message).toContain(`cron, line 1, column ${column}: ${problem}`);
});

test.each<[string, string, string, readonly string[]]>([
  // Clocks go from 02:00 to 03:00.
  [
    '30 2 * * *',
    'America/New_York',
    '2026-03-08T00:00:00Z',
    ['2026-03-08T07:00:00Z', '2026-03-09T06:30:00Z'],
  ],
  [
    '*/30 2 * * *',
    'America/New_York',
    '2026-03-08T00:00:00Z',
    ['2026-03-08T07:00:00Z', '2026-03-09T06:00:00Z'],
  ],
  [
    '30 * * * *',
    'America/New_York',
    '2026-03-08T06:00:00Z',
    ['2026-03-08T06:30:00Z', '2026-03-08T07:30:00Z'],
  ],
  // Clocks go from 02:00 to 02:30.
  [
    '15 2 * * *',
    'Australia/Lord_Howe',
    '2026-10-03T00:00:00Z',
    ['2026-10-03T15:30:00Z', '2026-10-04T15:15:00Z'],
  ],
  // 01:30 comes twice.
  [
    '30 1 * * *',
    'America/New_York',
    '2026-11-01T00:00:00Z',
    ['2026-11-01T05:30:00Z', '2026-11-02T06:30:00Z'],
  ],
  [
    '30 * * * *',
    'America/New_York',
    '2026-11-01T05:00:00Z',
    ['2026-11-01T05:30:00Z', '2026-11-01T06:30:00Z'],
  ],
])('%s in %s after %s is due at %j', (expression, zone, after, expected) => {
  expect(instants(compile(cron(expression, zone)), after, 2)).toEqual(expected);
});

test.each(['America/New_York', 'Pacific/Honolulu', 'UTC', 'Pacific/Auckland'])(
  'the first time of all is one that can be written down in %s',
  (timezone) => {
    const first = compile({ kind: 'cron', expression: '* * * * *', timezone }).next(Number.NEGATIVE_INFINITY);
    expect(readLocal(first?.local ?? '')).toBeDefined();
  },
);
