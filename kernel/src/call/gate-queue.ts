import { SignalboxError } from '@signalbox/sdk';

interface Waiter {
  readonly enter: () => void;
}

/** Lets a bounded number in at once; more wait in a bounded line, in order. */
export class GateQueue {
  readonly #name: string;
  readonly #maxRunning: number;
  readonly #maxWaiting: number;
  readonly #waiting = new Set<Waiter>();
  #running = 0;

  constructor(name: string, maxRunning: number, maxWaiting: number) {
    this.#name = name;
    this.#maxRunning = maxRunning;
    this.#maxWaiting = maxWaiting;
  }

  /** True when nobody is inside or waiting. */
  get isIdle(): boolean {
    return this.#running === 0;
  }

  /** Enters at once when there is room; false means {@link wait}. */
  tryEnter(): boolean {
    if (this.#running >= this.#maxRunning) return false;
    this.#running++;
    return true;
  }

  /** Waits for room. Errors: `rate_limited` when the line is full, the signal's reason when it aborts. */
  wait(signal: AbortSignal): Promise<void> {
    if (this.#waiting.size >= this.#maxWaiting) {
      const message = `${this.#name} has ${this.#running} calls running and ${this.#waiting.size} waiting; try again later`;
      return Promise.reject(new SignalboxError('rate_limited', message));
    }
    return new Promise((resolve, reject) => {
      const leave = (): void => {
        this.#waiting.delete(waiter);
        reject(signal.reason as Error);
      };
      const waiter: Waiter = {
        enter: () => {
          signal.removeEventListener('abort', leave);
          resolve();
        },
      };
      if (signal.aborted) return leave();
      this.#waiting.add(waiter);
      signal.addEventListener('abort', leave, { once: true });
    });
  }

  /** Comes back at once to go on with what it had begun, even past the bound: nobody new enters until it is met again. */
  comeBack(): void {
    this.#running++;
  }

  /** Leaves; the next in line takes the place. */
  leave(): void {
    this.#running--;
    const [next] = this.#waiting;
    if (!next || this.#running >= this.#maxRunning) return;
    this.#running++;
    this.#waiting.delete(next);
    next.enter();
  }
}
