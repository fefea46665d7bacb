import { expect, test } from 'vitest';
import { compile, compileText, instants, locals } from '../support.ts';

const start = 'DTSTART;TZID=Europe/Chisinau:20260105T090000';
const after = '2025-01-01T00:00:00Z';

test('several rules and listed times are one set, each time once', () => {
  const schedule = compileText(
    start,
    'RRULE:FREQ=WEEKLY;COUNT=3;BYDAY=MO',
    'RRULE:FREQ=MONTHLY;COUNT=2;BYMONTHDAY=12,13',
    'RDATE:20260113T090000,20260114T120000',
    'RDATE:20260114T080000Z',
    'RDATE;TZID=Europe/Paris:20260115T090000',
  );
  expect(instants(schedule, after, 10)).toEqual([
    '2026-01-05T07:00:00Z',
    '2026-01-12T07:00:00Z',
    '2026-01-13T07:00:00Z',
    '2026-01-14T08:00:00Z',
    '2026-01-14T10:00:00Z',
    '2026-01-15T08:00:00Z',
    '2026-01-19T07:00:00Z',
  ]);
});

test('listed exceptions are left out, in whatever zone they are written, and count', () => {
  const schedule = compileText(
    start,
    'FREQ=DAILY;COUNT=5',
    'EXDATE:20260106T090000,20260106T100000',
    'EXDATE:20260107T070000Z',
    'EXDATE;TZID=Europe/Paris:20260108T080000',
  );
  expect(locals(schedule, after, 10)).toEqual(['2026-01-05T09:00:00', '2026-01-09T09:00:00']);
});

test('a start without a time is midnight, and its exceptions are dates', () => {
  const schedule = compile({
    kind: 'rrule',
    rule: ['FREQ=DAILY;UNTIL=20260108', 'EXDATE;VALUE=DATE:20260106', 'RDATE;VALUE=DATE:20260201'],
    dtstart: '2026-01-05',
    timezone: 'Europe/Chisinau',
  });
  expect(instants(schedule, after, 10)).toEqual([
    '2026-01-04T22:00:00Z',
    '2026-01-06T22:00:00Z',
    '2026-01-07T22:00:00Z',
    '2026-01-31T22:00:00Z',
  ]);
});

test('the start is due only when the rule says so', () => {
  const schedule = compileText('DTSTART:20260106T090000Z', 'FREQ=WEEKLY;BYDAY=MO;COUNT=2');
  expect(locals(schedule, after, 3)).toEqual(['2026-01-12T09:00:00', '2026-01-19T09:00:00']);
});

test.each<[string, object]>([
  ['a local time', { dtstart: '2026-01-05T09:00', timezone: 'Europe/Chisinau' }],
  ['an instant', { dtstart: '2026-01-05T08:00:00+01:00', timezone: 'Europe/Chisinau' }],
])('counting begins at %s', (_name, where) => {
  const schedule = compile({ kind: 'rrule', rule: 'FREQ=DAILY;INTERVAL=2;UNTIL=20260109T070000Z', ...where });
  expect(instants(schedule, after, 5)).toEqual([
    '2026-01-05T07:00:00Z',
    '2026-01-07T07:00:00Z',
    '2026-01-09T07:00:00Z',
  ]);
});

test('UNTIL of a start in UTC or without a zone is what the start is', () => {
  const utc = compile({
    kind: 'rrule',
    rule: ['DTSTART:20260105T070000Z', 'FREQ=DAILY;UNTIL=20260106T070000Z'],
    timezone: 'Europe/Chisinau',
  });
  const floating = compile({
    kind: 'rrule',
    rule: ['DTSTART:20260105T090000', 'FREQ=DAILY;UNTIL=20260106T090000'],
    timezone: 'Europe/Chisinau',
  });
  for (const schedule of [utc, floating])
    expect(locals(schedule, after, 3)).toEqual(['2026-01-05T09:00:00', '2026-01-06T09:00:00']);
});

