import { changeRun, type Hold } from '@signalbox/runs';
import type { StoreWrite } from '@signalbox/sdk';
import type { DriverParts } from './driver-parts.ts';

/** So soon after a write a run is taken for held still: only who stands still in between, or whose clock is wrong, could make that untrue. */
const surelyHeldMs = 2_000;

/** What a driver writes to find out that it still holds its run. */
export class RunHold {
  readonly #parts: DriverParts;
  readonly #hold: Hold;
  /** When the last write was begun that only the holder of the run could make, and that was made. */
  #heldAt = 0;
  #making: Promise<void> | undefined;

  constructor(parts: DriverParts, hold: Hold) {
    this.#parts = parts;
    this.#hold = hold;
  }

  /** Told when a write was begun that only the holder can make, once it was made. */
  note(atMs: number): void {
    this.#heldAt = atMs;
  }

  /**
   * Who stood still after a write may not hold the run any more, and must not call what another holder has called again. Errors:
   * `conflict` when another node holds the run.
   */
  async makeSure(): Promise<void> {
    const { clock, settings } = this.#parts;
    let sureForMs = Math.min(surelyHeldMs, settings.leaseMs / 2);
    while (Math.abs(clock.now() - this.#heldAt) > sureForMs) {
      // A store that is slow is not asked without end.
      sureForMs = settings.leaseMs / 2;
      await (this.#making ??= this.#make());
    }
  }

  /** Once for all calls that are about to be made: none of them may go before it is known. */
  async #make(): Promise<void> {
    const begunAt = this.#parts.clock.now();
    try {
      await this.write([]);
      this.#heldAt = begunAt;
    } finally {
      this.#making = undefined;
    }
  }

  /** Writes what only the holder may. Errors: `conflict` when another node holds the run. */
  async write(writes: readonly StoreWrite[]): Promise<void> {
    const { database, clock, settings } = this.#parts;
    const change = { lease_until: clock.now() + settings.leaseMs };
    await database.together([changeRun(database, this.#hold, change), ...writes]);
  }
}
