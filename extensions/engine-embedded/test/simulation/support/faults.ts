import type { FakeClock } from '@signalbox/testkit';
import type { Random } from './random.ts';
import type { Scenario } from './scenario.ts';

const writeFaults = ['refused', 'unanswered', 'dies-before', 'dies-after', 'freezes'] as const;

/** What may become of a write: refused, done without an answer, or the node dies before it, dies after it or freezes then. */
export type WriteFault = (typeof writeFaults)[number];

/** The faults of a simulation: so many, and none after their time. */
export class Faults {
  readonly #random: Random;
  readonly #clock: FakeClock;
  readonly #chance: number;
  readonly #endAt: number;
  #left: number;

  constructor(random: Random, clock: FakeClock, { faults, faultChance, faultsEndMs }: Scenario) {
    this.#random = random;
    this.#clock = clock;
    this.#chance = faultChance;
    this.#left = faults;
    this.#endAt = clock.now() + faultsEndMs;
  }

  /** The fault of a write that is about to happen, if it has one. */
  ofWrite(): WriteFault | undefined {
    if (!this.#random.chance(this.#chance) || !this.take()) return undefined;
    return this.#random.pick(writeFaults);
  }

  /** True when there may be one more fault, which is counted. */
  take(): boolean {
    if (this.#left <= 0 || this.#clock.now() >= this.#endAt) return false;
    this.#left -= 1;
    return true;
  }

  /** No new faults from now on. */
  end(): void {
    this.#left = 0;
  }
}
