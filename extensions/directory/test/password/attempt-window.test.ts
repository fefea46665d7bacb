import { expect, test } from 'vitest';
import { type Attempts, addAttempt, forgetAt, takeBackAttempt } from '../../src/password/attempt-window.ts';

const allowance = { limit: 3, windowMs: 100, maxWaitMs: 400 };
const none: Attempts = { times: [], rounds: 0, blockedUntil: 0 };

function addMany(start: Attempts, ...instants: readonly number[]): Attempts {
  return instants.reduce((attempts, at) => addAttempt(attempts, at, allowance), start);
}

test.each<[string, readonly number[], Partial<Attempts>]>([
  ['fewer than the limit block nothing', [1, 2], { times: [1, 2], rounds: 0, blockedUntil: 0 }],
  ['the last of the window blocks for a window', [1, 2, 3], { rounds: 1, blockedUntil: 103 }],
  ['those before the window do not count', [1, 102, 103], { times: [102, 103], blockedUntil: 0 }],
  ['the next window blocks twice as long', [1, 2, 3, 104, 105, 106], { rounds: 2, blockedUntil: 306 }],
  [
    'no wait is longer than the longest',
    [1, 2, 3, 104, 105, 106, 307, 308, 309, 710, 711, 712],
    { rounds: 4, blockedUntil: 1_112 },
  ],
  ['after a long rest the waits begin anew', [1, 2, 3, 504, 505, 506], { rounds: 1, blockedUntil: 606 }],
])('%s', (_, instants, wanted) => {
  expect(addMany(none, ...instants)).toMatchObject(wanted);
});

test('an attempt that is taken back unblocks what it has blocked, and no more', () => {
  const full = addMany(none, 1, 2, 3);
  expect(takeBackAttempt(full, allowance)).toEqual({ times: [1, 2], rounds: 0, blockedUntil: 0 });
  expect(takeBackAttempt(addMany(none, 1), allowance)).toEqual(none);
});

test('what was blocked is remembered for as long as it makes the next wait longer', () => {
  expect(forgetAt(addMany(none, 1), allowance)).toBe(101);
  expect(forgetAt(addMany(none, 1, 2, 3), allowance)).toBe(603);
});
