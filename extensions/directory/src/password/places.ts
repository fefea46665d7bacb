import { SignalboxError } from '@signalbox/sdk';

/** How many may do something at a time, and how many more may wait for it. */
export interface PlaceBounds {
  readonly most: number;
  readonly mostWaiting: number;
}

/** Lets a few at a time do what is dear, in the order they came, and turns away who would wait too long. */
export class Places {
  readonly #bounds: PlaceBounds;
  readonly #waiting: (() => void)[] = [];
  #taken = 0;

  constructor(bounds: PlaceBounds) {
    this.#bounds = bounds;
  }

  /** Does it in a place of its own. Errors: `overloaded` where too many wait already; those of the work. */
  async run<Result>(work: () => Promise<Result>): Promise<Result> {
    if (this.#taken >= this.#bounds.most && this.#waiting.length >= this.#bounds.mostWaiting)
      throw new SignalboxError(
        'overloaded',
        'too many people sign in at this moment; try again in a few seconds',
      );
    return this.finish(work);
  }

  /** The same for what was begun in a place before, and is not turned away. */
  async finish<Result>(work: () => Promise<Result>): Promise<Result> {
    await this.#take();
    try {
      return await work();
    } finally {
      // Whoever leaves hands the place over.
      const next = this.#waiting.shift();
      if (next) next();
      else this.#taken -= 1;
    }
  }

  #take(): Promise<void> {
    if (this.#taken >= this.#bounds.most) return new Promise((resolve) => this.#waiting.push(resolve));
    this.#taken += 1;
    return Promise.resolve();
  }
}
