import { expect, test } from 'vitest';
import { scheduleDefinition } from '../src/index.ts';
import { compile, instants, locals } from './support.ts';

const noon = { kind: 'cron', expression: '0 12 * * *', timezone: 'Europe/Chisinau' };
const after = '2026-12-20T00:00:00Z';

test('days, ranges and calendars are left out', () => {
  const exclude = ['2026-12-21', { from: '2026-12-23', to: '2026-12-26' }, { calendar: 'holidays' }];
  const schedule = compile({ ...noon, exclude }, { calendars: { holidays: ['2026-12-27', '2026-12-29'] } });
  expect(locals(schedule, after, 4)).toEqual([
    '2026-12-20T12:00:00',
    '2026-12-22T12:00:00',
    '2026-12-28T12:00:00',
    '2026-12-30T12:00:00',
  ]);
});

test('an excluded day is one of the zone of the schedule', () => {
  const late = { kind: 'interval', every: '1h', anchor: '2026-12-20T00:00:00Z', timezone: 'Europe/Chisinau' };
  const schedule = compile({ ...late, exclude: ['2026-12-21'] });
  expect(instants(schedule, '2026-12-20T20:30:00Z', 2)).toEqual([
    '2026-12-20T21:00:00Z',
    '2026-12-21T22:00:00Z',
  ]);
});

test('long stretches without a day are left out at once', () => {
  const schedule = compile({
    kind: 'cron',
    expression: '* * * * * *',
    exclude: [{ from: '2026-01-01', to: '2040-12-31' }],
  });
  expect(locals(schedule, '2025-12-31T23:59:58Z', 2)).toEqual(['2025-12-31T23:59:59', '2041-01-01T00:00:00']);
});

test('times of the day before that clocks bring into an excluded day are kept', () => {
  // Nuuk puts its clocks forward from 23:00 to 24:00.
  const nuuk = {
    kind: 'rrule',
    rule: ['FREQ=DAILY;BYHOUR=0;BYMINUTE=0', 'FREQ=DAILY;BYHOUR=23;BYMINUTE=30'],
    dtstart: '2026-03-01T00:00',
    timezone: 'America/Nuuk',
  };
  expect(instants(compile({ ...nuuk, exclude: ['2026-03-29'] }), '2026-03-29T00:00:00Z', 2)).toEqual([
    '2026-03-29T01:30:00Z',
    '2026-03-30T01:00:00Z',
  ]);
  // St. John's put its clocks back from 00:01 to 23:01.
  const johns = compile({
    kind: 'interval',
    every: '20m',
    anchor: '2006-10-29T00:00:00Z',
    timezone: 'America/St_Johns',
    exclude: ['2006-10-29'],
  });
  expect(locals(johns, '2006-10-29T02:15:00Z', 5)).toEqual([
    '2006-10-28T23:50:00',
    '2006-10-28T23:10:00',
    '2006-10-28T23:30:00',
    '2006-10-28T23:50:00',
    '2006-10-30T00:10:00',
  ]);
});

test('nothing is due before the begin or from the end on', () => {
  const schedule = compile({ ...noon, starts_at: '2026-12-21T12:00', ends_at: '2026-12-24T10:00:00Z' });
  expect(locals(schedule, after, 9)).toEqual([
    '2026-12-21T12:00:00',
    '2026-12-22T12:00:00',
    '2026-12-23T12:00:00',
  ]);
  expect(schedule.lookAhead(Date.parse('2026-12-23T10:00:00Z'))).toEqual({ kind: 'ended' });
});

test('jitter is between nothing and its most, differs by seed and time, and is always the same', () => {
  const fire = (seed: string): readonly number[] =>
    compile({ ...noon, jitter_seconds: 60 }, { seed })
      .preview(Date.parse(after), 200)
      .map(({ nominalAtMs, fireAtMs }) => fireAtMs - nominalAtMs);
  const [one, again, other] = [fire('task-1'), fire('task-1'), fire('task-2')];
  expect(one).toEqual(again);
  expect(one).not.toEqual(other);
  expect(Math.min(...one)).toBeGreaterThanOrEqual(0);
  expect(Math.max(...one)).toBeLessThanOrEqual(60_000);
  expect(new Set(one).size).toBeGreaterThan(190);
  const quarters = [0, 1, 2, 3].map((each) => one.filter((ms) => Math.floor(ms / 15_001) === each).length);
  expect(Math.min(...quarters)).toBeGreaterThan(30);
  expect(one.slice(0, 3)).toMatchInlineSnapshot(`
    [
      22905,
      9400,
      37215,
    ]
  `);
});

