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

test('the version of the zone data stays with the schedule', () => {
  expect([chisinau.timeZoneDataVersion, chisinau.timezone, chisinau.kind]).toEqual([
    '2026c',
    'Europe/Chisinau',
    'cron',
  ]);
});
