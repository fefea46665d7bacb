import { randomFillSync } from 'node:crypto';
import { uuidv7 } from '@signalbox/sdk';

/** Makes call ids. Randomness is drawn in bulk, because the call to the system costs more than the bytes. */
export class CallIds {
  readonly #pool = new Uint8Array(4_096);
  #offset = this.#pool.length;

  next(nowMs: number): string {
    if (this.#offset + 10 > this.#pool.length) {
      randomFillSync(this.#pool);
      this.#offset = 0;
    }
    this.#offset += 10;
    return uuidv7(nowMs, this.#pool.subarray(this.#offset - 10, this.#offset));
  }
}
