import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { TokenBucket } from '../../src/call/token-bucket.ts';

describe('a token bucket', () => {
  test('gives its burst at once, then says how long to wait for the next', () => {
    const bucket = new TokenBucket(125, 3, 0);
    const waits = [0, 0, 0, 0, 4, 7, 8, 8, 1_000].map((nowMs) => bucket.take(nowMs));
    expect(waits).toEqual([0, 0, 0, 8, 4, 1, 0, 8, 0]);
  });

  test('is full again after as long as its burst takes', () => {
    const bucket = new TokenBucket(2, 2, 0);
    bucket.take(0);
    expect([bucket.isFull(0), bucket.isFull(499), bucket.isFull(500)]).toEqual([false, false, true]);
  });

  test('a clock that jumps back takes nothing away and gives nothing', () => {
    const bucket = new TokenBucket(125, 1, 10_000);
    expect([10_000, 0, 7, 8].map((nowMs) => bucket.take(nowMs))).toEqual([0, 8, 1, 0]);
  });

  test('never lets more through than its burst and its rate, and the wait it names is enough', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 1_000 }),
        fc.integer({ min: 1, max: 50 }),
        fc.array(fc.integer({ min: 0, max: 200 }), { maxLength: 200 }),
        (perSecond, burst, pauses) => {
          const bucket = new TokenBucket(perSecond, burst, 0);
          let nowMs = 0;
          let passed = 0;
          for (const pauseMs of pauses) {
            nowMs += pauseMs;
            const waitMs = bucket.take(nowMs);
            if (waitMs === 0) passed++;
            else {
              nowMs += waitMs;
              expect(bucket.take(nowMs)).toBe(0);
              passed++;
            }
            expect(passed).toBeLessThanOrEqual(burst + (nowMs * perSecond) / 1_000 + 1e-6);
          }
        },
      ),
      { seed: 20_261_126, numRuns: 300 },
    );
  });
});
