import type { Clock } from '@signalbox/sdk';

interface Bucket {
  tokens: number;
  atMs: number;
}

const mostBuckets = 10_000;
const minuteMs = 60_000;

/** Counts the requests of each webhook on this node: so many a minute, and as many at once. */
export class RequestRate {
  readonly #clock: Clock;
  readonly #perMinute: number;
  readonly #buckets = new Map<string, Bucket>();

  constructor(clock: Clock, perMinute: number) {
    this.#clock = clock;
    this.#perMinute = perMinute;
  }

  /** Takes one; gives how long to wait when there is none. */
  take(webhook: string): number | undefined {
    const nowMs = this.#clock.now();
    const bucket = this.#buckets.get(webhook) ?? { tokens: this.#perMinute, atMs: nowMs };
    const passedMs = Math.max(0, nowMs - bucket.atMs);
    bucket.tokens = Math.min(this.#perMinute, bucket.tokens + (passedMs / minuteMs) * this.#perMinute);
    bucket.atMs = nowMs;
    if (this.#buckets.size >= mostBuckets) this.#buckets.clear();
    this.#buckets.set(webhook, bucket);
    if (bucket.tokens < 1) return Math.ceil(((1 - bucket.tokens) * minuteMs) / this.#perMinute);
    bucket.tokens -= 1;
    return undefined;
  }
}
