import type { Clock } from '@signalbox/sdk';

/** Counts what happens in a sliding window, in all and for each name; the memory it takes is bounded. */
export class RateWindow {
  readonly #clock: Clock;
  readonly #windowMs: number;
  readonly #most: number;
  readonly #times = new Map<string, number[]>();

  constructor(clock: Clock, { windowMs, most }: { windowMs: number; most: number }) {
    this.#clock = clock;
    this.#windowMs = windowMs;
    this.#most = most;
  }

  /** Takes one for a name; false when there have been enough. */
  take(name: string): boolean {
    const since = this.#clock.now() - this.#windowMs;
    const times = (this.#times.get(name) ?? []).filter((at) => at > since);
    const isFree = times.length < this.#most;
    if (isFree) times.push(this.#clock.now());
    this.#times.delete(name);
    this.#times.set(name, times);
    const oldest = this.#times.keys().next().value;
    if (this.#times.size > mostNames && oldest !== undefined) this.#times.delete(oldest);
    return isFree;
  }
}

const mostNames = 10_000;
