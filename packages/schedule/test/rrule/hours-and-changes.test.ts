import { expect, test } from 'vitest';
import { formatLocal } from '../../src/zone/local-time.ts';
import { compile, compileText, instants, iso } from '../support.ts';
import { type ClockChange, findChanges } from '../zone/changes.ts';

const minuteMs = 60_000;
const hourMs = 3_600_000;
const dayMs = 86_400_000;

test.each<[string, string, string, readonly string[]]>([
  [
    'Pacific/Chatham',
    '20260101T000000',
    '2026-09-26T13:30:00Z',
    ['2026-09-26T13:45:00Z', '2026-09-26T14:00:00Z', '2026-09-26T14:15:00Z'],
  ],
  [
    'Pacific/Chatham',
    '20260101T000000',
    '2026-04-04T13:30:00Z',
    ['2026-04-04T13:45:00Z', '2026-04-04T14:00:00Z', '2026-04-04T14:15:00Z'],
  ],
  [
    'Australia/Lord_Howe',
    '20260101T000000',
    '2026-10-03T15:00:00Z',
    ['2026-10-03T15:15:00Z', '2026-10-03T15:30:00Z', '2026-10-03T15:45:00Z'],
  ],
  [
    'Australia/Lord_Howe',
    '20260101T003000',
    '2026-04-04T14:45:00Z',
    ['2026-04-04T15:00:00Z', '2026-04-04T15:15:00Z', '2026-04-04T15:30:00Z'],
  ],
])('every quarter of an hour is due in %s, counted from %s, after %s', (zone, start, after, expected) => {
  const schedule = compileText(`DTSTART;TZID=${zone}:${start}`, 'FREQ=HOURLY;BYMINUTE=0,15,30,45');
  expect(instants(schedule, after, 3)).toEqual(expected);
});

const recent = { fromMs: Date.UTC(2025, 0, 1), toMs: Date.UTC(2028, 0, 1), stepMs: 7 * dayMs };
const past = { fromMs: Date.UTC(1980, 0, 1), toMs: Date.UTC(2020, 0, 1), stepMs: 7 * dayMs };
// Changes by part of an hour, by two hours, by a day, and at a minute past midnight.
const peculiar = [
  'Asia/Kathmandu',
  'Asia/Pyongyang',
  'Asia/Singapore',
  'America/Caracas',
  'America/St_Johns',
  'Antarctica/Troll',
  'Australia/Lord_Howe',
  'Pacific/Apia',
];
const changes = [
  ...Intl.supportedValuesOf('timeZone').flatMap((zone) => findChanges(zone, recent)),
  ...peculiar.flatMap((zone) => findChanges(zone, past).slice(-16)),
  ...findChanges('America/St_Johns', { ...past, fromMs: Date.UTC(1987, 9, 1), toMs: Date.UTC(1989, 0, 1) }),
].filter(
  ({ zone, beforeMs, afterMs }) =>
    peculiar.includes(zone) || [beforeMs, afterMs].some((offsetMs) => offsetMs % hourMs !== 0),
);

/** What clocks show at an instant around a change, told by the change alone. */
function shown({ atMs, beforeMs, afterMs }: ClockChange, ms: number): number {
  return ms + (ms < atMs ? beforeMs : afterMs);
}

/** The minutes around a change at which its clocks show something. */
function minutesWith(change: ClockChange, isMeant: (local: Date) => boolean): readonly number[] {
  const minutes: number[] = [];
  for (let ms = change.atMs - 3 * hourMs; ms < change.atMs + 3 * hourMs; ms += minuteMs)
    if (isMeant(new Date(shown(change, ms)))) minutes.push(ms);
  return minutes;
}

/** What a rule by the clock makes of the same hours. */
function dueAround(
  change: ClockChange,
  start: { readonly local: string; readonly rule: string },
): readonly number[] {
  const schedule = compile({
    kind: 'rrule',
    rule: start.rule,
    dtstart: start.local,
    timezone: change.zone,
  });
  const [fromMs, toMs] = [change.atMs - 3 * hourMs - 1, change.atMs + 3 * hourMs];
  return schedule.between(fromMs, toMs, 1_000).map(({ nominalAtMs }) => nominalAtMs);
}

/** Begins of counting: in both halves of the year, at several minutes of an hour, and just before the change. */
function startsBefore(change: ClockChange): readonly string[] {
  const before = Math.floor(shown(change, change.atMs - 5 * hourMs) / hourMs) * hourMs;
  return [before - 240 * dayMs, before - 60 * dayMs, before].flatMap((hour) =>
    [0, 20, 30, 50].map((minute) => formatLocal(hour + minute * minuteMs)),
  );
}

test(`an hourly rule is due at each minute it names that clocks show, and once (${changes.length} changes)`, () => {
  expect(changes.length).toBeGreaterThan(100);
  for (const change of changes) {
    const expected = minutesWith(change, (local) => local.getUTCMinutes() % 15 === 0).map(iso);
    for (const local of startsBefore(change)) {
      const due = dueAround(change, { local, rule: 'FREQ=HOURLY;BYMINUTE=0,15,30,45' });
      expect(due.map(iso), `${change.zone} from ${local}`).toEqual(expected);
    }
  }
}, 60_000);

test('hours and days of an hourly rule are those clocks show at each of its times', () => {
  const weekdays = ['SU', 'MO', 'TU', 'WE', 'TH', 'FR', 'SA'];
  for (const change of changes) {
    const hour = new Date(shown(change, change.atMs - minuteMs)).getUTCHours();
    const day = new Date(shown(change, change.atMs - 2 * minuteMs)).getUTCDay();
    for (const local of startsBefore(change)) {
      const byHour = dueAround(change, { local, rule: `FREQ=HOURLY;BYHOUR=${hour};BYMINUTE=5,15,35,59` });
      const isMeant = (at: Date): boolean => [5, 15, 35, 59].includes(at.getUTCMinutes());
      expect(byHour, `hour ${hour} of ${change.zone} from ${local}`).toEqual(
        minutesWith(change, (at) => isMeant(at) && at.getUTCHours() === hour),
      );
      const byDay = dueAround(change, {
        local,
        rule: `FREQ=HOURLY;BYDAY=${weekdays[day]};BYMINUTE=5,15,35,59`,
      });
      expect(byDay, `${weekdays[day]} of ${change.zone} from ${local}`).toEqual(
        minutesWith(change, (at) => isMeant(at) && at.getUTCDay() === day),
      );
    }
  }
}, 60_000);

test('the places of a period are those of all it holds where clocks are changed', () => {
  // The hour from 13:15Z on has three quarters of one clock hour, and one of the next.
  const schedule = compileText(
    'DTSTART;TZID=Pacific/Chatham:20260101T000000',
    'FREQ=HOURLY;BYMINUTE=0,15,30,45;BYSETPOS=-1',
  );
  expect(instants(schedule, '2026-09-26T12:30:00Z', 3)).toEqual([
    '2026-09-26T13:00:00Z',
    '2026-09-26T14:00:00Z',
    '2026-09-26T15:00:00Z',
  ]);
});

test('every second hour of half an hour is the hour that passes', () => {
  const schedule = compileText(
    'DTSTART;TZID=Pacific/Chatham:20260926T200000',
    'FREQ=HOURLY;INTERVAL=2;BYMINUTE=0,30',
  );
  expect(instants(schedule, '2026-09-26T11:00:00Z', 4)).toEqual([
    '2026-09-26T11:15:00Z',
    '2026-09-26T11:45:00Z',
    '2026-09-26T13:15:00Z',
    '2026-09-26T13:45:00Z',
  ]);
});
