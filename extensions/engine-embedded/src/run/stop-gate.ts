import type { Command } from '@signalbox/pipeline';
import { SignalboxError } from '@signalbox/sdk';

/** What ends calls that are under way, or the run. */
const stopping: ReadonlySet<Command['kind']> = new Set(['CancelCall', 'GiveUp', 'Finish']);

/**
 * Lets calls of one run begin, but for the moments in which it is written down that calls are to stop: what has not begun by then
 * begins only when it is known not to be one of them.
 */
export class StopGate {
  #closed: Promise<void> | undefined;
  #isShut = false;

  /** Writes commands down and carries them out; meanwhile no call begins where they stop any. Errors: those of `tell`. */
  async during(commands: readonly Command[], tell: () => Promise<void>): Promise<void> {
    if (!commands.some(({ kind }) => stopping.has(kind))) return tell();
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#closed = promise;
    try {
      await tell();
      this.#closed = undefined;
      this.#isShut ||= commands.some(({ kind }) => kind === 'Finish');
    } catch (error) {
      // Whether it is written nobody knows: who takes the run up finds out.
      this.#isShut = true;
      throw error;
    } finally {
      resolve();
    }
  }

  /** Resolves when a call may begin. Errors: `cancelled` when the run has ended here. */
  async pass(): Promise<void> {
    while (this.#closed && !this.#isShut) await this.#closed;
    if (this.#isShut) throw new SignalboxError('cancelled', 'its run has ended, or is let go of');
  }
}
