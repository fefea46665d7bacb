import { expect, test } from 'vitest';
import { simulate } from './support/simulate.ts';
import { SimulatedStore } from './support/simulated-store.ts';

test('a seed is the same life each time, to the last row', async () => {
  for (const seed of [4, 17, 432]) {
    const [first, second] = [new SimulatedStore(), new SimulatedStore()];
    const came = await simulate(seed, first);
    expect(await simulate(seed, second)).toEqual(came);
    for (const table of ['engine_runs', 'engine_calls', 'engine_steps', 'engine_journal'])
      expect(second.rows(`select * from ${table}`)).toEqual(first.rows(`select * from ${table}`));
  }
});

test.each([155_154, 168_537])(
  'seed %i, in which a call began after its end, keeps its promises',
  async (seed) => {
    expect((await simulate(seed, new SimulatedStore())).violations).toEqual([]);
  },
);

test('seed 32082, in which a run was ordered by one that ended by force in the same moment, keeps its promises', async () => {
  expect((await simulate(32_082, new SimulatedStore())).violations).toEqual([]);
});
