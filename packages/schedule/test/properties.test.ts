import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Schedule } from '../src/index.ts';
import { readLocal } from '../src/zone/local-time.ts';
import { Dice } from './dice.ts';
import { makeRule } from './rrule/make-rule.ts';
import { compile, compileCountable } from './support.ts';

const runs = { seed: 20_261_129, numRuns: 400 };
const zones = [
  'UTC',
  'Europe/Chisinau',
  'America/New_York',
  'Australia/Lord_Howe',
  'Africa/Casablanca',
  'America/St_Johns',
] as const;
const firstMs = Date.UTC(2024, 0, 1);
const instant = fc.integer({ min: 0, max: 6 * 365 * 86_400 }).map((seconds) => firstMs + seconds * 1_000 + 7);

const zone = fc.constantFrom(...zones);
const dst = fc.record({
  gap: fc.constantFrom('shift', 'first_valid', 'skip'),
  overlap: fc.constantFrom('first', 'second', 'both'),
});
const field = (min: number, max: number): fc.Arbitrary<string> =>
  fc.oneof(
    fc.constant('*'),
    fc.integer({ min, max }).map(String),
    fc
      .tuple(fc.integer({ min, max }), fc.integer({ min, max }))
      .map((two) => two.sort((a, b) => a - b).join('-')),
    fc.integer({ min: 2, max: Math.min(12, max - min) }).map((step) => `*/${step}`),
  );
const cron = fc.record({
  kind: fc.constant('cron'),
  expression: fc
    .tuple(field(0, 59), field(0, 23), field(1, 28), field(1, 12), field(0, 6))
    .map((all) => all.join(' ')),
  timezone: zone,
  dst,
});
const rrule = fc.record({ seed: fc.integer(), timezone: zone, dst }).map(({ seed, ...rest }) => {
  const { rule, start } = makeRule(new Dice(seed), true);
  const dtstart = start.replace(/(....)(..)(..T..)(..)(..)Z/, '$1-$2-$3:$4:$5Z');
  return { kind: 'rrule', rule, dtstart, ...rest };
});
const interval = fc.record({
  kind: fc.constant('interval'),
  every: fc.integer({ min: 1, max: 1_000_000 }),
  anchor: fc.constant('2024-05-05T05:05:05Z'),
  exclude: fc.constantFrom(undefined, ['2025-01-01', { from: '2024-06-01', to: '2024-09-01' }]),
});
const schedule = fc
  .oneof(cron, rrule, interval)
  .filter((definition) => compileCountable(definition) !== undefined)
  .map((definition) => ({ definition, schedule: compile(definition) }));

/** The next times after an instant, one asked after the other. */
function follow(asked: Schedule, afterMs: number, count: number): readonly number[] {
  const times: number[] = [];
  for (let next = asked.next(afterMs); next && times.length < count; next = asked.next(next.nominalAtMs))
    times.push(next.nominalAtMs);
  return times;
}

test('the next occurrence is after what was asked, and each after the one before', () => {
  fc.assert(
    fc.property(schedule, instant, ({ schedule: asked }, afterMs) => {
      const times = [afterMs, ...follow(asked, afterMs, 8)];
      return times.every((ms, index) => index === 0 || ms > (times[index - 1] ?? Infinity));
    }),
    runs,
  );
});

test('next is the first of what is between, and asking anywhere before it gives the same', () => {
  fc.assert(
    fc.property(schedule, instant, fc.nat(), ({ schedule: asked }, afterMs, part) => {
      const next = asked.next(afterMs);
      if (!next) return true;
      expect(asked.between(afterMs, Number.MAX_SAFE_INTEGER, 1)).toEqual([next]);
      const closerMs = afterMs + (part % (next.nominalAtMs - afterMs));
      expect(asked.next(closerMs)).toEqual(next);
      expect(asked.between(afterMs, next.nominalAtMs, 5)).toEqual([]);
      return true;
    }),
    runs,
  );
});

test('a schedule compiled again answers the same, whatever it was asked before', () => {
  fc.assert(
    fc.property(schedule, instant, instant, ({ definition, schedule: asked }, oneMs, otherMs) => {
      asked.next(otherMs);
      expect(compile(definition).lookAhead(oneMs)).toEqual(asked.lookAhead(oneMs));
    }),
    runs,
  );
});

test('what wall clocks show at an occurrence is what the schedule says, unless a note tells otherwise', () => {
  fc.assert(
    fc.property(cron, instant, (definition, afterMs) => {
      for (const { nominalAtMs, local, notes } of compile(definition).preview(afterMs, 3)) {
        if (notes.some((note) => note.includes('moved'))) continue;
        const shown = new Date(nominalAtMs).toLocaleString('sv-SE', { timeZone: definition.timezone });
        expect(readLocal(shown)).toBe(readLocal(local));
      }
    }),
    runs,
  );
});
