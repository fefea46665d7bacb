import { FakeClock } from '@signalbox/testkit';
import { describe, expect, test } from 'vitest';
import { sleep, systemClock } from '../src/index.ts';

describe('sleep', () => {
  test('resolves when the time is up, and not before', async () => {
    const clock = new FakeClock();
    let isOver = false;
    const asleep = sleep(clock, 1_000).then(() => (isOver = true));
    clock.advance(999);
    await Promise.resolve();
    expect(isOver).toBe(false);
    clock.advance(1);
    await asleep;
    expect(isOver).toBe(true);
  });

  test("rejects with the signal's reason, and leaves no timer behind", async () => {
    const clock = new FakeClock();
    const controller = new AbortController();
    const asleep = sleep(clock, 1_000, controller.signal);
    const reason = new Error('enough');
    controller.abort(reason);
    await expect(asleep).rejects.toBe(reason);
    expect(clock.waiting).toBe(0);
  });

  test('does not begin on a signal that has aborted already', async () => {
    const clock = new FakeClock();
    const reason = new Error('too late');
    await expect(sleep(clock, 1_000, AbortSignal.abort(reason))).rejects.toBe(reason);
    expect(clock.waiting).toBe(0);
  });

  test('lets go of the signal when it is over', async () => {
    const clock = new FakeClock();
    const { signal } = new AbortController();
    const taken: string[] = [];
    const left: string[] = [];
    const watched = Object.assign(signal, {
      addEventListener: (type: string) => void taken.push(type),
      removeEventListener: (type: string) => void left.push(type),
    });
    const asleep = sleep(clock, 1, watched);
    clock.advance(1);
    await asleep;
    expect({ taken, left }).toEqual({ taken: ['abort'], left: ['abort'] });
  });
});

describe('the clock of this machine', () => {
  test('tells the time in UTC milliseconds and calls back once', async () => {
    const before = Date.now();
    const now = systemClock.now();
    expect(now).toBeGreaterThanOrEqual(before);
    expect(now).toBeLessThanOrEqual(Date.now());
    await new Promise<void>((resolve) => systemClock.after(1, resolve));
  });

  test('forgets what was called off', async () => {
    const rung: string[] = [];
    const cancel = systemClock.after(0, () => rung.push('first'));
    cancel();
    await new Promise<void>((resolve) => systemClock.after(5, resolve));
    expect(rung).toEqual([]);
  });
});
