import { type Clock, uuidv7 } from '@signalbox/sdk';

/** Makes ids that sort by the time they were made, those of one millisecond and process in their order, too. */
export class Ids {
  readonly #clock: Clock;
  readonly #randomBytes: (size: number) => Uint8Array;
  #lastMs = 0;
  #count = 0;

  constructor(clock: Clock, randomBytes: (size: number) => Uint8Array) {
    this.#clock = clock;
    this.#randomBytes = randomBytes;
  }

  readonly next = (): string => {
    const nowMs = this.#clock.now();
    this.#count = nowMs === this.#lastMs ? this.#count + 1 : 0;
    this.#lastMs = nowMs;
    const random = Buffer.from(this.#randomBytes(10));
    // RFC 9562 §6.2, method 1: a counter in the 12 bits after the time.
    random.writeUInt16BE(this.#count & 0x0f_ff);
    return uuidv7(nowMs, random);
  };
}
