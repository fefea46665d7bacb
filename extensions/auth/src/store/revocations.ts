import { randomBytes } from 'node:crypto';
import { uuidv7 } from '@signalbox/sdk';
import type { AuthStore } from './auth-store.ts';

/** What is worth nothing any more. */
export interface Revocation {
  readonly kind: 'token' | 'grant' | 'session' | 'client' | 'key';
  readonly value: string;
}

type Listener = (revocation: Revocation) => void;

const pollMs = 500;
/** Longer than a verified token is kept, so that a node that slept for a moment misses nothing that matters. */
const keptMs = 10 * 60_000;
const mostAtOnce = 10_000;

/**
 * Tells of revocations: here at once, on other nodes within a second, by a small table all of them read. A node that
 * cannot read it drops everything it has verified, because it no longer knows.
 */
export class Revocations {
  readonly #store: AuthStore;
  readonly #listeners = new Set<Listener>();
  readonly #seen = new Map<string, number>();
  readonly #onBlind: () => void;
  #cancel: (() => void) | undefined;
  #isStopped = false;

  constructor(store: AuthStore, onBlind: () => void) {
    this.#store = store;
    this.#onBlind = onBlind;
  }

  readonly on = (listener: Listener): void => void this.#listeners.add(listener);

  async publish(revocation: Revocation): Promise<void> {
    const at = this.#store.clock.now();
    const id = uuidv7(at, randomBytes(10));
    this.#seen.set(id, at);
    for (const listener of this.#listeners) listener(revocation);
    await this.#store.queries
      .insertInto('auth_revocations')
      .values({ id, at, ...revocation })
      .execute();
  }

  start(): void {
    this.#schedule();
  }

  stop(): void {
    this.#isStopped = true;
    this.#cancel?.();
  }

  /** Reads what other nodes have revoked. */
  async pull(): Promise<void> {
    const now = this.#store.clock.now();
    const rows = await this.#store.queries
      .selectFrom('auth_revocations')
      .selectAll()
      .where('at', '>', now - keptMs)
      .orderBy('at', 'desc')
      .limit(mostAtOnce)
      .execute();
    for (const { id, at, kind, value } of rows) {
      if (this.#seen.has(id)) continue;
      this.#seen.set(id, at);
      // Only `publish` writes these, from the same union.
      for (const listener of this.#listeners) listener({ kind: kind as Revocation['kind'], value });
    }
    for (const [id, at] of this.#seen) if (at < now - 2 * keptMs) this.#seen.delete(id);
  }

  #schedule(): void {
    if (this.#isStopped) return;
    this.#cancel = this.#store.clock.after(pollMs, () => {
      void this.pull()
        .catch(() => this.#onBlind())
        .finally(() => this.#schedule());
    });
  }
}
