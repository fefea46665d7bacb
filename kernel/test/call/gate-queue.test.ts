import { expectRejection } from '@signalbox/sdk/expect-code';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { GateQueue } from '../../src/call/gate-queue.ts';

const never = new AbortController().signal;

describe('a gate queue', () => {
  test('lets in as many as it may and the next in the order they came', async () => {
    const queue = new GateQueue('q', 1, 10);
    const order: string[] = [];
    expect([queue.tryEnter(), queue.tryEnter()]).toEqual([true, false]);
    const waiting = ['first', 'second', 'third'].map((name) =>
      queue.wait(never).then(() => order.push(name)),
    );
    for (const each of waiting) {
      queue.leave();
      await each;
    }
    expect(order).toEqual(['first', 'second', 'third']);
    queue.leave();
    expect(queue.isIdle).toBe(true);
  });

  test('refuses when the line is full, with how many there are', async () => {
    const queue = new GateQueue('source "a"', 2, 1);
    queue.tryEnter();
    queue.tryEnter();
    const first = queue.wait(never);
    const error = await expectRejection('rate_limited', queue.wait(never));
    expect(error.message).toBe('source "a" has 2 calls running and 1 waiting; try again later');
    queue.leave();
    await first;
  });

  test('gives a place to others while somebody stands aside, and lets nobody in until the bound is met again', async () => {
    const queue = new GateQueue('q', 1, 10);
    queue.tryEnter();
    const second = queue.wait(never);
    queue.leave();
    await second;
    queue.comeBack();
    let isIn = false;
    const third = queue.wait(never).then(() => {
      isIn = true;
    });
    queue.leave();
    await Promise.resolve();
    expect(isIn).toBe(false);
    queue.leave();
    await third;
    queue.leave();
    expect(queue.isIdle).toBe(true);
  });

  test('with no line refuses at once', async () => {
    const queue = new GateQueue('q', 1, 0);
    queue.tryEnter();
    await expectRejection('rate_limited', queue.wait(never));
  });

  test('lets nobody in on a signal that has aborted', async () => {
    const queue = new GateQueue('q', 1, 5);
    queue.tryEnter();
    const reason = new Error('gone');
    await expect(queue.wait(AbortSignal.abort(reason))).rejects.toBe(reason);
    queue.leave();
    expect(queue.isIdle).toBe(true);
  });

  test('never has more inside than it may, keeps the order, and gets every place back', async () => {
    const step = fc.oneof(
      { weight: 4, arbitrary: fc.constant('enter' as const) },
      { weight: 3, arbitrary: fc.constant('leave' as const) },
      { weight: 2, arbitrary: fc.nat(20).map((index) => ({ abort: index })) },
    );
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 4 }),
        fc.integer({ min: 0, max: 4 }),
        fc.array(step, { maxLength: 60 }),
        async (maxRunning, maxWaiting, steps) => {
          const queue = new GateQueue('q', maxRunning, maxWaiting);
          const inside = new Set<number>();
          const line: { id: number; controller: AbortController }[] = [];
          const entered: number[] = [];
          let nextId = 0;
          for (const each of steps) {
            if (each === 'enter') {
              const id = nextId++;
              if (queue.tryEnter()) inside.add(id);
              else {
                const controller = new AbortController();
                const place = { id, controller };
                const isFull = line.length >= maxWaiting;
                const turn = queue.wait(controller.signal).then(
                  () => void (inside.add(id), entered.push(id), line.splice(line.indexOf(place), 1)),
                  () => undefined,
                );
                if (isFull) await turn;
                else line.push(place);
              }
            } else if (each === 'leave') {
              const [one] = inside;
              if (one === undefined) continue;
              inside.delete(one);
              const next = line[0]?.id;
              queue.leave();
              await Promise.resolve();
              if (next !== undefined) expect(entered.at(-1)).toBe(next);
            } else {
              const place = line[each.abort % Math.max(line.length, 1)];
              place?.controller.abort(new Error('gone'));
              if (place) line.splice(line.indexOf(place), 1);
            }
            await Promise.resolve();
            expect(inside.size).toBeLessThanOrEqual(maxRunning);
            expect(line.length).toBeLessThanOrEqual(maxWaiting);
            expect(line.length === 0 || inside.size === maxRunning).toBe(true);
          }
          while (inside.size > 0) {
            const [one] = inside;
            if (one !== undefined) inside.delete(one);
            queue.leave();
            await Promise.resolve();
            await Promise.resolve();
          }
          expect({ isIdle: queue.isIdle, line }).toEqual({ isIdle: true, line: [] });
        },
      ),
      { seed: 20_261_125, numRuns: 300 },
    );
  });
});
