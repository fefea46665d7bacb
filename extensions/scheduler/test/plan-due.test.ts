import { compileSchedule, scheduleDefinition } from '@signalbox/schedule';
import { describe, expect, test } from 'vitest';
import { findRenewal } from '../src/calendar/find-renewal.ts';
import { type DueQuestion, planDue } from '../src/schedule/plan-due.ts';

const minute = 60_000;
const noon = Date.UTC(2026, 0, 1, 12);
const everyMinute = compileSchedule(scheduleDefinition.parse({ kind: 'cron', expression: '* * * * *' }));

/** What it is about, how many minutes later, what is other than usual, what is told, and the next time. */
type Row = [string, number, Partial<DueQuestion>, readonly string[], string];

/** What becomes of a task of every minute that was due at noon, asked some minutes later. */
function planAfter(minutes: number, changes: Partial<DueQuestion> = {}) {
  const plan = planDue({
    schedule: everyMinute,
    policy: { catchup: 'last', catchup_window_seconds: 3_600, catchup_max: 100 },
    nominalAtMs: noon,
    nowMs: noon + minutes * minute,
    onTimeMs: 30_000,
    ...changes,
  });
  return {
    next: plan.next && at(plan.next.nominalAtMs),
    steps: plan.steps.map((step) =>
      'status' in step
        ? `${at(step.fromMs)}-${at(step.throughMs)} ${step.count}${step.isMore ? '+' : ''} ${step.status}`
        : `${at(step.nominalAtMs)} fired`,
    ),
  };
}

function at(ms: number): string {
  return new Date(ms).toISOString().slice(11, 16);
}

const policy = (catchup: 'none' | 'last' | 'all', window = 3_600, most = 100) => ({
  policy: { catchup, catchup_window_seconds: window, catchup_max: most },
});

describe('what is made up for', () => {
  test.each<Row>([
    ['on time with none', 0, policy('none'), ['12:00 fired'], '12:01'],
    ['half a minute late with none', 0.5, policy('none'), ['12:00 fired'], '12:01'],
    ['a second later with none', 0.52, policy('none'), ['12:00-12:00 1 missed'], '12:01'],
    ['a second later with last', 0.52, policy('last'), ['12:00 fired'], '12:01'],
    ['ten minutes late with none', 10, policy('none'), ['12:00-12:09 10 missed', '12:10 fired'], '12:11'],
    ['ten minutes late with last', 10, policy('last'), ['12:00-12:09 10 missed', '12:10 fired'], '12:11'],
    ['and a bit with last', 10.9, policy('last'), ['12:00-12:09 10 missed', '12:10 fired'], '12:11'],
    [
      'three minutes late with all',
      3,
      policy('all'),
      ['12:00 fired', '12:01 fired', '12:02 fired', '12:03 fired'],
      '12:04',
    ],
    [
      'with the last two of all',
      3,
      policy('all', 3_600, 2),
      ['12:00-12:01 2 missed', '12:02 fired', '12:03 fired'],
      '12:04',
    ],
    [
      'later than its window',
      10,
      policy('all', 120),
      ['12:00-12:07 8 missed', '12:08 fired', '12:09 fired', '12:10 fired'],
      '12:11',
    ],
    ['without a window', 10, policy('last', 0), ['12:00-12:09 10 missed', '12:10 fired'], '12:11'],
  ])('%s', (...[, minutes, changes, steps, next]) => {
    expect(planAfter(minutes, changes)).toEqual({ steps, next });
  });

  test('after a month is counted as far as one look goes, and the last is fired', () => {
    expect(planAfter(43_200)).toEqual({
      steps: ['12:00-10:59 1000+ missed', '11:00-11:59 60 missed', '12:00 fired'],
      next: '12:01',
    });
  });
});

describe('a snooze', () => {
  const shift = { snooze: { untilMs: noon + 5 * minute, isShift: true } };
  const silence = { snooze: { untilMs: noon + 5 * minute, isShift: false } };
  test.each<Row>([
    [
      'fires the time at its end and leaves out those in between',
      5,
      shift,
      ['12:00 fired', '12:01-12:04 4 skipped', '12:05 fired'],
      '12:06',
    ],
    ['fires nothing before its end', 5, silence, ['12:00-12:04 5 skipped', '12:05 fired'], '12:06'],
    [
      'that ended long ago is late like anything',
      30,
      shift,
      ['12:00-12:00 1 missed', '12:01-12:04 4 skipped', '12:05-12:29 25 missed', '12:30 fired'],
      '12:31',
    ],
  ])('%s', (...[, minutes, changes, steps, next]) => {
    expect(planAfter(minutes, changes)).toEqual({ steps, next });
  });
});

test('a time with jitter is late from when it was to be fired', () => {
  const schedule = compileSchedule(
    scheduleDefinition.parse({ kind: 'cron', expression: '0 12 * * *', jitter_seconds: 7_200 }),
    { seed: 'e' },
  );
  const occurrence = schedule.next(noon - 1);
  if (!occurrence) throw new TypeError('there is no time');
  expect(occurrence.fireAtMs - occurrence.nominalAtMs).toBeGreaterThan(3_600_000);
  const plan = planDue({
    schedule,
    policy: { catchup: 'none', catchup_window_seconds: 0, catchup_max: 1, jitter_seconds: 7_200 },
    nominalAtMs: noon,
    nowMs: occurrence.fireAtMs,
    onTimeMs: 30_000,
  });
  expect(plan.steps).toEqual([{ nominalAtMs: noon, fireAtMs: occurrence.fireAtMs }]);
});

describe('of a schedule whose times are too far apart to be found at once', () => {
  // Each time is some 150 days of seconds away, for each of the rules.
  const rule = [
    'DTSTART:20050101T000000Z',
    ...Array.from({ length: 5 }, () => 'FREQ=SECONDLY;INTERVAL=3601;BYMINUTE=0;BYSECOND=0'),
  ];
  const start = Date.UTC(2005, 0, 1);
  const stepMs = 3_601_000 * 3_600;
  const compileIt = (exclude: readonly string[]) =>
    compileSchedule(scheduleDefinition.parse({ kind: 'rrule', rule, exclude }));

  test('those that passed are written down as more than were counted', () => {
    const plan = planDue({
      schedule: compileIt([]),
      policy: { catchup: 'none', catchup_window_seconds: 3_600, catchup_max: 1 },
      nominalAtMs: start,
      nowMs: noon,
      onTimeMs: 30_000,
    });
    expect(plan.steps).toMatchObject([
      { status: 'missed', fromMs: start, throughMs: noon - 60 * minute - 1, isMore: true },
    ]);
    expect(plan.next?.nominalAtMs).toBe(start + Math.ceil((noon - start) / stepMs) * stepMs);
  });

  test('only those a calendar is known to have left out are', () => {
    const { next, passed } = findRenewal({
      schedule: compileIt(['2005-01-01']),
      bare: () => compileIt([]),
      nominalAtMs: start,
      sinceMs: noon,
    });
    expect(next?.nominalAtMs).toBe(start + stepMs);
    expect(passed).toEqual([{ fromMs: start, throughMs: start, count: 1, isMore: false }]);
  });
});
