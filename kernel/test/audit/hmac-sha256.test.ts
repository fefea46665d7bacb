import { createHmac } from 'node:crypto';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { hmacSha256 } from '../../src/audit/hmac-sha256.ts';

const seed = 20261129;

test('it is the HMAC of the platform, for any key of at most a block and any text', () => {
  const texts = fc.oneof(fc.string({ unit: 'binary' }), fc.string({ unit: 'grapheme', maxLength: 6_000 }));
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 64 }), fc.array(texts, { minLength: 1 }), (key, several) => {
      const hashed = hmacSha256(key);
      for (const text of several)
        expect(hashed(text)).toBe(createHmac('sha256', key).update(text).digest('base64url'));
    }),
    { seed, numRuns: 300 },
  );
});

test('a short text after a long one leaves nothing of it behind', () => {
  const key = Buffer.from('k');
  const hashed = hmacSha256(key);
  for (const text of ['x'.repeat(100_000), 'y'.repeat(2_730), '', 'ü'.repeat(2_731), 'z'])
    expect(hashed(text)).toBe(createHmac('sha256', key).update(text).digest('base64url'));
});

test('a key longer than a block is refused', () => {
  expect(() => hmacSha256(new Uint8Array(65))).toThrow(RangeError);
});
