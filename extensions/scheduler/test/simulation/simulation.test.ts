import { expect, test } from 'vitest';
import { runTaskSeeds, taskBatches } from './run-task-seeds.ts';
import { simulateTasks, taskStore } from './support/simulate-tasks.ts';

const batches = process.env['SIGNALBOX_LONG'] === undefined ? 15 : 500;

test.each(taskBatches(batches, 2))(
  'every time is fired once or written down with a reason, through crashes, frozen nodes and changes of clocks, from seed %i on',
  async (...seeds) => {
    expect((await runTaskSeeds(seeds)).problems).toEqual([]);
  },
);

test('a seed is the same life each time, to the last row', async () => {
  const [first, second] = [taskStore(), taskStore()];
  const came = await simulateTasks(15, first);
  expect(await simulateTasks(15, second)).toEqual(came);
  for (const table of ['scheduler_tasks', 'scheduler_occurrences', 'engine_runs'])
    expect(second.rows(`select * from ${table}`)).toEqual(first.rows(`select * from ${table}`));
});
