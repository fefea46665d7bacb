import {
  type AccountChange,
  type AccountState,
  SignalboxError,
  type UpstreamAccount,
  type UpstreamCredentials,
} from '@signalbox/sdk';
import type { AuthorizationServer } from './authorization-server.ts';

interface Kept {
  readonly state: AccountState;
  readonly token: string;
}

/** Keeps accounts in memory, as the extension that offers the service does in the store. */
export class AccountKeeper implements UpstreamCredentials {
  readonly #kept = new Map<string, Kept>();
  readonly #listeners = new Set<(change: AccountChange) => void>();
  readonly #known = new Set<string>();
  /** True for an account that is good, and of which more is asked at each call. */
  wantsMore = false;
  /** True where a refused token is a fresh one: nothing makes that good. */
  isRefusedAgain = false;
  /** False until links can be made for those who have to sign in. */
  isListening = true;
  /** How often it was asked for a state. */
  asked = 0;

  /** Signs an account in: with a token of the authorization server from then on. */
  async connect(upstream: string, account: UpstreamAccount, server: AuthorizationServer): Promise<string> {
    const name = account.subject?.id ?? account.org;
    const response = await fetch(`${server.issuer}/token?as=${name}`, { method: 'POST' });
    const { access_token: token } = (await response.json()) as { access_token: string };
    this.set(upstream, account, { state: 'connected', token });
    return token;
  }

  /** Lets an account become something else, and tells of it. */
  change(upstream: string, account: UpstreamAccount, state: AccountState): void {
    const before = this.#kept.get(keyOf(upstream, account));
    this.set(upstream, account, { state, token: before?.token ?? '' });
  }

  /** Forgets an account and tells nobody, as another hub on the same store would. */
  drop(upstream: string, account: UpstreamAccount): void {
    this.#kept.delete(keyOf(upstream, account));
  }

  set(upstream: string, account: UpstreamAccount, kept: Kept): void {
    this.#kept.set(keyOf(upstream, account), kept);
    for (const listener of this.#listeners) listener({ upstream, account, state: kept.state });
  }

  signerOf: UpstreamCredentials['signerOf'] = ({ name }, account) => {
    this.#known.add(name);
    const kept = (): Kept | undefined => this.#kept.get(keyOf(name, account));
    const gone = (): SignalboxError =>
      new SignalboxError('upstream_login_needed', `the account at "${name}" is of no use any more`);
    return {
      headersFor: (): { readonly [name: string]: string } => {
        const { state = 'none', token = '' } = kept() ?? {};
        if (state === 'needs_reconnect') throw gone();
        return state === 'connected' ? { authorization: `Bearer ${token}` } : {};
      },
      afterRefusal: async (_request, { status }) => {
        if (!this.isListening) throw new SignalboxError('overloaded', 'the hub does not listen yet');
        if (status !== 401 || kept()?.state !== 'connected' || this.isRefusedAgain) return false;
        if (this.wantsMore) throw gone();
        this.change(name, account, 'needs_reconnect');
        throw gone();
      },
    };
  };

  stateOf: UpstreamCredentials['stateOf'] = async (upstream, account) => {
    this.asked++;
    if (!this.#known.has(upstream)) throw new SignalboxError('not_found', `no upstream "${upstream}"`);
    return this.#kept.get(keyOf(upstream, account))?.state ?? 'none';
  };

  loginUrl: UpstreamCredentials['loginUrl'] = async (upstream, { org, subject }) =>
    `https://hub.test/connect/${upstream}/${org}/${subject?.id ?? ''}`;

  onChange: UpstreamCredentials['onChange'] = (listener) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  forgetSubject: UpstreamCredentials['forgetSubject'] = async ({ kind, id }) => {
    for (const key of this.#kept.keys()) if (key.endsWith(`,"${kind}","${id}"]`)) this.#kept.delete(key);
  };

  forget: UpstreamCredentials['forget'] = async (upstream) => {
    for (const key of this.#kept.keys()) if (key.startsWith(`["${upstream}"`)) this.#kept.delete(key);
  };
}

function keyOf(upstream: string, { org, subject }: UpstreamAccount): string {
  return JSON.stringify([upstream, org, subject?.kind, subject?.id]);
}
