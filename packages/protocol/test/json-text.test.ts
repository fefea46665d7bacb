import { expectCode } from '@signalbox/sdk/expect-code';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseJsonText } from '../src/index.ts';

const seed = 20261121;

describe('JSON text', () => {
  test(`any JSON value written again is the same text (seed ${seed})`, () => {
    fc.assert(
      fc.property(fc.json({ maxDepth: 6 }), (text) => {
        expect(JSON.stringify(parseJsonText(text))).toBe(JSON.stringify(JSON.parse(text)));
      }),
      { seed, numRuns: 2_000 },
    );
  });

  test.each([
    '9007199254740993',
    '-123456789012345678901234567890',
    '0.12345678901234567890123',
    '1e400',
    '12345678901234567890.5e10',
  ])('the number %s keeps every digit', (digits) => {
    expect(JSON.stringify(parseJsonText(`{"n":[${digits}]}`))).toBe(`{"n":[${digits}]}`);
  });

  test.each(['1', '-0.5', '1.5e3', '9007199254740991', '0.1'])('the number %s stays a number', (digits) => {
    expect(typeof (parseJsonText(`[${digits}]`) as unknown[])[0]).toBe('number');
  });

  test(`big integers anywhere survive (seed ${seed})`, () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -(10n ** 40n), max: 10n ** 40n }), fc.string(), (number, text) => {
        const given = `{"a":${number},"b":${JSON.stringify(text)}}`;
        expect(JSON.stringify(parseJsonText(given))).toBe(given);
      }),
      { seed, numRuns: 1_000 },
    );
  });

  test('depth is bounded, and brackets inside strings do not count', () => {
    expectCode('too_large', () => parseJsonText('['.repeat(65) + ']'.repeat(65)));
    expect(parseJsonText(`[${JSON.stringify('['.repeat(500))}]`)).toEqual(['['.repeat(500)]);
    expect(parseJsonText(`["\\\\",${'['.repeat(63)}${']'.repeat(63)}]`)).toHaveLength(2);
  });

  test('the number of members is bounded', () => {
    expectCode('too_large', () => parseJsonText(`[${'0,'.repeat(100_001)}0]`));
    expect(parseJsonText(`[${'0,'.repeat(99_000)}0]`)).toHaveLength(99_001);
  });

  test.each(['', '{', '{"a":}', 'nul', '[1,]', '{"a":1}}', '"\u0000"'])(
    '%j is refused as no JSON without quoting it',
    (text) => {
      const error = expectCode('parse_error', () => parseJsonText(text));
      expect(error.message).toMatch(/this is no JSON/);
    },
  );
});