test('jitter goes to no instant at which a schedule has ended', () => {
  const ends = { ...noon, jitter_seconds: 86_400, ends_at: '2026-12-24T10:00:01Z' };
  const fires = compile(ends).preview(Date.parse(after), 9);
  expect(Math.max(...fires.map(({ fireAtMs }) => fireAtMs))).toBeLessThan(Date.parse(ends.ends_at));
  expect(fires.at(-1)?.fireAtMs).toBe(Date.parse(ends.ends_at) - 1);
});

test.each([0, 10_001, 1.5, Number.NaN])('%d occurrences are not asked for', (count) => {
  expect(() => compile(noon).preview(0, count)).toThrow('occurrences are not 1 to 10000');
});

test.each<[string, object]>([
  ['FREQ=MONTHLY;BYMONTH=2;BYMONTHDAY=30', { kind: 'exhausted', limit: 'horizon' }],
  ['FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30', { kind: 'exhausted', limit: 'horizon' }],
  ['FREQ=SECONDLY;BYMONTH=2;BYMONTHDAY=30', { kind: 'exhausted', limit: 'horizon' }],
  ['FREQ=MONTHLY;BYMONTH=2;BYMONTHDAY=30;COUNT=3', { kind: 'exhausted', limit: 'horizon' }],
  ['FREQ=YEARLY;INTERVAL=1000;BYMONTH=2', { kind: 'exhausted', limit: 'horizon' }],
  ['FREQ=SECONDLY;INTERVAL=60;BYSECOND=5', { kind: 'exhausted', limit: 'budget' }],
  ['FREQ=MONTHLY;BYMONTH=2;BYMONTHDAY=30;UNTIL=20300101T000000Z', { kind: 'ended' }],
  ['FREQ=DAILY;BYSETPOS=5;BYHOUR=1', { kind: 'ended' }],
  ['FREQ=SECONDLY;BYSECOND=1;BYSETPOS=2', { kind: 'ended' }],
  ['FREQ=WEEKLY;BYDAY=MO,MO;BYSETPOS=2', { kind: 'ended' }],
])('%s, which never comes, is given up', (rule, expected) => {
  const schedule = compile({ kind: 'rrule', rule, dtstart: '2026-01-01T00:00:00Z' });
  expect(schedule.lookAhead(Date.parse('2026-06-01T00:00:00Z'))).toEqual(expected);
  expect(schedule.next(Date.parse('2026-06-01T00:00:00Z'))).toBe(undefined);
});

test.each<[string, string]>([
  ['kind', '{"kind":"reboot"}'],
  ['an unknown member', '{"kind":"once","at":"2026-01-01T00:00:00Z","when":"now"}'],
  ['an instant without an offset', '{"kind":"interval","every":"5m","anchor":"2026-01-01T00:00:00"}'],
  ['a duration', '{"kind":"interval","every":"soon","anchor":"2026-01-01T00:00:00Z"}'],
  [
    'a duration of half a megabyte',
    `{"kind":"interval","every":"${'1s'.repeat(250_000)}","anchor":"2026-01-01T00:00:00Z"}`,
  ],
  ['a topic', '{"kind":"event","topic":"email..received"}'],
  ['a topic that goes on after **', '{"kind":"event","topic":"**.received"}'],
  ['an excluded day', '{"kind":"once","at":"2026-01-01T00:00:00Z","exclude":["2026-02-30"]}'],
  ['what becomes of a gap', '{"kind":"cron","expression":"@daily","dst":{"gap":"later"}}'],
])('%s that is none is no definition', (_name, text) => {
  expect(scheduleDefinition.safeParse(JSON.parse(text)).success).toBe(false);
});
