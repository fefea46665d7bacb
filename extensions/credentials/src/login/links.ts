import { randomBytes } from 'node:crypto';
import type { Clock } from '@signalbox/sdk';
import { type AccountKey, accountOf, textOfKey } from '../account/account-key.ts';
import type { LoginStore } from '../store/login-store.ts';

const lifeMs = 10 * 60_000;
const reuseMs = 5 * 60_000;
const mostKept = 1_000;

/** What links are made with. */
export interface LinksParts {
  readonly logins: LoginStore;
  readonly clock: Clock;
  /** Errors: `overloaded` before the hub listens. */
  readonly baseUrl: () => string;
}

/** Makes the links people connect accounts with: good for ten minutes, once, and for one person. */
export class Links {
  readonly #parts: LinksParts;
  readonly #kept = new Map<string, { readonly url: string; readonly at: number }>();

  constructor(parts: LinksParts) {
    this.#parts = parts;
  }

  /** The link for an account's own person; the same again for a while, so that many refused calls make one. */
  async forAccount(key: AccountKey): Promise<string> {
    const text = textOfKey(key);
    const kept = this.#kept.get(text);
    if (kept && this.#parts.clock.now() - kept.at < reuseMs) return kept.url;
    const { subject } = accountOf(key);
    const url = await this.make(key, subject?.kind === 'user' ? subject.id : '');
    if (this.#kept.size >= mostKept) this.#kept.clear();
    this.#kept.set(text, { url, at: this.#parts.clock.now() });
    return url;
  }

  /** A fresh link for whoever asked for it. */
  async make(key: AccountKey, opener: string): Promise<string> {
    const base = this.#parts.baseUrl();
    const id = randomBytes(16).toString('base64url');
    await this.#parts.logins.add(id, { key, opener }, lifeMs);
    return `${base}/upstreams/login/${id}`;
  }

  /** The next refused call gets another one. */
  used(key: AccountKey): void {
    this.#kept.delete(textOfKey(key));
  }
}
