import type { Clock } from '@signalbox/sdk';

/** A clock that stands still until a test moves it. */
export class FakeClock implements Clock {
  #nowMs = 1_000_000;
  readonly #timers = new Set<{ readonly dueAt: number; readonly callback: () => void }>();

  now = (): number => this.#nowMs;

  after = (delayMs: number, callback: () => void): (() => void) => {
    const timer = { dueAt: this.#nowMs + delayMs, callback };
    this.#timers.add(timer);
    return () => void this.#timers.delete(timer);
  };

  /** When the next timer is due, from now. */
  get nextMs(): number | undefined {
    const due = [...this.#timers].map(({ dueAt }) => dueAt - this.#nowMs);
    return due.length === 0 ? undefined : Math.min(...due);
  }

  /** Moves on, timer by timer, letting promises settle in between. */
  async advance(timeMs: number): Promise<void> {
    const endsAt = this.#nowMs + timeMs;
    for (;;) {
      await settle();
      const [next] = [...this.#timers]
        .filter(({ dueAt }) => dueAt <= endsAt)
        .sort((a, b) => a.dueAt - b.dueAt);
      if (!next) break;
      this.#timers.delete(next);
      this.#nowMs = next.dueAt;
      next.callback();
    }
    this.#nowMs = endsAt;
    await settle();
  }
}

/** Lets every promise that can settle do so. */
export function settle(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
