import type { Clock, UpstreamDefinition } from '@signalbox/sdk';
import type { Known } from '../connect/connect-context.ts';
import type { PeerFacts } from '../peer/connection.ts';
import { definitionHash } from '../store/definition-hash.ts';
import type { Remembered } from '../store/upstream-memory.ts';

const legacyLastsMs = 7 * 24 * 60 * 60 * 1_000;

type Offer = Pick<Remembered, 'entries' | 'lister'>;

/** What is known of an upstream's era and transport, and when it was found out. */
export class KnownVerdict {
  readonly #clock: Clock;
  readonly #hash: string;
  #known: Known;
  #probedAt = 0;

  constructor(clock: Clock, definition: UpstreamDefinition) {
    this.#clock = clock;
    this.#hash = definitionHash(definition);
  }

  /** Takes what an earlier run remembered and gives its offer; nothing of it counts for a changed definition. */
  recall(remembered: Remembered | undefined): Offer {
    if (remembered?.definitionHash !== this.#hash) return { entries: [], lister: undefined };
    this.#known = { era: remembered.era, transport: remembered.transport };
    this.#probedAt = remembered.probedAt;
    return remembered;
  }

  /**
   * What to try first. A legacy verdict is doubted after seven days: an upstream that has learned the modern era
   * still answers the old way, so it would never correct itself.
   */
  known(): Known {
    const isOld = this.#clock.now() - this.#probedAt >= legacyLastsMs;
    return this.#known?.era === 'legacy' && isOld ? undefined : this.#known;
  }

  /** An attempt with what was known has failed: the next one asks. */
  doubt(): void {
    this.#known = undefined;
  }

  /** What to remember now that the upstream has spoken. */
  confirm({ era, version, transport }: PeerFacts, { entries, lister }: Offer): Remembered {
    const known = this.known();
    if (known?.era !== era || known.transport !== transport) this.#probedAt = this.#clock.now();
    this.#known = { era, transport };
    const probedAt = this.#probedAt;
    return { definitionHash: this.#hash, era, transport, version, entries, lister, probedAt };
  }
}
