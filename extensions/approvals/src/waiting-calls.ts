import type { Principal } from '@signalbox/sdk';

/** Counts calls that wait on this node. */
export class WaitingCalls {
  readonly #counts = new Map<string, number>();

  /** One more; gives what takes it away again, undefined when there are as many as may be. */
  enter(
    { org, kind, id }: Principal,
    most: { readonly all: number; readonly own: number },
  ): (() => void) | undefined {
    const [all, own] = [org, `${org} ${kind} ${id}`];
    if (this.#count(all) >= most.all || this.#count(own) >= most.own) return undefined;
    for (const key of [all, own]) this.#counts.set(key, this.#count(key) + 1);
    return () => {
      for (const key of [all, own]) {
        const left = this.#count(key) - 1;
        if (left > 0) this.#counts.set(key, left);
        else this.#counts.delete(key);
      }
    };
  }

  #count(key: string): number {
    return this.#counts.get(key) ?? 0;
  }
}
