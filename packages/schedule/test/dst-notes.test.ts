import { expect, test } from 'vitest';
import { compile } from './support.ts';

const daily = { kind: 'rrule', rule: 'FREQ=DAILY', timezone: 'Europe/Bucharest' };
const gapDay = '2026-03-29';
const overlapDay = '2026-10-25';

/** Notes of the occurrences of two days around a change. */
function notes(day: string, definition: object): readonly (readonly [string, readonly string[]])[] {
  const from = Date.parse(`${day}T00:00:00Z`) - 3_600_000;
  return compile(definition)
    .between(from, from + 49 * 3_600_000, 10)
    .map((each) => [new Date(each.nominalAtMs).toISOString().slice(0, 16), each.notes]);
}

test.each<[string, object, readonly (readonly [string, readonly string[]])[]]>([
  [
    'shifted',
    { gap: 'shift' },
    [
      ['2026-03-29T01:30', [`03:30 does not exist on ${gapDay} in Europe/Bucharest; moved to 04:30`]],
      ['2026-03-30T00:30', []],
    ],
  ],
  [
    'the first valid',
    { gap: 'first_valid' },
    [
      ['2026-03-29T01:00', [`03:30 does not exist on ${gapDay} in Europe/Bucharest; moved to 04:00`]],
      ['2026-03-30T00:30', []],
    ],
  ],
  [
    'left out',
    { gap: 'skip' },
    [['2026-03-30T00:30', [`03:30 does not exist on ${gapDay} in Europe/Bucharest; left out`]]],
  ],
])('a time in a gap that is %s says so', (_name, dst, expected) => {
  expect(notes(gapDay, { ...daily, dtstart: '2026-03-27T03:30', dst })).toEqual(expected);
});

test.each<[string, object, readonly (readonly [string, readonly string[]])[]]>([
  [
    'first',
    {},
    [
      ['2026-10-25T00:30', [`03:30 comes twice on ${overlapDay} in Europe/Bucharest; this is the first`]],
      ['2026-10-26T01:30', []],
    ],
  ],
  [
    'second',
    { overlap: 'second' },
    [
      ['2026-10-25T01:30', [`03:30 comes twice on ${overlapDay} in Europe/Bucharest; this is the second`]],
      ['2026-10-26T01:30', []],
    ],
  ],
  [
    'both',
    { overlap: 'both' },
    [
      [
        '2026-10-25T00:30',
        [`03:30 comes twice on ${overlapDay} in Europe/Bucharest; this is the first of both`],
      ],
      [
        '2026-10-25T01:30',
        [`03:30 comes twice on ${overlapDay} in Europe/Bucharest; this is the second of both`],
      ],
      ['2026-10-26T01:30', []],
    ],
  ],
])('a time that comes twice and means the %s says so', (_name, dst, expected) => {
  expect(notes(overlapDay, { ...daily, dtstart: '2026-10-23T03:30', dst })).toEqual(expected);
});

test('the last time of a rule is found where it is the second of two', () => {
  const last = {
    ...daily,
    rule: 'FREQ=DAILY;COUNT=3',
    dtstart: '2026-10-23T03:30',
    dst: { overlap: 'second' },
  };
  const schedule = compile(last);
  expect(schedule.next(Date.parse('2026-10-25T00:45:00Z'))?.nominalAtMs).toBe(
    Date.parse('2026-10-25T01:30:00Z'),
  );
  expect(schedule.lookAhead(Date.parse('2026-10-25T01:30:00Z'))).toEqual({ kind: 'ended' });
});

test('a change that leaves out a whole day is a gap like any other', () => {
  // Samoa went over the date line: there was no 30 December 2011.
  const samoa = { kind: 'rrule', rule: 'FREQ=DAILY', dtstart: '2011-12-28T12:00', timezone: 'Pacific/Apia' };
  const times = compile({ ...samoa, dst: { gap: 'skip' } }).preview(Date.parse('2011-12-28T00:00:00Z'), 4);
  expect(times.map(({ local, notes }) => [local, notes])).toEqual([
    ['2011-12-28T12:00:00', []],
    ['2011-12-29T12:00:00', []],
    ['2011-12-31T12:00:00', ['12:00 does not exist on 2011-12-30 in Pacific/Apia; left out']],
    ['2012-01-01T12:00:00', []],
  ]);
});
