// Simulates many seeds on all cores: npm run simulation -- --seeds 100000 [--from 1], or --seed 17 for one that failed.
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { z } from 'zod';
import { type Count, describeCount, seedsFrom, sum, Tally } from './run-seeds.ts';

const mostAtOnce = 2_500;
const whole = z.coerce.number().int().positive();
const range = z.object({ first: z.int(), count: z.int() });
const report = z.object({
  problems: z.array(z.string()),
  count: z.object({ seeds: z.int(), runs: z.int(), crashes: z.int(), violations: z.int() }),
});

/** Simulates a range of seeds in a thread of its own. */
async function simulateApart(first: number, count: number): Promise<z.output<typeof report>> {
  const worker = new Worker(new URL(import.meta.url), { workerData: { first, count } });
  return report.parse(
    await new Promise((resolve, reject) => {
      worker.once('message', resolve);
      worker.once('error', reject);
      worker.once('exit', () => reject(new Error(`the thread with the seeds from ${first} on ended early`)));
    }),
  );
}

async function simulateAll(from: number, seeds: number): Promise<Count> {
  let total: Count = { seeds: 0, runs: 0, crashes: 0, violations: 0 };
  let next = from;
  const threads = availableParallelism();
  const atOnce = Math.min(mostAtOnce, Math.ceil(seeds / threads / 4));
  const work = async (): Promise<void> => {
    while (next < from + seeds) {
      const first = next;
      next += atOnce;
      const { problems, count } = await simulateApart(first, Math.min(atOnce, from + seeds - first));
      total = sum(total, count);
      for (const problem of problems) process.stdout.write(`${problem}\n`);
      process.stderr.write(`${total.seeds} of ${seeds} seeds\n`);
    }
  };
  await Promise.all(Array.from({ length: threads }, work));
  return total;
}

if (isMainThread) {
  const { values } = parseArgs({
    options: { seeds: { type: 'string' }, from: { type: 'string' }, seed: { type: 'string' } },
  });
  const only = values.seed === undefined ? undefined : whole.parse(values.seed);
  const total = await simulateAll(
    only ?? whole.parse(values.from ?? '1'),
    only === undefined ? whole.parse(values.seeds ?? '10000') : 1,
  );
  process.stdout.write(`${describeCount(total)}\n`);
  process.exitCode = total.violations === 0 ? 0 : 1;
} else {
  const { first, count } = range.parse(workerData);
  const tally = new Tally();
  const problems = await tally.runAll(seedsFrom(first, count));
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- the rule is about windows
  parentPort?.postMessage({ problems, count: tally.count });
}
