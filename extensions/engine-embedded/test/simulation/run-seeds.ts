import { simulate } from './support/simulate.ts';
import { SimulatedStore } from './support/simulated-store.ts';

const given = process.env['SIGNALBOX_SEED'];
const isLong = process.env['SIGNALBOX_LONG'] !== undefined;
const parts = 8;
const seedsAtOnce = 125;

/** What simulations came to. */
export interface Count {
  readonly seeds: number;
  readonly runs: number;
  readonly crashes: number;
  readonly violations: number;
}

/** Simulates seeds one after the other and adds up. */
export class Tally {
  #count: Count = { seeds: 0, runs: 0, crashes: 0, violations: 0 };
  readonly #store = new SimulatedStore();

  /** Simulates seeds; resolves to what did not hold in them. */
  async runAll(seeds: readonly number[]): Promise<readonly string[]> {
    const problems: string[] = [];
    for (const seed of seeds) {
      const { runs, crashes, violations } = await simulate(seed, this.#store);
      this.#count = sum(this.#count, { seeds: 1, runs, crashes, violations: violations.length });
      if (violations.length > 0) problems.push(`SIGNALBOX_SEED=${seed}: ${violations.join('; ')}`);
    }
    return problems;
  }

  get count(): Count {
    return this.#count;
  }

  toString(): string {
    return describeCount(this.#count);
  }
}

/** Adds up. */
export function sum(one: Count, other: Count): Count {
  return {
    seeds: one.seeds + other.seeds,
    runs: one.runs + other.runs,
    crashes: one.crashes + other.crashes,
    violations: one.violations + other.violations,
  };
}

/** One line. */
export function describeCount({ seeds, runs, crashes, violations }: Count): string {
  return `simulation: ${seeds} seeds, ${runs} runs, ${crashes} crashes, ${violations} violations`;
}

/** The batches of seeds of one of the files that share them; with SIGNALBOX_SEED the first has that seed alone. */
export function batchesOf(part: number): readonly (readonly number[])[] {
  if (given !== undefined) return part === 0 ? [[Number(given)]] : [[]];
  const batches = ((isLong ? 100_000 : 10_000) / parts / seedsAtOnce) | 0;
  return Array.from({ length: batches }, (_, batch) =>
    seedsFrom(1 + (part * batches + batch) * seedsAtOnce, seedsAtOnce),
  );
}

/** So many seeds in a row. */
export function seedsFrom(first: number, count: number): readonly number[] {
  return Array.from({ length: count }, (_, index) => first + index);
}
