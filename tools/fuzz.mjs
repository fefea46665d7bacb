// Runs the fuzz tests for as long as wanted, each round with a seed of its own, and prints the seed first: a round that
// fails is repeated with it. Usage: npm run fuzz -- [--runs N] [--minutes M] [--seed S]
import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';

const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '100000' },
    minutes: { type: 'string', default: '0' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000_000) },
  },
});
const numbers = Object.fromEntries(
  Object.entries(values).map(([name, text]) => [
    name,
    /^\d{1,9}$/.test(text) ? Number(text) : fail(name, text),
  ]),
);
const endAt = Date.now() + numbers.minutes * 60_000;
let seed = numbers.seed;
do {
  const code = await runRound(seed++);
  if (code !== 0) process.exit(code);
} while (Date.now() < endAt);

/** One round; gives the exit code of the tests. */
function runRound(seed) {
  process.stdout.write(`fuzz: about ${numbers.runs} inputs, seed ${seed}\n`);
  const vitest = join(dirname(createRequire(import.meta.url).resolve('vitest/package.json')), 'vitest.mjs');
  // What is wanted of one round must have the time it takes.
  const timeout = String(60_000 + numbers.runs * 10);
  const child = spawn(process.execPath, [vitest, 'run', '/test/fuzz/', '--testTimeout', timeout], {
    stdio: 'inherit',
    env: { ...process.env, FUZZ_RUNS: String(numbers.runs), FUZZ_SEED: String(seed) },
  });
  return new Promise((resolve) => child.once('exit', (code) => resolve(code ?? 1)));
}

function fail(name, text) {
  process.stderr.write(`--${name} must be a whole number, not "${text.slice(0, 40)}"\n`);
  process.exit(2);
}
