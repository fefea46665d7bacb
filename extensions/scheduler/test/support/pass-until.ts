import { setImmediate } from 'node:timers/promises';
import type { FakeClock } from '@signalbox/testkit';

/** Lets time go on, a millisecond at a time, until something has come about that waits for others to pass. */
export async function passUntil<Result>(clock: FakeClock, wanted: Promise<Result>): Promise<Result> {
  const state = { isOver: false };
  const over = wanted.finally(() => (state.isOver = true));
  over.catch(() => undefined);
  for (; !state.isOver; await setImmediate()) clock.advance(1);
  return over;
}
