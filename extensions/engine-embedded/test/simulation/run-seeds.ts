import { simulate } from './support/simulate.ts';
import { SimulatedStore } from './support/simulated-store.ts';

const given = process.env['SIGNALBOX_SEED'];
const isLong = process.env['SIGNALBOX_LONG'] !== undefined;
const parts = 4;
const seedsAtOnce = 125;

/** What the simulations of one file came to. */
export class Tally {
  #seeds = 0;
  #runs = 0;
  #crashes = 0;
  #violations = 0;
  readonly #store = new SimulatedStore();

  /** Simulates seeds; resolves to what did not hold in them. */
  async runAll(seeds: readonly number[]): Promise<readonly string[]> {
    const problems: string[] = [];
    for (const seed of seeds) {
      const { runs, crashes, violations } = await simulate(seed, this.#store);
      this.#seeds += 1;
      this.#runs += runs;
      this.#crashes += crashes;
      this.#violations += violations.length;
      if (violations.length > 0) problems.push(`SIGNALBOX_SEED=${seed}: ${violations.join('; ')}`);
    }
    return problems;
  }

  toString(): string {
    return `simulation: ${this.#seeds} seeds, ${this.#runs} runs, ${this.#crashes} crashes, ${this.#violations} violations`;
  }
}

/** The batches of seeds of one of the files that share them; with SIGNALBOX_SEED the first has that seed alone. */
export function batchesOf(part: number): readonly (readonly number[])[] {
  if (given !== undefined) return part === 0 ? [[Number(given)]] : [[]];
  const batches = ((isLong ? 100_000 : 2_000) / parts / seedsAtOnce) | 0;
  return Array.from({ length: batches }, (_, batch) =>
    Array.from({ length: seedsAtOnce }, (_each, index) => 1 + (part * batches + batch) * seedsAtOnce + index),
  );
}
