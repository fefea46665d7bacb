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
const pollMs = 5_000;

/** Sends what is due, several at a time, and looks again when something may have come. */
export class DeliveryCrew {
  readonly #parts: CrewParts;
  readonly #ending = new AbortController();
  readonly #underWay = new Map<string, number>();
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
      const busy = [...this.#underWay].filter(([, count]) => count >= mostOfOne).map(([webhook]) => webhook);
      const rows = await deliveries.due(clock.now(), busy, free);
      let taken = 0;
      for (const row of rows) {
        if ((this.#underWay.get(row.webhook) ?? 0) >= mostOfOne) continue;
        const held = await deliveries.claim(row, clock.now(), leaseMs);
        if (!held) continue;
        taken += 1;
        this.#begin(held);
      }
      if (taken === 0) return;
    }
  }

  #begin(held: DeliveryRow): void {
    const { webhook, message } = held;
    this.#underWay.set(webhook, (this.#underWay.get(webhook) ?? 0) + 1);
    const sending: Promise<void> = this.#parts
      .send(held, this.#ending.signal)
      .catch((cause: unknown) =>
        this.#parts.log.warn('a delivery is tried again later', { webhook, message, cause }),
      )
      .finally(() => {
        const left = (this.#underWay.get(webhook) ?? 1) - 1;
        if (left > 0) this.#underWay.set(webhook, left);
        else this.#underWay.delete(webhook);
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
