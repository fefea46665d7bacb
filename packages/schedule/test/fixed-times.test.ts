import { expectCode } from '@signalbox/sdk/expect-code';
import { expect, test } from 'vitest';
import { matchesTopic } from '../src/index.ts';
import { compile, instants, locals } from './support.ts';

const past = '2020-01-01T00:00:00Z';

test.each<[string, object, string]>([
  ['an instant', { at: '2026-03-29T02:30:00+02:00' }, '2026-03-29T00:30:00Z'],
  ['a local time', { at: '2026-06-01T12:00', timezone: 'Europe/Chisinau' }, '2026-06-01T09:00:00Z'],
  ['a local time in a gap', { at: '2026-03-29T03:30', timezone: 'Europe/Bucharest' }, '2026-03-29T01:30:00Z'],
  [
    'the first of two local times',
    { at: '2026-10-25T03:30', timezone: 'Europe/Bucharest' },
    '2026-10-25T00:30:00Z',
  ],
])('once at %s is due once', (_name, definition, expected) => {
  const schedule = compile({ kind: 'once', ...definition });
  expect(instants(schedule, past, 3)).toEqual([expected]);
  expect(schedule.lookAhead(Date.parse(expected))).toEqual({ kind: 'ended' });
});

test('an interval is counted from its anchor in time that passes', () => {
  const schedule = compile({
    kind: 'interval',
    every: '1h30m',
    anchor: '2026-03-29T00:00:00+02:00',
    timezone: 'Europe/Bucharest',
  });
  expect(instants(schedule, past, 2)).toEqual(['2026-03-28T22:00:00Z', '2026-03-28T23:30:00Z']);
  expect(locals(schedule, '2026-03-28T23:30:00Z', 2)).toEqual(['2026-03-29T04:00:00', '2026-03-29T05:30:00']);
  expect(instants(schedule, '2036-03-28T23:29:59.999Z', 1)).toEqual(['2036-03-28T23:30:00Z']);
});

test.each<[string | number, number]>([
  ['90m', 5_400],
  [45, 45],
  ['1w2d3h4m5s', 788_645],
])('an interval of %s is %i seconds', (every, seconds) => {
  const [first, second] = compile({ kind: 'interval', every, anchor: past }).preview(0, 2);
  expect(((second?.nominalAtMs ?? 0) - (first?.nominalAtMs ?? 0)) / 1_000).toBe(seconds);
});

test('an event has no times', () => {
  const schedule = compile({ kind: 'event', topic: 'email.*' });
  expect(schedule.lookAhead(0)).toEqual({ kind: 'ended' });
  expect(schedule.preview(0, 5)).toEqual([]);
});

test.each<[string, string, boolean]>([
  ['email.*', 'email.received', true],
  ['email.*', 'email.received.late', false],
  ['email.*', 'email', false],
  ['email.**', 'email.received.late', true],
  ['email.**', 'email', false],
  ['*.received', 'email.received', true],
  ['**', 'email.received', true],
  ['email.received', 'email.sent', false],
])('%s names %s: %s', (pattern, topic, isNamed) => {
  expect(matchesTopic(pattern, topic)).toBe(isNamed);
});

test.each<object>([
  { kind: 'once', at: '2026-02-30T09:00' },
  { kind: 'once', at: '2026-02-28T24:00' },
  { kind: 'once', at: '1899-12-31T23:59:59Z' },
  { kind: 'once', at: '2026-01-01T00:00', timezone: '+03:00' },
  { kind: 'interval', every: '0s', anchor: past },
  {
    kind: 'interval',
    every: '521w5d',
    anchor: '2026-01-01T00:00:00Z',
    exclude: [{ from: '2026-01-02', to: '2026-01-01' }],
  },
  { kind: 'interval', every: '5000d', anchor: past },
  { kind: 'once', at: past, starts_at: '2026-13-01T00:00' },
  { kind: 'once', at: past, exclude: [{ calendar: 'holidays' }] },
  { kind: 'once', at: past, exclude: [{ calendar: 'constructor' }] },
])('%j is refused when it is compiled', (definition) => {
  expectCode('invalid_params', () => compile(definition));
});
