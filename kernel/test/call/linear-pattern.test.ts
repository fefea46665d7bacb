import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { compileLinearPattern } from '../../src/call/linear-pattern.ts';
import { SchemaValidator } from '../../src/call/schema-validator.ts';

const seed = 20261121;

test.each([
  ['^\\d{3}-[a-z]+$', '123-abc', true],
  ['^\\d{3}-[a-z]+$', '12-abc', false],
  ['b', 'abc', true],
  ['^[\\u0041-\\u005a]$', 'Q', true],
  ['^\\p{L}+$', 'Größe', true],
])('%s on %j: %s', (pattern, text, isMatch) => {
  expect(compileLinearPattern(pattern).test(text)).toBe(isMatch);
});

test(`simple patterns say what the language's own engine says (seed ${seed})`, () => {
  const piece = fc.constantFrom('a', 'b', '[ab]', 'a*', 'b+', '(ab)?', '.', '\\w', '(?:a|b)');
  fc.assert(
    fc.property(
      fc.array(piece, { minLength: 1, maxLength: 6 }),
      fc.string({ unit: fc.constantFrom('a', 'b', 'c'), maxLength: 8 }),
      (pieces, text) => {
        const pattern = `^${pieces.join('')}$`;
        expect(compileLinearPattern(pattern).test(text)).toBe(new RegExp(pattern, 'u').test(text));
      },
    ),
    { seed, numRuns: 1_000 },
  );
});

test('a pattern made to hang is answered', () => {
  const validator = new SchemaValidator();
  const hostile = '^(a+)+$';
  const schema = {
    type: 'object',
    properties: { a: { type: 'string', pattern: hostile } },
    patternProperties: { '^(b+)+$': { type: 'string' } },
  };
  expect(
    validator.check(schema, { a: `${'a'.repeat(5_000)}!`, [`${'b'.repeat(5_000)}!`]: 'x' }),
  ).toHaveLength(1);
  expect(validator.check(schema, { a: 'a'.repeat(5_000) })).toEqual([]);
});

test('what cannot be matched in linear time is left to the upstream', () => {
  expect(compileLinearPattern('^(?=.*\\d)x$').test('anything')).toBe(true);
});
