import { expect, test } from 'vitest';
import { compileText, instants, locals } from '../support.ts';

test('every six hours are six hours that pass, also where clocks are changed', () => {
  const schedule = compileText('DTSTART;TZID=America/New_York:20260307T000000', 'FREQ=HOURLY;INTERVAL=6');
  expect(locals(schedule, '2026-03-07T22:00:00Z', 5)).toEqual([
    '2026-03-07T18:00:00',
    '2026-03-08T00:00:00',
    '2026-03-08T07:00:00',
    '2026-03-08T13:00:00',
    '2026-03-08T19:00:00',
  ]);
});

test('no hour is lost when clocks are put back', () => {
  const schedule = compileText('DTSTART;TZID=America/New_York:20261031T230000', 'FREQ=HOURLY');
  expect(instants(schedule, '2026-11-01T04:30:00Z', 3)).toEqual([
    '2026-11-01T05:00:00Z',
    '2026-11-01T06:00:00Z',
    '2026-11-01T07:00:00Z',
  ]);
});

test('hours of half an hour hold only the minutes their clocks show', () => {
  // Lord Howe puts its clocks forward from 02:00 to 02:30.
  const schedule = compileText(
    'DTSTART;TZID=Australia/Lord_Howe:20261004T000000',
    'FREQ=HOURLY;BYMINUTE=15,45',
  );
  expect(locals(schedule, '2026-10-03T14:00:00Z', 5)).toEqual([
    '2026-10-04T00:45:00',
    '2026-10-04T01:15:00',
    '2026-10-04T01:45:00',
    '2026-10-04T02:45:00',
    '2026-10-04T03:15:00',
  ]);
});

test('hours that come in part twice hold each minute as often as their clocks show it', () => {
  // Lord Howe puts its clocks back from 02:00 to 01:30.
  const schedule = compileText(
    'DTSTART;TZID=Australia/Lord_Howe:20260405T000000',
    'FREQ=HOURLY;BYMINUTE=15,45',
  );
  expect(locals(schedule, '2026-04-04T14:00:00Z', 5)).toEqual([
    '2026-04-05T01:15:00',
    '2026-04-05T01:45:00',
    '2026-04-05T01:45:00',
    '2026-04-05T02:15:00',
    '2026-04-05T02:45:00',
  ]);
});

test('hours of the day are those the clocks show', () => {
  const schedule = compileText(
    'DTSTART;TZID=Europe/Chisinau:20260101T000000',
    'FREQ=MINUTELY;INTERVAL=30;BYHOUR=9',
  );
  expect(instants(schedule, '2026-03-28T07:15:00Z', 3)).toEqual([
    '2026-03-28T07:30:00Z',
    '2026-03-29T06:00:00Z',
    '2026-03-29T06:30:00Z',
  ]);
});

test.each<[string, readonly string[]]>([
  [
    'FREQ=HOURLY;INTERVAL=5;BYMONTH=3;BYMONTHDAY=1',
    ['2026-03-01T04:00:00', '2026-03-01T09:00:00', '2026-03-01T14:00:00'],
  ],
  [
    'FREQ=MINUTELY;INTERVAL=7;BYDAY=SU;BYHOUR=23',
    ['2026-01-04T23:05:00', '2026-01-04T23:12:00', '2026-01-04T23:19:00'],
  ],
  [
    'FREQ=SECONDLY;BYYEARDAY=-1;BYHOUR=23;BYMINUTE=59;BYSECOND=58,59',
    ['2026-12-31T23:59:58', '2026-12-31T23:59:59', '2027-12-31T23:59:58'],
  ],
  [
    'FREQ=HOURLY;BYHOUR=6;BYMINUTE=1,2;BYSECOND=3,4;BYSETPOS=2,-1',
    ['2026-01-01T06:01:04', '2026-01-01T06:02:04', '2026-01-02T06:01:04'],
  ],
])('%s is due at %j', (rule, expected) => {
  expect(locals(compileText('DTSTART:20260101T000000Z', rule), '2026-01-01T00:00:00Z', 3)).toEqual(expected);
});

test('local exceptions of what goes by the clock are instants: the first of two, or by the offset before a gap', () => {
  const twice = compileText(
    'DTSTART;TZID=America/New_York:20261101T003000',
    'FREQ=HOURLY;COUNT=4',
    'EXDATE:20261101T013000',
  );
  expect(instants(twice, '2026-11-01T00:00:00Z', 5)).toEqual([
    '2026-11-01T04:30:00Z',
    '2026-11-01T06:30:00Z',
    '2026-11-01T07:30:00Z',
  ]);
  const gap = compileText(
    'DTSTART;TZID=America/New_York:20260308T003000',
    'FREQ=HOURLY;COUNT=4',
    'EXDATE:20260308T023000',
  );
  expect(instants(gap, '2026-03-08T00:00:00Z', 5)).toEqual([
    '2026-03-08T05:30:00Z',
    '2026-03-08T06:30:00Z',
    '2026-03-08T08:30:00Z',
  ]);
});

test('seconds before 1970 are those the clocks show, and count', () => {
  const schedule = compileText('DTSTART:19600101T000030', 'FREQ=HOURLY;BYMINUTE=0,30');
  expect(locals(schedule, '1959-12-31T00:00:00Z', 2)).toEqual(['1960-01-01T00:00:30', '1960-01-01T00:30:30']);
  const counted = compileText('DTSTART:19691231T220030', 'FREQ=HOURLY;BYMINUTE=0,30;COUNT=8');
  expect(locals(counted, '1969-01-01T00:00:00Z', 9)).toEqual([
    '1969-12-31T22:00:30',
    '1969-12-31T22:30:30',
    '1969-12-31T23:00:30',
    '1969-12-31T23:30:30',
    '1970-01-01T00:00:30',
    '1970-01-01T00:30:30',
    '1970-01-01T01:00:30',
    '1970-01-01T01:30:30',
  ]);
});
