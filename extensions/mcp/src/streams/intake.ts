/** What an intake works with. */
export interface IntakeParts {
  /** Whether another message may be taken now. */
  readonly mayTake: () => boolean;
  readonly take: (text: string) => void;
  /** Stops and goes on reading. */
  readonly pause: () => void;
  readonly resume: () => void;
}

/**
 * Lets in no more than may be taken: what was read already waits here, what was not stays with the client. So one that
 * sends without end, or does not read its answers, costs no more than one chunk.
 */
export class Intake {
  readonly #parts: IntakeParts;
  #waiting: string[] = [];
  #isPaused = false;

  constructor(parts: IntakeParts) {
    this.#parts = parts;
  }

  get isPaused(): boolean {
    return this.#isPaused;
  }

  /** Takes what has come in, or lets it wait. */
  push(texts: readonly string[]): void {
    this.#waiting.push(...texts);
    this.pump();
  }

  /** Takes what may be taken by now. */
  pump(): void {
    let taken = 0;
    for (; taken < this.#waiting.length && this.#parts.mayTake(); taken++)
      this.#parts.take(this.#waiting[taken] ?? '');
    if (taken > 0) this.#waiting = this.#waiting.slice(taken);
    this.#setPaused(this.#waiting.length > 0 || !this.#parts.mayTake());
  }

  #setPaused(isPaused: boolean): void {
    if (isPaused === this.#isPaused) return;
    this.#isPaused = isPaused;
    if (isPaused) this.#parts.pause();
    else this.#parts.resume();
  }
}
