import type { JsonValue } from '@signalbox/sdk';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { canonicalJson } from '../src/index.ts';

const seed = 20261129;

const values = fc.oneof(
  fc.jsonValue(),
  fc.dictionary(fc.oneof(fc.string(), fc.integer({ min: 0, max: 20 }).map(String)), fc.jsonValue()),
);

/** The same members in the reverse order, all the way down. */
function reversed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reversed);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([name, member]) => [name, reversed(member)]),
  );
}

test('the text does not depend on the order of the members, and says the same', () => {
  fc.assert(
    fc.property(values, (value) => {
      const text = canonicalJson(value as JsonValue);
      expect(text).toBe(canonicalJson(reversed(value) as JsonValue));
      expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(value)));
    }),
    { seed, numRuns: 2_000 },
  );
});

test.each([
  ['{"b":1,"a":2}', '{"a":2,"b":1}'],
  ['{"a":2,"b":1}', '{"a":2,"b":1}'],
  ['{"a":{"c":1,"b":2}}', '{"a":{"b":2,"c":1}}'],
  ['[{"b":1,"a":2}]', '[{"a":2,"b":1}]'],
  ['{"10":1,"9":2,"A":3}', '{"9":2,"10":1,"A":3}'],
  ['{"__proto__":1,"A":2}', '{"A":2,"__proto__":1}'],
  ['{"":1}', '{"":1}'],
  ['null', 'null'],
])('%s becomes %s', (given, wanted) => {
  expect(canonicalJson(JSON.parse(given) as JsonValue)).toBe(wanted);
});
