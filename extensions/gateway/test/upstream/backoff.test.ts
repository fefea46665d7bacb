import { expect, test } from 'vitest';
import { backoffMs } from '../../src/upstream/backoff.ts';

test('waits double from 1 s to 60 s', () => {
  expect([0, 1, 2, 3, 4, 5, 6, 7, 100].map((failures) => backoffMs(failures, 0))).toEqual([
    1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000, 60_000,
  ]);
});

test('a wait is up to a fifth longer by chance, never longer than 60 s', () => {
  expect([backoffMs(0, 1), backoffMs(2, 0.5), backoffMs(9, 1)]).toEqual([1_200, 4_400, 60_000]);
});
