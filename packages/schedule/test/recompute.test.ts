import { expectCode } from '@signalbox/sdk/expect-code';
import { expect, test } from 'vitest';
import { recompute } from '../src/index.ts';
import { compile } from './support.ts';

const chisinau = compile(
  { kind: 'cron', expression: '30 3 * * *', timezone: 'Europe/Chisinau' },
  { timeZoneDataVersion: '2026c' },
);
const hourMs = 3_600_000;

/** What was written down with zone data in which the clocks of Chisinau were `laterMs` behind from a day on. */
function written(fromDay: string, laterMs: number): readonly { nominalAtMs: number; local: string }[] {
  return chisinau.preview(Date.parse('2026-03-26T12:00:00Z'), 5).map(({ local, nominalAtMs }) => ({
    local,
    nominalAtMs: nominalAtMs + (local >= fromDay ? laterMs : 0),
  }));
}

test('what was written down with the same zone data has not moved', () => {
  expect(recompute(chisinau, written('2026-03-29', 0))).toEqual([]);
  expect(recompute(chisinau, [])).toEqual([]);
});

test.each([hourMs, -hourMs])(
  'times that other zone data had elsewhere by %i ms are told, the others not',
  (laterMs) => {
    const changes = recompute(chisinau, written('2026-03-30', laterMs));
    expect(changes.map((change) => [change.kind, change.local])).toEqual([
      ['moved', '2026-03-30T03:30:00'],
      ['moved', '2026-03-31T03:30:00'],
    ]);
    expect(changes.map((change) => (change.kind === 'moved' ? change.toMs - change.fromMs : 0))).toEqual([
      -laterMs,
      -laterMs,
    ]);
  },
);

test('times that are no longer, or not yet, among them are told', () => {
  const [first, second, third] = written('2026-03-30', 0);
  const other = { local: '2026-03-27T04:00:00', nominalAtMs: Date.parse('2026-03-27T02:00:00Z') };
  if (!first || !second || !third) throw new Error('there are five');
  expect(recompute(chisinau, [first, other, third])).toEqual([
    { kind: 'gone', local: other.local, fromMs: other.nominalAtMs },
    { kind: 'new', local: second.local, toMs: second.nominalAtMs },
  ]);
});

test('a time that comes twice is told apart by its order', () => {
  const both = compile({
    kind: 'cron',
    expression: '30 3 * * *',
    timezone: 'Europe/Bucharest',
    dst: { overlap: 'both' },
  });
  const times = both.preview(Date.parse('2026-10-24T12:00:00Z'), 3);
  const onlySecond = times.filter(({ notes }) => !notes.join().includes('first'));
  expect(recompute(both, times)).toEqual([]);
  expect(recompute(both, onlySecond).map(({ kind }) => kind)).toEqual(['moved', 'new']);
});

test('what goes by the hour keeps its instants, whatever clocks show', () => {
  const hourly = compile({ kind: 'cron', expression: '0 * * * *', timezone: 'Europe/Chisinau' });
  const [first, second, third] = hourly.preview(Date.parse('2026-03-29T00:30:00Z'), 3);
  if (!first || !second || !third) throw new Error('there are three');
  expect(recompute(hourly, [{ ...first, local: '2026-03-29T02:00:00' }, second, third])).toEqual([]);
  const other = { local: '2026-03-29T05:30:00', nominalAtMs: first.nominalAtMs + 1_800_000 };
  expect(recompute(hourly, [first, other, third])).toEqual([
    { kind: 'gone', local: other.local, fromMs: other.nominalAtMs },
    { kind: 'new', local: second.local, toMs: second.nominalAtMs },
  ]);
});

test.each<[string, object]>([
  ['0 */6 * * *', { kind: 'cron', expression: '0 */6 * * *' }],
  ['*/2 * 8-20 * * *', { kind: 'cron', expression: '*/2 * 8-20 * * *' }],
  ['HOURLY;BYHOUR=6', { kind: 'rrule', rule: 'FREQ=HOURLY;BYHOUR=6', dtstart: '2026-01-01T06:00' }],
])('%s goes by what clocks call the hour, so one time of it has moved with them', (_name, definition) => {
  const [before, after] = ['Etc/GMT-3', 'Etc/GMT-2'].map((timezone) => compile({ ...definition, timezone }));
  const time = before?.next(Date.parse('2026-01-02T10:00:00Z'));
  if (!before || !after || !time) throw new Error('there is one');
  const { local, nominalAtMs } = time;
  expect(recompute(before, [time])).toEqual([]);
  expect(recompute(after, [time])).toEqual([
    { kind: 'moved', local, fromMs: nominalAtMs, toMs: nominalAtMs + hourMs },
  ]);
});

test('times that are too close together to be found again are refused', () => {
  const every = Array.from({ length: 60 }, (_, each) => each).join();
  const rule = `FREQ=DAILY;BYHOUR=0,1,2,3,4,5,6,7,8,9;BYMINUTE=${every};BYSECOND=${every}`;
  const dense = compile({ kind: 'rrule', rule, dtstart: '2026-01-01T00:00' });
  const apart = ['2026-01-01', '2026-01-03'].flatMap((day) => dense.preview(Date.parse(day), 1));
  expectCode('invalid_params', () => recompute(dense, apart));
  expect(recompute(dense, apart.slice(1))).toEqual([]);
});

test('the version of the zone data stays with the schedule', () => {
  expect([chisinau.timeZoneDataVersion, chisinau.timezone, chisinau.kind]).toEqual([
    '2026c',
    'Europe/Chisinau',
    'cron',
  ]);
});
