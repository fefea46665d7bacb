import { addressGroup, type Clock } from '@signalbox/sdk';
import { RateWindow } from '../server/rate-window.ts';

const windowMs = 60_000;
const mostOfOne = 20;
const mostOfAll = 600;
const mostUnknownLogins = 120;

/** Whether a failure is written down, as the last of its window, or not any more. */
export type FailureTurn = 'write' | 'limit' | 'skip';

/**
 * Bounds how many failures anybody can make the audit write down, where no limit of guesses does: 20 a minute from an
 * address and 600 in all, and 120 in all for logins nobody has, however many addresses and logins there are; with one
 * entry for each window that says that there were more.
 */
export class FailureBudget {
  readonly #ofOne: RateWindow;
  readonly #ofAll: RateWindow;
  readonly #unknownLogins: RateWindow;
  readonly #told: RateWindow;

  constructor(clock: Clock) {
    this.#ofOne = new RateWindow(clock, { windowMs, most: mostOfOne });
    this.#ofAll = new RateWindow(clock, { windowMs, most: mostOfAll });
    this.#unknownLogins = new RateWindow(clock, { windowMs, most: mostUnknownLogins });
    this.#told = new RateWindow(clock, { windowMs, most: 1 });
  }

  /** Takes one failure from an address. */
  take(address: string): FailureTurn {
    const group = addressGroup(address);
    if (!this.#ofOne.take(group)) return this.#tell(`address ${group}`);
    return this.#ofAll.take('all') ? 'write' : this.#tell('all');
  }

  /** Takes one wrong password for a login nobody has; the limit of guesses counts each such login for itself. */
  takeUnknownLogin(): FailureTurn {
    return this.#unknownLogins.take('all') ? 'write' : this.#tell('unknown logins');
  }

  #tell(name: string): FailureTurn {
    return this.#told.take(name) ? 'limit' : 'skip';
  }
}