test.each<[string, string, readonly string[]]>([
  ['20240229T090000Z', 'FREQ=YEARLY', ['2028-02-29T09:00:00', '2032-02-29T09:00:00']],
  ['20240131T090000Z', 'FREQ=MONTHLY;INTERVAL=13', ['2026-03-31T09:00:00', '2028-05-31T09:00:00']],
  ['20260101T090000Z', 'FREQ=YEARLY;BYDAY=SA,2TH', ['2026-01-03T09:00:00', '2026-01-08T09:00:00']],
  [
    '20260101T090000Z',
    'FREQ=YEARLY;BYYEARDAY=35;BYDAY=MO,TU',
    ['2030-02-04T09:00:00', '2031-02-04T09:00:00'],
  ],
  [
    '20260101T090000Z',
    'FREQ=YEARLY;BYMONTHDAY=25;BYDAY=-1SU',
    ['2033-12-25T09:00:00', '2039-12-25T09:00:00'],
  ],
  ['20260101T090000Z', 'FREQ=YEARLY;BYWEEKNO=1', ['2026-01-01T09:00:00', '2027-01-07T09:00:00']],
  ['20260101T090000Z', 'FREQ=YEARLY;BYWEEKNO=53;BYDAY=MO', ['2026-12-28T09:00:00', '2032-12-27T09:00:00']],
  [
    '20260101T090000Z',
    'FREQ=YEARLY;BYWEEKNO=-1;BYDAY=SU;WKST=SU',
    ['2026-12-27T09:00:00', '2027-12-26T09:00:00'],
  ],
  ['20260101T090000Z', 'FREQ=YEARLY;BYDAY=-53SU', ['2028-01-02T09:00:00', '2034-01-01T09:00:00']],
  [
    '20260101T000000Z',
    'FREQ=DAILY;BYHOUR=0,12;BYMINUTE=0,30;BYSETPOS=2,-1',
    ['2026-01-01T00:30:00', '2026-01-01T12:30:00'],
  ],
  [
    '20260101T000000Z',
    'FREQ=WEEKLY;BYDAY=MO,FR;BYHOUR=8,9;BYSETPOS=-1',
    ['2026-01-02T09:00:00', '2026-01-09T09:00:00'],
  ],
  ['20260101T000000Z', 'FREQ=DAILY;BYSECOND=60,58,59', ['2026-01-01T00:00:58', '2026-01-01T00:00:59']],
  ['20260101T000000Z', 'FREQ=MINUTELY;BYSECOND=60', ['2026-01-01T00:00:59', '2026-01-01T00:01:59']],
  ['20260101T000000Z', 'FREQ=SECONDLY;BYSECOND=60', ['2026-01-01T00:00:59', '2026-01-01T00:01:59']],
])('from %s, %s is due at %j', (dtstart, rule, expected) => {
  expect(locals(compileText(`DTSTART:${dtstart}`, rule), '2024-06-01T00:00:00Z', 2)).toEqual(expected);
});

test.each(['first', 'second', 'both'])(
  'nothing is due before a start in an hour that comes again (%s)',
  (overlap) => {
    const schedule = compile({
      kind: 'rrule',
      rule: ['DTSTART:20261101T063000Z', 'FREQ=DAILY;COUNT=4;BYMINUTE=30,45'],
      timezone: 'America/New_York',
      dst: { overlap },
    });
    expect(instants(schedule, '2026-10-01T00:00:00Z', 9)).toEqual([
      '2026-11-01T06:30:00Z',
      '2026-11-01T06:45:00Z',
      '2026-11-02T06:30:00Z',
      '2026-11-02T06:45:00Z',
    ]);
    expect(schedule.next(Date.parse('2026-11-01T06:45:00Z'))?.local).toBe('2026-11-02T01:30:00');
  },
);

test.each<[string, string, readonly string[]]>([
  ['first', 'DTSTART:20261101T053000Z', ['2026-11-01T05:30:00Z', '2026-11-01T05:45:00Z']],
  ['second', 'DTSTART:20261101T053000Z', ['2026-11-01T05:30:00Z', '2026-11-01T05:45:00Z']],
  [
    'both',
    'DTSTART:20261101T053000Z',
    ['2026-11-01T05:30:00Z', '2026-11-01T05:45:00Z', '2026-11-01T06:30:00Z', '2026-11-01T06:45:00Z'],
  ],
  ['first', 'DTSTART:20261101T013000', ['2026-11-01T05:30:00Z', '2026-11-01T05:45:00Z']],
  ['second', 'DTSTART:20261101T013000', ['2026-11-01T06:30:00Z', '2026-11-01T06:45:00Z']],
])('of an hour that comes twice and means the %s, %s begins at %j', (overlap, start, expected) => {
  for (const end of ['COUNT=4', `UNTIL=20261102T120000${start.endsWith('Z') ? 'Z' : ''}`]) {
    const schedule = compile({
      kind: 'rrule',
      rule: [start, `FREQ=DAILY;BYMINUTE=30,45;${end}`],
      timezone: 'America/New_York',
      dst: { overlap },
    });
    const next = ['2026-11-02T06:30:00Z', '2026-11-02T06:45:00Z'];
    expect(instants(schedule, '2026-10-01T00:00:00Z', 9)).toEqual([...expected, ...next]);
  }
});
