import { type Clock, type JsonValue, sleep } from '@signalbox/sdk';

const leastMs = 50;
const defaultMs = 1_000;
const mostMs = 60_000;

/** Waits between two looks at a task; something that has happened ends the wait early. */
export class Poll {
  readonly #clock: Clock;
  readonly #failure: Promise<never>;
  #early: AbortController | undefined;
  #isWoken = false;

  /** A rejection of `failure` ends any wait with it. */
  constructor(clock: Clock, failure: Promise<never>) {
    this.#clock = clock;
    this.#failure = failure;
  }

  /** Ends the wait: there is a reason to look now. */
  readonly wake = (): void => {
    this.#isWoken = true;
    this.#early?.abort();
  };

  /** Waits as long as the task asks for, within bounds. Errors: the signal's reason, and that of `failure`. */
  async wait(pollIntervalMs: JsonValue | undefined, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    if (!this.#isWoken) await Promise.race([this.#sleep(pollIntervalMs, signal), this.#failure]);
    signal.throwIfAborted();
    this.#isWoken = false;
  }

  async #sleep(pollIntervalMs: JsonValue | undefined, signal: AbortSignal): Promise<void> {
    const wanted = typeof pollIntervalMs === 'number' ? pollIntervalMs : defaultMs;
    const waitMs = Math.min(Math.max(wanted, leastMs), mostMs);
    this.#early = new AbortController();
    const ends = AbortSignal.any([signal, this.#early.signal]);
    await sleep(this.#clock, waitMs, ends).catch(() => undefined);
  }
}
