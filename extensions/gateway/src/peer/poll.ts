import { type Clock, type JsonValue, sleep } from '@signalbox/sdk';

const leastMs = 50;
const defaultMs = 1_000;
const mostMs = 60_000;

/** Waits between two looks at a task; something that has happened ends the wait early. */
export class Poll {
  readonly #clock: Clock;
  #failure: { readonly error: unknown } | undefined;
  #early: AbortController | undefined;
  #isWoken = false;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Ends the wait: there is a reason to look now. */
  readonly wake = (): void => {
    this.#isWoken = true;
    this.#early?.abort();
  };

  /** Ends this wait and every later one with an error. */
  readonly fail = (error: unknown): void => {
    this.#failure ??= { error };
    this.wake();
  };

  /** Waits as long as the task asks for, within bounds. Errors: the signal's reason, and what it was failed with. */
  async wait(pollIntervalMs: JsonValue | undefined, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    if (!this.#isWoken) await this.#sleep(pollIntervalMs, signal);
    signal.throwIfAborted();
    if (this.#failure) throw this.#failure.error;
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
