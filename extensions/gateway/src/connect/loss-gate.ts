import type { SignalboxError } from '@signalbox/sdk';

type OnLost = (error: SignalboxError) => void;

/**
 * Holds back the news that a connection is lost until it has become the upstream's connection: one that fails while it is
 * opened is an error of the opening, and one that was given up for another is nobody's loss.
 */
export class LossGate {
  readonly #forward: OnLost;
  #isOpen = false;
  #held: SignalboxError | undefined;

  constructor(forward: OnLost) {
    this.#forward = forward;
  }

  readonly onLost: OnLost = (error) => {
    this.#held ??= error;
    if (this.#isOpen) this.#forward(error);
  };

  /** For what is only a doubt while the era is still being found out. */
  readonly onDoubt: OnLost = (error) => {
    if (this.#isOpen) this.#forward(error);
  };

  /** From now on a loss is told, one that came before at once. */
  open(): void {
    this.#isOpen = true;
    if (this.#held) this.#forward(this.#held);
  }
}
