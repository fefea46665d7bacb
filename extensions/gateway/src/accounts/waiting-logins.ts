import type { CallChannels, UpstreamAccount } from '@signalbox/sdk';
import { accountKey } from './account-of.ts';

type Tell = NonNullable<CallChannels['elicitationDone']>;

const mostKept = 1_000;

/** The clients that were sent to a page of sign-in, until the account is connected. */
export class WaitingLogins {
  readonly #waiting = new Map<string, { readonly key: string; readonly tell: Tell }>();

  /** Remembers whom a question sent away. Of too many the oldest is not told. */
  add(account: UpstreamAccount, elicitationId: string, tell: Tell): void {
    this.#waiting.set(elicitationId, { key: accountKey(account), tell });
    const [oldest] = this.#waiting.keys();
    if (this.#waiting.size > mostKept && oldest !== undefined) this.#waiting.delete(oldest);
  }

  /** Tells everybody who waits for this account, once. */
  done(account: UpstreamAccount): void {
    const key = accountKey(account);
    for (const [elicitationId, waiting] of this.#waiting) {
      if (waiting.key !== key) continue;
      this.#waiting.delete(elicitationId);
      waiting.tell(elicitationId);
    }
  }
}
