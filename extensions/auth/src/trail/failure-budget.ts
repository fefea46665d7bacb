import type { Clock } from '@signalbox/sdk';
import { RateWindow } from '../server/rate-window.ts';

const windowMs = 60_000;
const mostOfOne = 20;
const mostOfAll = 600;

/** Whether a failure is written down, as the last of its window, or not any more. */
export type FailureTurn = 'write' | 'limit' | 'skip';

/**
 * Bounds how many failures anybody can make the audit write down, where no limit of guesses does: 20 a minute from an
 * address and 600 in all, with one entry for each window that says that there were more.
 */
export class FailureBudget {
  readonly #ofOne: RateWindow;
  readonly #ofAll: RateWindow;
  readonly #told: RateWindow;

  constructor(clock: Clock) {
    this.#ofOne = new RateWindow(clock, { windowMs, most: mostOfOne });
    this.#ofAll = new RateWindow(clock, { windowMs, most: mostOfAll });
    this.#told = new RateWindow(clock, { windowMs, most: 1 });
  }

  /** Takes one failure from an address. */
  take(address: string): FailureTurn {
    if (!this.#ofOne.take(address)) return this.#told.take(address) ? 'limit' : 'skip';
    if (this.#ofAll.take('all')) return 'write';
    // The empty name is no address.
    return this.#told.take('') ? 'limit' : 'skip';
  }
}
