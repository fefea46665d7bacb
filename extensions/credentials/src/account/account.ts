import { randomBytes } from 'node:crypto';
import type { DpopSession } from '@modelcontextprotocol/client';
import {
  type AccountState,
  isJsonObject,
  type Log,
  type RequestToSign,
  SignalboxError,
  sleep,
  type UpstreamRefusal,
  type UpstreamSigner,
} from '@signalbox/sdk';
import { IdentityNeeded } from '../oauth/identity-needed.ts';
import type { OAuthContext } from '../oauth/oauth-context.ts';
import { oauthCodeOf, oauthFailure } from '../oauth/oauth-failure.ts';
import { openProofs } from '../oauth/proof-key.ts';
import type { AccountStore } from '../store/account-store.ts';
import type { AccountKey } from './account-key.ts';
import type { AccountRecord, HeldTokens } from './account-record.ts';
import { answerRefusal } from './answer-refusal.ts';
import { renewAccount } from './renew-account.ts';
import type { UpstreamToken } from './upstream-token.ts';

const leaseMs = 60_000;
const pollMs = 100;
const longestMarginMs = 30_000;
const restMs = 60_000;
const mostShown = 4;

/** What an account works with. */
export interface AccountParts {
  readonly key: AccountKey;
  readonly store: AccountStore;
  readonly log: Log;
  /** The upstream as it was defined when this account was asked for; another definition makes another account. */
  readonly context: OAuthContext;
  readonly isActive: () => Promise<boolean>;
  /** The error that says where the person signs in. */
  readonly loginNeeded: (why: string) => Promise<SignalboxError>;
  /** Told by the one node that has found what the account has to be of no use. */
  readonly expired: () => void;
  /** Told when the account is another than it was. */
  readonly announce: (record: AccountRecord | undefined) => void;
}

interface Ready {
  readonly record: AccountRecord;
  readonly tokens: HeldTokens;
  /** What every request is signed with; proofs come on top. */
  readonly headers: { readonly authorization: string };
  readonly proofs: DpopSession | undefined;
}

/**
 * One account at one upstream on this node: signs requests with the token it knows, without a look into the store, and
 * renews it once for all who wait, here and on other nodes.
 */
export class Account implements UpstreamSigner {
  readonly parts: AccountParts;
  #record: AccountRecord | undefined;
  #ready: Ready | undefined;
  #isLoaded = false;
  /** True once the directory has said that the subject is active. */
  #isCleared = false;
  #renewal: Promise<void> | undefined;
  #replaced: { readonly version: string; readonly at: number } | undefined;
  #failed: { readonly error: SignalboxError; readonly at: number } | undefined;
  readonly #signed = new WeakMap<RequestToSign, string>();
  /** The tokens that were good last, for an upstream may repeat one that was renewed meanwhile. */
  #shown: readonly UpstreamToken[] = [];

  readonly #origin: string;

  constructor(parts: AccountParts) {
    this.parts = parts;
    this.#origin = `${new URL(parts.context.url).origin}/`;
  }

  /** The account as this node knows it; undefined for none, and for one at another address of the upstream. */
  get record(): AccountRecord | undefined {
    return this.#record;
  }

