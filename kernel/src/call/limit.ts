import { type CallRequest, type Principal, SignalboxError } from '@signalbox/sdk';
import type { Source } from '../catalog/source.ts';
import type { CoreSettings } from '../config/core-settings.ts';
import { GateQueue } from './gate-queue.ts';
import { TokenBucket } from './token-bucket.ts';

const maxPrincipals = 10_000;

interface PrincipalLimits {
  readonly key: string;
  readonly bucket: TokenBucket;
  readonly queue: GateQueue;
}

/** Stage 3: rate and concurrency, by principal and by source. */
export class Limits {
  readonly #settings: CoreSettings['limits'];
  readonly #principals = new Map<string, PrincipalLimits>();
  readonly #byObject = new WeakMap<Principal, PrincipalLimits>();
  readonly #sources = new WeakMap<Source, GateQueue>();

  constructor(settings: CoreSettings['limits']) {
    this.#settings = settings;
  }

  /**
   * Counts the call in; undefined when it may go on at once, else a promise to wait for. Every call that was let
   * in must {@link leave}. Errors: `rate_limited` with `retryAfterMs` in its details.
   */
  enter(request: CallRequest, source: Source, signal: AbortSignal): Promise<void> | undefined {
    const own = this.take(request.principal);
    const queue = this.#ofSource(source);
    if (own.queue.tryEnter()) {
      if (queue.tryEnter()) return undefined;
      return this.#waitForSource(own.queue, queue, signal);
    }
    return own.queue
      .wait(signal)
      .then(() => (queue.tryEnter() ? undefined : this.#waitForSource(own.queue, queue, signal)));
  }

  /** Counts one attempt against the rate, for calls that get no further too. Errors: `rate_limited`. */
  take(principal: Principal): PrincipalLimits {
    const nowMs = performance.now();
    const own = this.#ofPrincipal(principal, nowMs);
    const waitMs = own.bucket.take(nowMs);
    if (waitMs > 0) throw tooFast(principal, waitMs);
    return own;
  }

  /** Counts the call out. */
  leave(request: CallRequest, source: Source): void {
    this.#byObject.get(request.principal)?.queue.leave();
    this.#sources.get(source)?.leave();
  }

  /**
   * Gives the place at the source to others while the call waits for its caller; the result takes it back. A few who do
   * not answer would keep everybody from the source otherwise; their own places are still taken.
   */
  standAside(source: Source): () => void {
    const queue = this.#ofSource(source);
    queue.leave();
    return () => queue.comeBack();
  }

  /** The same with both places, for a call that waits for other calls of the same principal, or for people. */
  standAsideWhole(request: CallRequest, source: Source): () => void {
    const own = this.#byObject.get(request.principal)?.queue;
    own?.leave();
    const comeBack = this.standAside(source);
    return () => {
      own?.comeBack();
      comeBack();
    };
  }

  async #waitForSource(own: GateQueue, queue: GateQueue, signal: AbortSignal): Promise<void> {
    try {
      await queue.wait(signal);
    } catch (error) {
      own.leave();
      throw error;
    }
  }

  #ofPrincipal(principal: Principal, nowMs: number): PrincipalLimits {
    const seen = this.#byObject.get(principal);
    if (seen && this.#principals.get(seen.key) === seen) return seen;
    const key = keyOf(principal);
    const known = this.#principals.get(key);
    if (known) {
      this.#byObject.set(principal, known);
      return known;
    }
    if (this.#principals.size >= maxPrincipals) this.#forgetIdle(nowMs);
    const { callsPerSecond, callBurst, concurrentCalls, queuedCalls } = this.#settings;
    const fresh = {
      key,
      bucket: new TokenBucket(callsPerSecond, callBurst, nowMs),
      queue: new GateQueue(`principal "${principal.id}"`, concurrentCalls, queuedCalls),
    };
    this.#principals.set(key, fresh);
    this.#byObject.set(principal, fresh);
    return fresh;
  }

  #ofSource(source: Source): GateQueue {
    const known = this.#sources.get(source);
    if (known) return known;
    const maxRunning = source.spec.maxConcurrentCalls ?? 1_000;
    const queue = new GateQueue(`source "${source.id}"`, maxRunning, this.#settings.queuedCalls);
    this.#sources.set(source, queue);
    return queue;
  }

  #forgetIdle(nowMs: number): void {
    for (const [key, { bucket, queue }] of this.#principals) {
      if (queue.isIdle && bucket.isFull(nowMs)) this.#principals.delete(key);
    }
    if (this.#principals.size >= maxPrincipals) {
      throw new SignalboxError(
        'overloaded',
        `more than ${maxPrincipals} principals call at once; try again later`,
      );
    }
  }
}

function keyOf(principal: Principal): string {
  return `${principal.org}/${principal.kind}/${principal.id}`;
}

function tooFast(principal: Principal, retryAfterMs: number): SignalboxError {
  return new SignalboxError(
    'rate_limited',
    `"${principal.id}" calls too often; try again in ${retryAfterMs} ms`,
    {
      details: { retryAfterMs },
    },
  );
}
