import { expect, test } from 'vitest';
import { Turnstile } from '../src/turnstile.ts';

test('so many run at a time, the others in the order they came', async () => {
  const turnstile = new Turnstile(2, 10);
  const begun: number[] = [];
  const ends: (() => void)[] = [];
  const all = Array.from({ length: 5 }, (_, index) =>
    turnstile.pass(() => {
      begun.push(index);
      return new Promise<number>((resolve) => ends.push(() => resolve(index)));
    }),
  );
  expect(begun).toEqual([0, 1]);
  ends[1]?.();
  await all[1];
  await expect.poll(() => begun).toEqual([0, 1, 2]);
  ends[0]?.();
  await expect.poll(() => begun).toEqual([0, 1, 2, 3]);
  ends[2]?.();
  await expect.poll(() => ends).toHaveLength(5);
  for (const end of ends) end();
  expect(await Promise.all(all)).toEqual([0, 1, 2, 3, 4]);
});

test('one that fails makes room all the same', async () => {
  const turnstile = new Turnstile(1, 10);
  const failing = turnstile.pass(() => Promise.reject(new Error('no')));
  const next = turnstile.pass(() => Promise.resolve('yes'));
  await expect(failing).rejects.toThrow('no');
  expect(await next).toBe('yes');
});

test('more than may wait are refused', async () => {
  const turnstile = new Turnstile(1, 1);
  let end = (): void => undefined;
  const first = turnstile.pass(
    () =>
      new Promise<void>((resolve) => {
        end = resolve;
      }),
  );
  const second = turnstile.pass(() => Promise.resolve());
  await expect(turnstile.pass(() => Promise.resolve())).rejects.toMatchObject({
    code: 'store_failed',
    details: { reason: 'overloaded' },
  });
  end();
  await Promise.all([first, second]);
});
