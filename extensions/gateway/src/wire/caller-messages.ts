import type { JsonObject } from '@signalbox/sdk';
import type { CallerLine } from './wire.ts';

/** Passes an upstream's progress on to one caller: without the token, growing only, nothing after the end. */
export class ProgressRelay {
  readonly #caller: CallerLine | undefined;
  #last = Number.NEGATIVE_INFINITY;
  #isEnded = false;

  constructor(caller: CallerLine | undefined) {
    this.#caller = caller;
  }

  pass(params: JsonObject): void {
    const { progressToken: _token, ...progress } = params;
    const value = progress['progress'];
    // The value must grow with each notification (2026-07-28, patterns/progress).
    if (this.#isEnded || typeof value !== 'number' || value <= this.#last) return;
    this.#last = value;
    this.#caller?.progress?.(progress);
  }

  end(): void {
    this.#isEnded = true;
  }
}
