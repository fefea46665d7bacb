import type { Clock } from '@signalbox/sdk';

// The longest time a timer of the platform takes.
const longestMs = 2_147_483_647;

/** The timers of one run while it is driven; which there are stands in the store. */
export class RunTimers {
  readonly #clock: Clock;
  readonly #onDue: (name: string) => void;
  readonly #due = new Map<string, number>();
  #cancel: () => void = () => undefined;

  constructor(clock: Clock, onDue: (name: string) => void) {
    this.#clock = clock;
    this.#onDue = onDue;
  }

  /** When the next one is due; undefined without any. */
  get nextAt(): number | undefined {
    return this.#due.size === 0 ? undefined : Math.min(...this.#due.values());
  }

  start(name: string, dueAt: number): void {
    this.#due.set(name, dueAt);
    this.#plan();
  }

  cancel(name: string): void {
    if (this.#due.delete(name)) this.#plan();
  }

  stop(): void {
    this.#due.clear();
    this.#cancel();
  }

  #plan(): void {
    this.#cancel();
    const next = this.nextAt;
    if (next === undefined) return;
    const delay = Math.min(longestMs, next - this.#clock.now());
    this.#cancel = () => undefined;
    if (delay <= 0) queueMicrotask(() => this.#tellDue());
    else this.#cancel = this.#clock.after(delay, () => this.#tellDue());
  }

  #tellDue(): void {
    const now = this.#clock.now();
    for (const [name, dueAt] of this.#due) {
      if (dueAt > now) continue;
      this.#due.delete(name);
      this.#onDue(name);
    }
    this.#plan();
  }
}
