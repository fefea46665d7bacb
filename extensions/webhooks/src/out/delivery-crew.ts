import type { Clock, Log } from '@signalbox/sdk';
import type { DeliveryStore } from '../store/delivery-store.ts';
import type { DeliveryRow } from '../store/webhook-tables.ts';

/** What a crew works with. */
export interface CrewParts {
  readonly deliveries: DeliveryStore;
  readonly clock: Clock;
  readonly log: Log;
  readonly maxAtOnce: number;
  /** Longer than a try may take: who is silent for so long is gone. */
  readonly leaseMs: number;
  readonly send: (held: DeliveryRow, signal: AbortSignal) => Promise<void>;
}

/** A receiver that takes its time keeps no more of a node's places than these. */
const mostOfOne = 4;
/** An organization that has more of a node's places than this share of them comes after all others. */
const shareOfOrg = 0.75;
const pollMs = 5_000;

/** Sends what is due, several at a time, and looks again when something may have come. */
export class DeliveryCrew {
  readonly #parts: CrewParts;
  readonly #ending = new AbortController();
  readonly #underWay = new Map<string, number>();
  readonly #underWayOf = new Map<string, number>();
  readonly #sending = new Set<Promise<void>>();
  #looking: Promise<void> | undefined;
  #isAskedAgain = false;
  #cancelTimer = (): void => undefined;

  constructor(parts: CrewParts) {
    this.#parts = parts;
  }

  /** Looks for what is due now, or as soon as the look that is under way has ended. */
  wake(): void {
    this.#isAskedAgain = true;
    this.#looking ??= this.#lookOn().finally(() => {
      this.#looking = undefined;
    });
  }

  /** Ends when nothing that is due now is left, and nothing is being sent. */
  async settle(): Promise<void> {
    this.wake();
    while (this.#looking || this.#sending.size > 0) await Promise.all([this.#looking, ...this.#sending]);
  }

  /** Sends nothing more; what is under way is given up, to be sent again. */
  async stop(): Promise<void> {
    this.#ending.abort();
    this.#cancelTimer();
    await this.#looking;
    await Promise.all(this.#sending);
  }

  async #lookOn(): Promise<void> {
    while (this.#isAskedAgain && !this.#isEnding) {
      this.#isAskedAgain = false;
      this.#cancelTimer();
      try {
        await this.#look();
        await this.#plan();
      } catch (cause) {
        this.#parts.log.warn('what webhooks have to tell could not be looked for', { cause });
        this.#planIn(pollMs);
      }
    }
  }

  async #look(): Promise<void> {
    const { deliveries, clock, maxAtOnce, leaseMs } = this.#parts;
    for (;;) {
      const free = maxAtOnce - this.#sending.size;
      if (free <= 0 || this.#isEnding) return;
      let taken = 0;
      for (const row of await this.#due(free)) {
        if ((this.#underWay.get(row.webhook) ?? 0) >= mostOfOne) continue;
        const held = await deliveries.claim(row, clock.now(), leaseMs);
        if (!held) continue;
        taken += 1;
        this.#begin(held);
      }
      if (taken === 0) return;
    }
  }

  /** What is sent next: first of the organizations that have their share not yet. */
  async #due(free: number): Promise<readonly DeliveryRow[]> {
    const { deliveries, clock, maxAtOnce } = this.#parts;
    const now = clock.now();
    const webhooks = [...this.#underWay]
      .filter(([, count]) => count >= mostOfOne)
      .map(([webhook]) => webhook);
    const share = Math.max(1, Math.floor(maxAtOnce * shareOfOrg));
    const orgs = [...this.#underWayOf].filter(([, count]) => count >= share).map(([org]) => org);
    const first = await deliveries.due(now, { webhooks, orgs }, Math.min(free, share));
    return first.length > 0 || orgs.length === 0 ? first : deliveries.due(now, { webhooks, orgs: [] }, free);
  }

  #begin(held: DeliveryRow): void {
    const { org, webhook, message } = held;
    add(this.#underWay, webhook, 1);
    add(this.#underWayOf, org, 1);
    const sending: Promise<void> = this.#parts
      .send(held, this.#ending.signal)
      .catch((cause: unknown) =>
        this.#parts.log.warn('a delivery is tried again later', { webhook, message, cause }),
      )
      .finally(() => {
        add(this.#underWay, webhook, -1);
        add(this.#underWayOf, org, -1);
        this.#sending.delete(sending);
        if (!this.#isEnding) this.wake();
      });
    this.#sending.add(sending);
  }

  async #plan(): Promise<void> {
    const next = await this.#parts.deliveries.nextDueAt();
    const now = this.#parts.clock.now();
    // What is due now waits for a place, and the end of what has one looks again.
    this.#planIn(next === undefined || next <= now ? pollMs : Math.min(pollMs, next - now));
  }

  #planIn(delayMs: number): void {
    if (this.#isEnding) return;
    this.#cancelTimer();
    this.#cancelTimer = this.#parts.clock.after(delayMs, () => this.wake());
  }

  get #isEnding(): boolean {
    return this.#ending.signal.aborted;
  }
}

function add(counts: Map<string, number>, name: string, by: number): void {
  const count = (counts.get(name) ?? 0) + by;
  if (count > 0) counts.set(name, count);
  else counts.delete(name);
}
