import type { Clock, HealthReport, Log } from '@signalbox/sdk';

/** What the loop does and when it has to again. */
export interface LoopWork {
  /** Looks at everything that is due; false when there is something left that another look now would not change. */
  readonly look: () => Promise<boolean>;
  /** When something is due next; undefined when nothing is. */
  readonly nextDueAt: () => Promise<number | undefined>;
}

/** The longest time the loop sleeps: a clock that jumps, and other nodes, are noticed by then. */
const longestSleepMs = 1_000;

/** Looks for what is due when it is due, at the latest every second, and when it is woken. One look at a time. */
export class DueLoop {
  readonly #work: LoopWork;
  readonly #clock: Clock;
  readonly #log: Log;
  #looking: Promise<void> | undefined;
  #isWanted = false;
  #isStopped = true;
  #failure: string | undefined;
  #cancel = (): void => undefined;

  constructor(work: LoopWork, { clock, log }: { clock: Clock; log: Log }) {
    this.#work = work;
    this.#clock = clock;
    this.#log = log;
  }

  start(): void {
    this.#isStopped = false;
    this.wake();
  }

  /** Ends when the look under way has ended. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#cancel();
    await this.#looking;
  }

  /** Looks now, or once more after the look under way. */
  readonly wake = (): void => {
    this.#isWanted = true;
    if (this.#isStopped || this.#looking) return;
    this.#cancel();
    this.#looking = this.#run();
  };

  /** Ends when everything that is due now was looked at. */
  async settle(): Promise<void> {
    this.wake();
    while (this.#looking) await this.#looking;
  }

  health(): HealthReport {
    return this.#failure === undefined ? { status: 'ok' } : { status: 'degraded', reason: this.#failure };
  }

  async #run(): Promise<void> {
    for (;;) {
      this.#isWanted = false;
      const isDone = await this.#look();
      const sleepMs = isDone ? await this.#untilDueMs() : longestSleepMs;
      if (this.#isWanted && !this.#isStopped) continue;
      this.#looking = undefined;
      if (!this.#isStopped) this.#cancel = this.#clock.after(sleepMs, this.wake);
      return;
    }
  }

  async #look(): Promise<boolean> {
    try {
      const isDone = await this.#work.look();
      this.#failure = undefined;
      return isDone;
    } catch (cause) {
      this.#failure = 'what is due could not be looked for; see the log';
      this.#log.error('what is due could not be looked for', { cause });
      return false;
    }
  }

  async #untilDueMs(): Promise<number> {
    const dueAt = await this.#work.nextDueAt().catch(() => undefined);
    return Math.min(longestSleepMs, Math.max(0, (dueAt ?? Infinity) - this.#clock.now()));
  }
}