  headersFor = (
    request: RequestToSign,
  ): { readonly [name: string]: string } | Promise<{ readonly [name: string]: string }> => {
    // security: whoever sends it elsewhere does it without the token.
    if (!this.#isAtUpstream(request)) return {};
    const ready = this.#ready;
    if (ready && this.#isCleared && this.isFresh(ready.record)) return this.#sign(request, ready);
    // Nothing is known of this person here, and the upstream may want nothing.
    if (this.#isLoaded && !this.#renewal && (this.#record?.state ?? 'none') === 'none') return {};
    return this.#prepare(request);
  };

  afterRefusal = (request: RequestToSign, refusal: UpstreamRefusal): Promise<boolean> =>
    answerRefusal(this, { refusal, shown: this.#signed.get(request) });

  onAnswer = ({ url }: RequestToSign, { headers }: UpstreamRefusal): void => {
    const nonce = headers['dpop-nonce'];
    if (typeof nonce === 'string' && nonce.length <= 1_024) this.#ready?.proofs?.rememberNonce(url, nonce);
  };

  redact = (text: string): string =>
    this.#shown.reduce((rest, token) => rest.replaceAll(token.reveal(), String(token)), text);

  /** Forgets the tokens until somebody asks for them again. */
  drop = (): void => {
    this.#ready = undefined;
    this.#record = undefined;
    this.#isLoaded = false;
    this.#isCleared = false;
  };

  /** True for a token that will still be good when it arrives. */
  isFresh({ expiresAt, state }: AccountRecord): boolean {
    if (state !== 'connected') return false;
    return expiresAt === undefined || expiresAt - longestMarginMs > this.parts.context.clock.now();
  }

  /** Reads the account anew, for others may have changed it. */
  async load(): Promise<AccountRecord | undefined> {
    await this.adopt(await this.parts.store.find(this.parts.key));
    return this.#record;
  }

  /** Takes what is stored now; what was given for another address of the upstream counts for nothing. True when that was told. */
  async adopt(found: AccountRecord | undefined): Promise<boolean> {
    const record = found?.urlHash === this.parts.context.urlHash ? found : undefined;
    const { tokens } = record ?? {};
    if (record && tokens && record.version !== this.#ready?.record.version) {
      const proofs = tokens.proofKey && (await this.#proofsFor(tokens));
      const scheme = tokens.proofKey ? 'DPoP' : 'Bearer';
      this.#noteShown(tokens.access);
      this.#ready = {
        record,
        tokens,
        proofs,
        headers: { authorization: `${scheme} ${tokens.access.reveal()}` },
      };
    }
    if (!tokens) this.#ready = undefined;
    const isOther = this.#isLoaded && (record?.state ?? 'none') !== (this.#record?.state ?? 'none');
    this.#record = record;
    this.#isLoaded = true;
    if (isOther) this.parts.announce(record);
    return isOther;
  }

  /**
   * Gets fresh tokens in place of those of a version; once for all who ask meanwhile, on all nodes. Afterwards the account
   * has other tokens, or is of no use any more. Errors: `upstream_*` when the authorization server cannot be asked.
   */
  renew(version: string): Promise<void> {
    this.#renewal ??= this.#renewOnce(version).finally(() => {
      this.#renewal = undefined;
    });
    return this.#renewal;
  }

  /** True for tokens that took the place of refused ones just now: more of them would be refused, too. */
  isRefusedAgain({ version }: AccountRecord): boolean {
    const { clock } = this.parts.context;
    return this.#replaced?.version === version && clock.now() - this.#replaced.at < restMs;
  }

  noteReplaced({ version }: AccountRecord): true {
    this.#replaced = { version, at: this.parts.context.clock.now() };
    return true;
  }

  async #prepare(request: RequestToSign): Promise<{ readonly [name: string]: string }> {
    if (!this.#isCleared && !(await this.#clear())) throw inactive(this.parts.key.upstream);
    let record = this.#isLoaded && this.#record?.state === 'connected' ? this.#record : await this.load();
    if (record?.state === 'connected' && !this.isFresh(record)) {
      await this.renew(record.version);
      record = this.#record;
    }
    const ready = this.#ready;
    if (record?.state === 'connected' && ready) return this.#sign(request, ready);
    if (record?.state === 'needs_reconnect') throw await this.parts.loginNeeded('its sign-in is over');
    return {};
  }

  // security: somebody who was disabled keeps the account, and it is not used.
  async #clear(): Promise<boolean> {
    this.#isCleared = await this.parts.isActive();
    return this.#isCleared;
  }

  #sign(
    request: RequestToSign,
    { record, tokens, headers, proofs }: Ready,
  ): { readonly [name: string]: string } | Promise<{ readonly [name: string]: string }> {
    this.#signed.set(request, record.version);
    if (!proofs) return { ...headers };
    const { method: htm, url: htu } = request;
    const proof = proofs.buildProof({ htm, htu, accessToken: tokens.access.reveal() });
    return proof.then((dpop) => ({ ...headers, dpop }));
  }

  #isAtUpstream({ url }: RequestToSign): boolean {
    return url.replace(/^ws/i, 'http').startsWith(this.#origin);
  }

  #noteShown(token: UpstreamToken): void {
    const others = this.#shown.filter((each) => each.reveal() !== token.reveal());
    this.#shown = [token, ...others].slice(0, mostShown);
  }

