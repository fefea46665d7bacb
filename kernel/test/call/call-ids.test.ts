import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { CallIds } from '../../src/call/call-ids.ts';

describe('call ids', () => {
  test('are UUIDs of version 7', () => {
    expect(new CallIds().next(1_750_000_000_000)).toMatch(
      /^01977420-dc00-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
    );
  });

  test('sort in the order they were made, within one millisecond and when the clock jumps back', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -3, max: 2 }), { maxLength: 200 }), (steps) => {
        const ids = new CallIds();
        let nowMs = 1_750_000_000_000;
        const made = steps.map((step) => ids.next((nowMs += step)));
        expect(made).toEqual([...new Set(made)].sort());
      }),
      { seed: 20_261_201, numRuns: 100 },
    );
  });

  test('stay in order when there are more in a millisecond than it has numbers', () => {
    const ids = new CallIds();
    const made = Array.from({ length: 20_000 }, () => ids.next(1_750_000_000_000));
    expect(made.findIndex((id, index) => index > 0 && id <= (made[index - 1] ?? ''))).toBe(-1);
  });
});
