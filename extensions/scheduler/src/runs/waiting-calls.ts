import { type Principal, SignalboxError } from '@signalbox/sdk';

const mostOfOne = 100;

/** How many calls of each principal wait for runs they have made: such calls hold no place at the gate. */
export class WaitingCalls {
  readonly #counts = new Map<string, number>();

  /** Counts one in; the result counts it out. Errors: `overloaded`. */
  enter({ org, kind, id }: Principal): () => void {
    const key = `${org}\n${kind}\n${id}`;
    const count = (this.#counts.get(key) ?? 0) + 1;
    if (count > mostOfOne)
      throw new SignalboxError(
        'overloaded',
        `${mostOfOne} calls of ${kind} "${id}" wait for runs; wait for some to end`,
      );
    this.#counts.set(key, count);
    return () => {
      const left = (this.#counts.get(key) ?? 1) - 1;
      if (left > 0) this.#counts.set(key, left);
      else this.#counts.delete(key);
    };
  }
}
