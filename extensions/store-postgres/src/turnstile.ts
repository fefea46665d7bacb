import { storeError } from '@signalbox/store';

/**
 * Lets so many actions run at a time; the others wait their turn in the order they came, for as long as it takes. The pool itself gives up
 * on who waits for a connection for some seconds, which is right for one query and wrong for many writes that come at once.
 */
export class Turnstile {
  readonly #places: number;
  readonly #maxWaiting: number;
  readonly #waiting: (() => void)[] = [];
  #inside = 0;

  constructor(places: number, maxWaiting: number) {
    this.#places = places;
    this.#maxWaiting = maxWaiting;
  }

  /** Runs an action when it is its turn. Rejects with `store_failed` when too many wait. */
  async pass<Result>(action: () => Promise<Result>): Promise<Result> {
    if (this.#inside >= this.#places) await this.#turn();
    else this.#inside++;
    try {
      return await action();
    } finally {
      const next = this.#waiting.shift();
      if (next) next();
      else this.#inside--;
    }
  }

  #turn(): Promise<void> {
    const { length } = this.#waiting;
    if (length < this.#maxWaiting) return new Promise((resolve) => this.#waiting.push(resolve));
    throw storeError(
      'overloaded',
      `the store is overloaded: ${length} writes wait for a connection; try again`,
    );
  }
}
