import { expect, test } from 'vitest';
import { toInstant, toInstants, toLocal } from '../../src/index.ts';
import { formatLocal, fromLocalMs } from '../../src/zone/local-time.ts';
import { compile } from '../support.ts';
import { type ClockChange, findChanges } from './changes.ts';

const dayMs = 86_400_000;
const hourMs = 3_600_000;
const isLong = process.env['SIGNALBOX_LONG'] === '1';
const years = {
  fromMs: Date.UTC(2024, 0, 1),
  toMs: Date.UTC(2031, 0, 1),
  stepMs: isLong ? dayMs / 4 : 7 * dayMs,
};
const zones = Intl.supportedValuesOf('timeZone');
const changes = zones.flatMap((zone) => findChanges(zone, years));
const gaps = changes.filter(({ beforeMs, afterMs }) => afterMs > beforeMs);
const overlaps = changes.filter(({ beforeMs, afterMs }) => afterMs < beforeMs);

/** The local time in the middle of what is left out or comes twice. */
function middleOf({ atMs, beforeMs, afterMs }: ClockChange): number {
  return Math.floor((atMs + (beforeMs + afterMs) / 2) / 60_000) * 60_000;
}

/** When something that is due each day at a local time is due around a change. */
function daily(change: ClockChange, dst: object): readonly number[] {
  const { zone, atMs } = change;
  const local = middleOf(change);
  const dtstart = formatLocal(local - 3 * dayMs);
  const rrule = compile({ kind: 'rrule', rule: 'FREQ=DAILY', dtstart, timezone: zone, dst });
  const [hour, minute] = [new Date(local).getUTCHours(), new Date(local).getUTCMinutes()];
  const cron = compile({ kind: 'cron', expression: `${minute} ${hour} * * *`, timezone: zone, dst });
  const times = [rrule, cron].map((schedule) =>
    schedule.between(atMs - 36 * hourMs, atMs + 36 * hourMs, 10).map(({ nominalAtMs }) => nominalAtMs),
  );
  expect(times[0], `rrule and cron in ${zone}`).toEqual(times[1]);
  return times[0] ?? [];
}

function neighbours(change: ClockChange, ...middle: readonly number[]): readonly number[] {
  const local = middleOf(change);
  return [local - dayMs - change.beforeMs, ...middle, local + dayMs - change.afterMs].filter(
    (ms) => Math.abs(ms - change.atMs) < 36 * hourMs,
  );
}

test(`there are changes to look at (${gaps.length} gaps, ${overlaps.length} overlaps, ${zones.length} zones)`, () => {
  expect(zones.length).toBeGreaterThan(400);
  expect(gaps.length).toBeGreaterThan(800);
  expect(overlaps.length).toBeGreaterThan(800);
});

test('local times around every change are those the clocks show', () => {
  for (const { zone, atMs, beforeMs, afterMs } of changes)
    for (const ms of [atMs - hourMs, atMs - 1_000, atMs, atMs + hourMs]) {
      const expected = fromLocalMs(ms + (ms < atMs ? beforeMs : afterMs));
      expect(toLocal(ms, zone), `${zone} at ${ms}`).toEqual(expected);
    }
});

test('a local time in every gap is never, and the times around it once', () => {
  for (const change of gaps) {
    const { zone, atMs, beforeMs, afterMs } = change;
    const local = middleOf(change);
    const shiftedMs = local - beforeMs;
    expect(toInstants(fromLocalMs(local), zone)).toEqual({ kind: 'none', shiftedMs, firstValidMs: atMs });
    expect(toInstant(fromLocalMs(local), zone)).toBe(shiftedMs);
    const last = fromLocalMs(atMs - 1_000 + beforeMs);
    expect(toInstants(last, zone)).toEqual({ kind: 'one', atMs: atMs - 1_000 });
    expect(toInstants(fromLocalMs(atMs + afterMs), zone)).toEqual({ kind: 'one', atMs });
  }
});

test('a local time in every overlap is twice, and the times around it once', () => {
  for (const change of overlaps) {
    const { zone, atMs, beforeMs, afterMs } = change;
    const local = middleOf(change);
    const [firstMs, secondMs] = [local - beforeMs, local - afterMs];
    expect(toInstants(fromLocalMs(local), zone)).toEqual({ kind: 'two', firstMs, secondMs });
    expect(toInstant(fromLocalMs(local), zone)).toBe(firstMs);
    const one = fromLocalMs(atMs + afterMs - 1_000);
    expect(toInstants(one, zone)).toEqual({ kind: 'one', atMs: atMs + afterMs - 1_000 - beforeMs });
    const next = fromLocalMs(atMs + beforeMs);
    expect(toInstants(next, zone)).toEqual({ kind: 'one', atMs: atMs + beforeMs - afterMs });
  }
});

test('what is due in every gap is shifted, at the first valid time or left out', () => {
  for (const change of gaps) {
    const shifted = middleOf(change) - change.beforeMs;
    expect(daily(change, { gap: 'shift' })).toEqual(neighbours(change, shifted));
    expect(daily(change, { gap: 'first_valid' })).toEqual(neighbours(change, change.atMs));
    expect(daily(change, { gap: 'skip' })).toEqual(neighbours(change));
  }
}, 120_000);

test('what is due in every overlap is due the first time, the second, or both', () => {
  for (const change of overlaps) {
    const first = middleOf(change) - change.beforeMs;
    const second = middleOf(change) - change.afterMs;
    expect(daily(change, { overlap: 'first' })).toEqual(neighbours(change, first));
    expect(daily(change, { overlap: 'second' })).toEqual(neighbours(change, second));
    expect(daily(change, { overlap: 'both' })).toEqual(neighbours(change, first, second));
  }
}, 120_000);

test('what goes by the hour passes every change without losing or doubling an hour', () => {
  for (const { zone, atMs, beforeMs } of changes) {
    const dtstart = formatLocal(atMs - 3 * hourMs + beforeMs);
    const hourly = compile({ kind: 'rrule', rule: 'FREQ=HOURLY', dtstart, timezone: zone });
    const times = hourly.between(atMs - 3 * hourMs - 1, atMs + 3 * hourMs, 10);
    expect(times.map(({ nominalAtMs }) => (nominalAtMs - atMs) / hourMs)).toEqual([-3, -2, -1, 0, 1, 2]);
    const cron = compile({ kind: 'cron', expression: '*/15 * * * *', timezone: zone });
    const quarters = cron.between(atMs - hourMs - 1, atMs + hourMs, 10);
    expect(quarters.map(({ nominalAtMs }) => (nominalAtMs - atMs) / hourMs)).toEqual([
      -1, -0.75, -0.5, -0.25, 0, 0.25, 0.5, 0.75,
    ]);
  }
}, 120_000);
