const maxWaiting = 256;

/**
 * Hands items from where they happen to where they are written. When the reader is slow, the oldest items that
 * may be dropped go first, so memory stays bounded.
 */
export class ItemQueue<Item> {
  readonly #waiting: Item[] = [];
  readonly #mayDrop: (item: Item) => boolean;
  #wake: (() => void) | undefined;
  #isEnded = false;

  constructor(mayDrop: (item: Item) => boolean) {
    this.#mayDrop = mayDrop;
  }

  push(item: Item): void {
    if (this.#isEnded) return;
    this.#waiting.push(item);
    if (this.#waiting.length > maxWaiting) this.#dropOldest();
    this.#wake?.();
  }

  /** No more items; those waiting are still given. */
  end(): void {
    this.#isEnded = true;
    this.#wake?.();
  }

  async *items(): AsyncGenerator<Item> {
    for (;;) {
      const item = this.#waiting.shift();
      if (item !== undefined) {
        yield item;
        continue;
      }
      if (this.#isEnded) return;
      const woken = Promise.withResolvers<void>();
      this.#wake = woken.resolve;
      await woken.promise;
    }
  }

  #dropOldest(): void {
    const index = this.#waiting.findIndex(this.#mayDrop);
    if (index >= 0) this.#waiting.splice(index, 1);
  }
}
