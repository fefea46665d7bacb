import { expect, test } from 'vitest';
import { ItemQueue } from '../src/item-queue.ts';

test('items come in order, also those pushed while nobody reads', async () => {
  const queue = new ItemQueue<number>(() => false);
  queue.push(1);
  const read = Array.fromAsync(queue.items());
  queue.push(2);
  await Promise.resolve();
  queue.push(3);
  queue.end();
  queue.push(4);
  expect(await read).toEqual([1, 2, 3]);
});

test('past the bound the oldest that may go goes, and what may not stays', async () => {
  const queue = new ItemQueue<number>((item) => item !== 0);
  queue.push(0);
  for (let count = 1; count <= 1_000; count++) queue.push(count);
  queue.end();
  const items = await Array.fromAsync(queue.items());
  expect(items).toHaveLength(256);
  expect(items.slice(0, 2)).toEqual([0, 746]);
  expect(items.at(-1)).toBe(1_000);
});
