import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { uuidv7 } from '../src/index.ts';

const instant = fc.integer({ min: 0, max: 2 ** 48 - 1 });
const random = fc.uint8Array({ minLength: 10, maxLength: 10 });
const runs = { seed: 20_261_122, numRuns: 500 };

describe('a UUID version 7', () => {
  test('is that of RFC 9562, appendix A.6', () => {
    const bits = Uint8Array.of(0xcc, 0xc3, 0x18, 0xc4, 0xdc, 0x0c, 0x0c, 0x07, 0x39, 0x8f);
    expect(uuidv7(0x017f22e279b0, bits)).toBe('017f22e2-79b0-7cc3-98c4-dc0c0c07398f');
  });

  test('holds the instant, the version, the variant and the random bits in their places', () => {
    fc.assert(
      fc.property(instant, random, (nowMs, bits) => {
        const id = uuidv7(nowMs, bits);
        expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
        const hex = id.replaceAll('-', '');
        expect(Number.parseInt(hex.slice(0, 12), 16)).toBe(nowMs);
        const kept = Buffer.from(hex.slice(12), 'hex');
        const masked = Buffer.from(bits);
        masked[0] = ((masked[0] ?? 0) & 0x0f) | 0x70;
        masked[2] = ((masked[2] ?? 0) & 0x3f) | 0x80;
        expect(kept.toString('hex')).toBe(masked.toString('hex'));
      }),
      runs,
    );
  });

  test('of a later instant sorts after one of an earlier', () => {
    fc.assert(
      fc.property(instant, instant, random, random, (a, b, some, others) => {
        fc.pre(a < b);
        expect(uuidv7(a, some) < uuidv7(b, others)).toBe(true);
      }),
      runs,
    );
  });
});
