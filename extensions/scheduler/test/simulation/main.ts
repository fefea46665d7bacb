// Simulates the tasks of many seeds on all cores: npm run simulation:tasks -- --seeds 1000 [--from 1], or --seed 17 for one that failed.
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { z } from 'zod';
import { describeTasks, noTasks, runTaskSeeds, sumTasks, type TaskCount } from './run-task-seeds.ts';

const mostAtOnce = 50;
const whole = z.coerce.number().int().positive();
const range = z.object({ first: z.int(), count: z.int() });
const report = z.object({
  seeds: z.int(),
  tasks: z.int(),
  occurrences: z.int(),
  crashes: z.int(),
  problems: z.array(z.string()),
});

/** Simulates a range of seeds in a thread of its own. */
async function simulateApart(first: number, count: number): Promise<TaskCount> {
  const worker = new Worker(new URL(import.meta.url), { workerData: { first, count } });
  return report.parse(
    await new Promise((resolve, reject) => {
      worker.once('message', resolve);
      worker.once('error', reject);
      worker.once('exit', () => reject(new Error(`the thread with the seeds from ${first} on ended early`)));
    }),
  );
}

async function simulateAll(from: number, seeds: number): Promise<TaskCount> {
  let total = noTasks;
  let next = from;
  const work = async (): Promise<void> => {
    while (next < from + seeds) {
      const first = next;
      next += mostAtOnce;
      const came = await simulateApart(first, Math.min(mostAtOnce, from + seeds - first));
      total = sumTasks(total, came);
      for (const problem of came.problems) process.stdout.write(`${problem}\n`);
      process.stderr.write(`${total.seeds} of ${seeds} seeds\n`);
    }
  };
  await Promise.all(Array.from({ length: availableParallelism() }, work));
  return total;
}

if (isMainThread) {
  const { values } = parseArgs({
    options: { seeds: { type: 'string' }, from: { type: 'string' }, seed: { type: 'string' } },
  });
  const only = values.seed === undefined ? undefined : whole.parse(values.seed);
  const total = await simulateAll(
    only ?? whole.parse(values.from ?? '1'),
    only === undefined ? whole.parse(values.seeds ?? '1000') : 1,
  );
  process.stdout.write(`${describeTasks(total)}\n`);
  process.exitCode = total.problems.length === 0 ? 0 : 1;
} else {
  const { first, count } = range.parse(workerData);
  const seeds = Array.from({ length: count }, (_, index) => first + index);
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- the rule is about windows
  parentPort?.postMessage(await runTaskSeeds(seeds));
}
