import { randomFillSync } from 'node:crypto';
import { uuidv7 } from '@signalbox/sdk';

const maxCount = 0xfff;

/**
 * Makes call ids that sort in the order they were made: within a millisecond, and when the clock jumps back, a
 * counter goes on (RFC 9562 §6.2, method 1). Randomness is drawn in bulk, because the call to the system costs more
 * than the bytes.
 */
export class CallIds {
  readonly #pool = new Uint8Array(4_096);
  #offset = this.#pool.length;
  #lastMs = -1;
  #count = 0;

  next(nowMs: number): string {
    if (this.#offset + 10 > this.#pool.length) {
      randomFillSync(this.#pool);
      this.#offset = 0;
    }
    const at = this.#offset;
    this.#offset += 10;
    this.#countOn(nowMs, at);
    this.#pool[at] = this.#count >> 8;
    this.#pool[at + 1] = this.#count & 0xff;
    return uuidv7(this.#lastMs, this.#pool, at);
  }

  #countOn(nowMs: number, at: number): void {
    if (nowMs <= this.#lastMs && this.#count < maxCount) {
      this.#count++;
      return;
    }
    this.#lastMs = Math.max(nowMs, this.#lastMs + 1);
    // The top bit stays free, so that there is room to count.
    this.#count = (((this.#pool[at] ?? 0) & 0x07) << 8) | (this.#pool[at + 1] ?? 0);
  }
}
