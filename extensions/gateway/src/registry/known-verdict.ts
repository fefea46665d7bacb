import type { Era } from '@signalbox/protocol';
import type { Clock, SourceEntry, UpstreamDefinition } from '@signalbox/sdk';
import { definitionHash } from '../store/definition-hash.ts';
import type { Remembered } from '../store/upstream-memory.ts';

const legacyLastsMs = 7 * 24 * 60 * 60 * 1_000;

/** What is known of an upstream's era, and when it was found out. */
export class KnownVerdict {
  readonly #clock: Clock;
  readonly #hash: string;
  #era: Era | undefined;
  #probedAt = 0;

  constructor(clock: Clock, definition: UpstreamDefinition) {
    this.#clock = clock;
    this.#hash = definitionHash(definition);
  }

  /** Takes what an earlier run remembered and gives its entries; nothing of it counts for a changed definition. */
  recall(remembered: Remembered | undefined): readonly SourceEntry[] {
    if (remembered?.definitionHash !== this.#hash) return [];
    this.#era = remembered.era;
    this.#probedAt = remembered.probedAt;
    return remembered.entries;
  }

  /**
   * The era to try first. A legacy verdict is doubted after seven days: an upstream that has learned the modern era
   * still answers the old way, so it would never correct itself.
   */
  era(): Era | undefined {
    const isOld = this.#clock.now() - this.#probedAt >= legacyLastsMs;
    return this.#era === 'legacy' && isOld ? undefined : this.#era;
  }

  /** An attempt with what was known has failed: the next one asks. */
  doubt(): void {
    this.#era = undefined;
  }

  /** What to remember now that the upstream has spoken. */
  confirm(era: Era, version: string, entries: readonly SourceEntry[]): Remembered {
    if (this.era() !== era) this.#probedAt = this.#clock.now();
    this.#era = era;
    return { definitionHash: this.#hash, era, version, entries, probedAt: this.#probedAt };
  }
}
