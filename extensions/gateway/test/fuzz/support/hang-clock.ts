import { monitorEventLoopDelay, performance } from 'node:perf_hooks';
import { fuzzSeed } from '@signalbox/testkit';

const longestMs = 1_000;
const lookEveryMs = 100;
const resolutionMs = 10;
const longestShown = 4_000;

/**
 * Finds requests that hang: one must have ended, well or not, within a second of the last byte its upstream sent. Time
 * the machine took from this process does not count: of the longest stall of the event loop, what was not spent on
 * computing here is subtracted. Computing of our own for longer than a second is a hang, too.
 */
export class HangClock {
  readonly #stalls = monitorEventLoopDelay({ resolution: resolutionMs });
  #lastByteAt = performance.now();
  #computed = process.threadCpuUsage();
  #shown = '';

  constructor() {
    this.#stalls.enable();
  }

  /** A request begins; what is noted from now on belongs to it. */
  begin(): void {
    this.#shown = '';
    this.#restart();
  }

  /** The upstream sends these bytes. */
  sent(bytes: Uint8Array | string): void {
    const text = typeof bytes === 'string' ? bytes : Buffer.from(bytes).toString('latin1');
    this.#shown = (this.#shown + text).slice(-longestShown);
    this.#restart();
  }

  /** Waits for the end of a request. Fails, with seed and input, when it hangs. */
  async watch<Value>(request: Promise<Value>): Promise<Value> {
    const late = Promise.withResolvers<never>();
    const look = setInterval(() => void this.#failIfLate(performance.now()).catch(late.reject), lookEveryMs);
    try {
      const value = await Promise.race([request, late.promise]);
      await this.#failIfLate(performance.now());
      return value;
    } finally {
      clearInterval(look);
    }
  }

  stop(): void {
    this.#stalls.disable();
  }

  #restart(): void {
    this.#lastByteAt = performance.now();
    this.#computed = process.threadCpuUsage();
    this.#stalls.reset();
  }

  async #failIfLate(at: number): Promise<void> {
    const since = this.#lastByteAt;
    if (at - since <= longestMs) return;
    // A stall is known of only when the loop has turned again.
    await new Promise((resolve) => setTimeout(resolve, 3 * resolutionMs));
    const tookMs = at - since - this.#stolenMs();
    if (since !== this.#lastByteAt || tookMs <= longestMs) return;
    const shown = JSON.stringify(this.#shown);
    throw new Error(
      `a request went on ${Math.round(tookMs)} ms after the last byte (seed ${fuzzSeed()}), sent: ${shown}`,
    );
  }

  #stolenMs(): number {
    const { user, system } = process.threadCpuUsage(this.#computed);
    return Math.max(0, this.#stalls.max / 1e6 - (user + system) / 1e3);
  }
}