  /** The same key goes on with the nonces it has heard. */
  async #proofsFor({ proofKey }: HeldTokens): Promise<DpopSession | undefined> {
    const before = this.#ready;
    if (proofKey && before?.proofs && before.tokens.proofKey?.x === proofKey.x) return before.proofs;
    return proofKey && openProofs(proofKey);
  }

  async #renewOnce(version: string): Promise<void> {
    const { key, store, context } = this.parts;
    const { clock } = context;
    if (this.#failed && clock.now() - this.#failed.at < restMs) throw this.#failed.error;
    const lease = randomBytes(16).toString('base64url');
    const giveUpAt = clock.now() + leaseMs;
    for (;;) {
      const record = await this.load();
      if (record?.version !== version) return;
      if (await store.lease(key, version, lease, leaseMs)) return this.#renewLeased(record, lease);
      // Another node renews it now.
      if (clock.now() > giveUpAt) return;
      await sleep(clock, pollMs);
    }
  }

  async #renewLeased(record: AccountRecord, lease: string): Promise<void> {
    const { key, store, context } = this.parts;
    try {
      await this.adopt(
        (await store.replace(record.version, await renewAccount(context, record))) ?? (await store.find(key)),
      );
    } catch (error) {
      const code = await oauthCodeOf(error);
      if (error instanceof IdentityNeeded) {
        await store.release(key, lease);
        // As before its first token: the next call finds out whether they have signed in meanwhile.
        if (record.state === 'connected') await this.end(record, 'none');
        throw await this.parts.loginNeeded(error.message);
      }
      // Nobody can sign in for it, and asking again at once would change nothing.
      if (context.upstream.credentials.grant !== 'code') {
        await store.release(key, lease);
        const failure = await oauthFailure(key.upstream, record.issuer || context.url, error);
        if (code !== undefined || isRefusal(failure))
          this.#failed = { error: failure, at: context.clock.now() };
        throw failure;
      }
      if (code !== 'invalid_grant' && code !== 'invalid_client' && code !== 'unauthorized_client') {
        await store.release(key, lease);
        throw await oauthFailure(key.upstream, record.issuer, error);
      }
      this.parts.log.warn('an account at an upstream has to sign in again', {
        upstream: key.upstream,
        error: code,
      });
      if (code !== 'invalid_grant') await context.clients.remove(key.org, key.upstream, record.issuer);
      await this.end(record);
    }
  }

  /** What the account has is of no use any more. */
  async end(
    { tokens: _tokens, version, expiresAt: _expiresAt, ...rest }: AccountRecord,
    state: AccountState = 'needs_reconnect',
  ): Promise<void> {
    const { key, store } = this.parts;
    const ended = await store.replace(version, { ...rest, state });
    if (ended && state === 'needs_reconnect') this.parts.expired();
    await this.adopt(ended ?? (await store.find(key)));
  }
}

/** True where a server has said why it gives nothing, in words of OAuth. */
function isRefusal({ details }: SignalboxError): boolean {
  return isJsonObject(details) && 'error' in details;
}

function inactive(upstream: string): SignalboxError {
  return new SignalboxError(
    'upstream_login_needed',
    `the account at upstream "${upstream}" belongs to somebody who is not active; ask an administrator`,
    { details: { upstream } },
  );
}
