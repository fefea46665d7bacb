import { FakeClock } from '@signalbox/testkit';
import { expect, test } from 'vitest';
import { WrongAttempts } from '../../src/password/wrong-attempts.ts';

const minuteMs = 60_000;

function takeMany(attempts: WrongAttempts, count: number, login: (index: number) => string): void {
  for (let index = 0; index < count; index++) attempts.take(login(index), '192.0.2.1');
}

function waitOf(attempts: WrongAttempts, login: string, address: string): number | undefined {
  try {
    attempts.take(login, address);
    attempts.giveBack(login, address);
    return undefined;
  } catch (error) {
    expect(error).toMatchObject({ code: 'rate_limited' });
    return (error as { details: { retryAfterMs: number } }).details.retryAfterMs;
  }
}

test('five wrong passwords make an account wait five minutes, from any address, and the next five ten', () => {
  const clock = new FakeClock();
  const attempts = new WrongAttempts(clock);
  takeMany(attempts, 5, () => 'ann');
  expect(waitOf(attempts, 'ann', '192.0.2.99')).toBe(5 * minuteMs);
  expect(waitOf(attempts, 'bob', '192.0.2.99')).toBeUndefined();
  clock.advance(5 * minuteMs);
  takeMany(attempts, 5, () => 'ann');
  expect(waitOf(attempts, 'ann', '192.0.2.99')).toBe(10 * minuteMs);
});

test('twenty wrong passwords make an address wait, whatever the accounts', () => {
  const attempts = new WrongAttempts(new FakeClock());
  takeMany(attempts, 20, (index) => `login-${index}`);
  expect(waitOf(attempts, 'another', '192.0.2.1')).toBe(minuteMs);
  expect(waitOf(attempts, 'another', '192.0.2.2')).toBeUndefined();
});

test('a right password does not count, and neither does one that could not be judged', () => {
  const attempts = new WrongAttempts(new FakeClock());
  takeMany(attempts, 4, () => 'ann');
  attempts.take('ann', '192.0.2.1');
  attempts.forgive('ann', '192.0.2.1');
  takeMany(attempts, 4, () => 'ann');
  attempts.giveBack('ann', '192.0.2.1');
  expect(waitOf(attempts, 'ann', '192.0.2.1')).toBeUndefined();
});

test('no more than 10,000 accounts are counted; those nobody tried for longest go', () => {
  const attempts = new WrongAttempts(new FakeClock());
  for (let index = 0; index < 5; index++) attempts.take('ann', `192.0.2.${index}`);
  for (let index = 0; index < 10_000; index++)
    attempts.take(`login-${index}`, `2001:db8::${index.toString(16)}`);
  expect(waitOf(attempts, 'ann', '192.0.2.77')).toBeUndefined();
});
