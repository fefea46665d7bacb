import { afterAll, expect, test } from 'vitest';
import { batchesOf, Tally } from './run-seeds.ts';

const tally = new Tally();
afterAll(() => process.stdout.write(`${tally.toString()}\n`));

test.each(batchesOf(6))('every promise holds through crashes, from seed %i on', async (...seeds) => {
  expect(await tally.runAll(seeds)).toEqual([]);
});
