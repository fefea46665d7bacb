import { type Clock, sleep } from '@signalbox/sdk';

// An answer may be given on another node; so often the store is looked at.
const lookEveryMs = 1_000;

/** The calls of this process that wait for an answer, woken when one is given here. */
export class ApprovalWaiters {
  readonly #clock: Clock;
  readonly #waiting = new Map<string, Set<() => void>>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Resolves when an approval was answered here, or it is time to look whether it was elsewhere. Errors: those of the signal. */
  async next(id: string, mostMs: number, signal: AbortSignal): Promise<void> {
    const woken = new AbortController();
    const wake = (): void => woken.abort();
    const own = this.#waiting.get(id) ?? new Set();
    this.#waiting.set(id, own.add(wake));
    try {
      await sleep(this.#clock, Math.min(mostMs, lookEveryMs), AbortSignal.any([signal, woken.signal]));
    } catch (error) {
      if (signal.aborted) throw error;
    } finally {
      own.delete(wake);
      if (own.size === 0) this.#waiting.delete(id);
    }
  }

  /** Tells those who wait for an approval that it was answered. */
  wake(id: string): void {
    for (const wake of this.#waiting.get(id) ?? []) wake();
  }
}
