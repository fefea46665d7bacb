import type { Clock } from '@signalbox/sdk';

/**
 * One life of a node's process, as the world sees it. Whatever comes for it (time, answers of the store and of tools) comes through
 * `tell`: a frozen one hears of it when it thaws, a dead one never. Its clock may differ from the world's.
 */
export class NodeLife implements Clock {
  readonly #world: Clock;
  #skewMs: number;
  #isFrozen = false;
  #isOver = false;
  #missed: (() => void)[] = [];

  constructor(world: Clock, skewMs: number) {
    this.#world = world;
    this.#skewMs = skewMs;
  }

  /** What this node thinks the time is. */
  readonly now = (): number => this.#world.now() + this.#skewMs;

  /** Timers count what really passes, whatever is done to the clock. */
  readonly after = (delayMs: number, callback: () => void): (() => void) => {
    let isWanted = true;
    const cancel = this.#world.after(delayMs, () => this.tell(() => isWanted && callback()));
    return () => {
      isWanted = false;
      cancel();
    };
  };

  get isOver(): boolean {
    return this.#isOver;
  }

  get isFrozen(): boolean {
    return this.#isFrozen;
  }

  /** Has the node hear of something, now or when it thaws. */
  tell(what: () => void): void {
    if (this.#isOver) return;
    if (this.#isFrozen) this.#missed.push(what);
    else what();
  }

  freeze(): void {
    this.#isFrozen = true;
  }

  thaw(): void {
    this.#isFrozen = false;
    for (const what of this.#missed.splice(0)) what();
  }

  /** Sets the clock of the node. */
  jump(skewMs: number): void {
    this.#skewMs = skewMs;
  }

  /** Ends the process: it hears of nothing any more. */
  end(): void {
    this.#isOver = true;
    this.#missed = [];
  }
}
