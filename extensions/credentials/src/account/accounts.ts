import { isDeepStrictEqual } from 'node:util';
import {
  type AccountChange,
  type AccountState,
  type Clock,
  isSignalboxError,
  type Log,
  SignalboxError,
  type SignedUpstream,
  signsInByItself,
  type UpstreamAccount,
  type UpstreamCredentials,
  type UpstreamSigner,
  upstreamCredentialSettings,
} from '@signalbox/sdk';
import { endOfPaths } from '../login/login-paths.ts';
import type { OAuthContext } from '../oauth/oauth-context.ts';
import { makeOAuthFetch } from '../oauth/oauth-fetch.ts';
import { revokeTokens } from '../oauth/revoke-tokens.ts';
import type { CredentialSettings } from '../settings.ts';
import type { AccountChanges, AccountStore } from '../store/account-store.ts';
import type { ClientStore } from '../store/client-store.ts';
import type { LoginStore } from '../store/login-store.ts';
import { Account } from './account.ts';
import { type AccountKey, accountOf, keyOf, textOfKey } from './account-key.ts';
import type { AccountRecord } from './account-record.ts';
import { type AccountActor, type AccountTrail, byHub } from './account-trail.ts';
import { hashUrl } from './hash-url.ts';

const mostAccounts = 10_000;
const closeMs = 60_000;

/** What the accounts of the hub work with. */
export interface AccountsParts {
  readonly settings: CredentialSettings;
  readonly clock: Clock;
  readonly log: Log;
  readonly accounts: AccountStore;
  readonly clients: ClientStore;
  readonly logins: LoginStore;
  readonly trail: AccountTrail;
  readonly redirectUri: (pathEnd: string) => string;
  readonly clientMetadataUrl: (pathEnd: string) => string | undefined;
  /** What an identity provider of the hub says of a person. */
  readonly assertionOf: OAuthContext['assertionOf'];
  /** Whether the subject of an account is there and active; asked again after each change of the directory. */
  readonly isActive: (key: AccountKey) => Promise<boolean>;
  /** Makes a link where this account's person signs in. */
  readonly makeLink: (key: AccountKey) => Promise<string>;
}

interface Known {
  readonly context: OAuthContext;
  readonly close: () => Promise<void>;
}

/** Every account at every upstream, as this node uses them. */
export class Accounts implements UpstreamCredentials {
  readonly parts: AccountsParts;
  readonly #known = new Map<string, Known>();
  readonly #accounts = new Map<string, Account>();
  readonly #listeners = new Set<(change: AccountChange) => void>();

  constructor(parts: AccountsParts) {
    this.parts = parts;
  }

  signerOf = (upstream: SignedUpstream, account: UpstreamAccount): UpstreamSigner => {
    this.#know(upstream);
    return this.accountAt(this.keyOf(upstream.name, account));
  };

  stateOf = async (upstream: string, account: UpstreamAccount): Promise<AccountState> => {
    const record = await this.find(this.keyOf(upstream, account));
    return record?.state ?? 'none';
  };

  loginUrl = async (upstream: string, account: UpstreamAccount): Promise<string> => {
    const key = this.keyOf(upstream, account);
    this.checkSignIn(upstream, key.subject === '' ? 'organization' : 'user');
    return this.parts.makeLink(key);
  };

  onChange = (listener: (change: AccountChange) => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  forget = async (upstream: string): Promise<void> => {
    for (const key of await this.parts.accounts.removeAll(upstream))
      this.parts.trail.disconnected(key, byHub, 'upstream-removed');
    await this.parts.clients.removeAll(upstream);
    await this.parts.logins.removeAll(upstream);
    this.#dropAccounts(upstream);
    await this.#known.get(upstream)?.close();
    this.#known.delete(upstream);
  };

  forgetSubject = async (
    { kind, id }: { readonly kind: 'user' | 'service'; readonly id: string },
    org?: string,
  ): Promise<void> => {
    const subject = `${kind}:${id}`;
    await this.parts.logins.removeSubject(subject, org);
    for (const key of await this.parts.accounts.ofSubject(subject, org)) {
      const record = await this.remove(key, 'subject-removed');
      if (record?.tokens) await this.revoke(record);
    }
    this.dropSubject(subject, org);
  };

  /** Forgets one account with its row; gives what there is to end, on the one node that has removed it. */
  async remove(key: AccountKey, reason: string): Promise<AccountRecord | undefined> {
    const taken = await this.parts.accounts.take(key);
    const record = taken === 'unreadable' ? undefined : taken;
    // Of the nodes that hear of it, one tells.
    if (taken && record?.state !== 'none') this.parts.trail.disconnected(key, byHub, reason);
    this.#announce(key, undefined);
    return record;
  }

  /** Ends tokens where they came from; what is forgotten here is forgotten in any case. */
  async revoke(record: AccountRecord): Promise<void> {
    const { upstream } = record.key;
    const known = this.#known.get(upstream);
    const used = known ?? this.#makeKnown(undefinedUpstream(record));
    await revokeTokens(used.context, record).catch((cause: unknown) =>
      this.parts.log.warn('an account was forgotten and could not be ended at its authorization server', {
        upstream,
        cause,
      }),
    );
    if (!known) await used.close();
  }

  /** Lets go of what this node knows of a subject; whoever signs for it asks anew whether it may. */
  dropSubject(subject: string, org?: string): void {
    for (const { parts, drop } of this.#accounts.values())
      if (parts.key.subject === subject && (org === undefined || parts.key.org === org)) drop();
  }

  /** The same for everybody in an organization, or everybody. */
  dropOrganization(org?: string): void {
    for (const { parts, drop } of this.#accounts.values())
      if (org === undefined || parts.key.org === org) drop();
  }

  /** Whose account it is: what the hub does by itself belongs to the organization. */
  keyOf(upstream: string, account: UpstreamAccount): AccountKey {
    const settings = this.#known.get(upstream)?.context.upstream.credentials;
    const isShared = settings && (settings.mode === 'organization' || signsInByItself(settings));
    return keyOf(upstream, isShared ? { org: account.org } : account);
  }

  /** An upstream as it was defined last. Errors: `not_found` for one that has no accounts. */
  contextOf(name: string): OAuthContext {
    const known = this.#known.get(name);
    if (known) return known.context;
    throw new SignalboxError(
      'not_found',
      `there is no upstream "${name}" with accounts; see "signalbox server ls"`,
    );
  }

  /** Errors: `not_found`, `invalid_params` for an account that no call would use. */
  checkSignIn(name: string, whose: 'user' | 'organization'): void {
    const { credentials } = this.contextOf(name).upstream;
    const { mode = 'user' } = credentials;
    if (signsInByItself(credentials))
      throw new SignalboxError(
        'invalid_params',
        `nobody signs in at upstream "${name}": the hub does it by itself`,
      );
    if (mode === whose) return;
    const why = {
      none: 'it has no accounts',
      user: 'everybody has an account of their own there; leave out --organization',
      organization: 'the organization has one account there; connect it with --organization',
    }[mode];
    throw new SignalboxError('invalid_params', `this account is not used at upstream "${name}": ${why}`);
  }

  /** The account as this node uses it. */
  accountAt(key: AccountKey): Account {
    const text = textOfKey(key);
    const known = this.#accounts.get(text);
    if (known) return known;
    const account = new Account({
      key,
      store: this.parts.accounts,
      log: this.parts.log,
      context: this.contextOf(key.upstream),
      isActive: () => this.parts.isActive(key),
      loginNeeded: (why) => this.#loginNeeded(key, why),
      expired: () => this.parts.trail.expired(key),
      announce: (record) => this.#announce(key, record),
    });
    const [oldest] = this.#accounts.keys();
    if (oldest !== undefined && this.#accounts.size >= mostAccounts) this.#accounts.delete(oldest);
    this.#accounts.set(text, account);
    return account;
  }

  /** What is stored of an account, if it is of the upstream as it is defined now. */
  async find(key: AccountKey): Promise<AccountRecord | undefined> {
    const record = await this.parts.accounts.find(key);
    return record?.urlHash === this.contextOf(key.upstream).urlHash ? record : undefined;
  }

  /** Writes an account that has just signed in. Errors: `audit_unavailable`; then there is none. */
  async connect(changes: AccountChanges, by: AccountActor): Promise<void> {
    const { trail, accounts } = this.parts;
    await this.#tell(await trail.connect(changes, by, () => accounts.save(changes)));
  }

  /** Writes an account that has just signed out, if it still is of this version; false when it is not. */
  async disconnect(version: string, changes: AccountChanges, by: AccountActor): Promise<boolean> {
    const saved = await this.parts.accounts.replace(version, changes);
    if (!saved) return false;
    this.parts.trail.disconnected(changes.key, by, 'disconnected');
    await this.#tell(saved);
    return true;
  }

  /** Takes what other nodes have written. */
  async takeVersion(key: AccountKey, version: string): Promise<void> {
    const account = this.#accounts.get(textOfKey(key));
    if (account && account.record?.version !== version && this.#known.has(key.upstream)) await account.load();
  }

  async close(): Promise<void> {
    for (const { close } of this.#known.values()) await close();
    this.#known.clear();
  }

  #know(upstream: SignedUpstream): void {
    const { name } = upstream;
    const before = this.#known.get(name);
    if (before && isDeepStrictEqual(before.context.upstream, upstream)) return;
    this.#known.set(name, this.#makeKnown(upstream));
    if (!before) return;
    this.#dropAccounts(name);
    // Requests of the former definition may still be under way.
    this.parts.clock.after(closeMs, () => void before.close());
  }

  #makeKnown(upstream: SignedUpstream): Known {
    const { name } = upstream;
    const url = addressOf(upstream.url);
    const { settings, clients, clock, assertionOf } = this.parts;
    const { fetch, close } = makeOAuthFetch({ url, allowPrivate: settings.allowPrivate, clock });
    const redirectUri = (issuer: string): string => this.parts.redirectUri(endOfPaths(name, issuer));
    const clientMetadataUrl = (issuer: string): string | undefined =>
      this.parts.clientMetadataUrl(endOfPaths(name, issuer));
    const addresses = { url, urlHash: hashUrl(url), redirectUri, clientMetadataUrl };
    return { context: { ...addresses, upstream, settings, clients, clock, fetch, assertionOf }, close };
  }

  #dropAccounts(upstream: string): void {
    for (const [text, account] of this.#accounts)
      if (account.parts.key.upstream === upstream) this.#accounts.delete(text);
  }

  async #loginNeeded(key: AccountKey, why: string): Promise<SignalboxError> {
    const { upstream, subject } = key;
    const whose = subject === '' ? 'the account of the organization' : 'your account';
    const option = subject === '' ? ' --organization' : '';
    const url = await this.parts.makeLink(key).catch(noLinkYet);
    return new SignalboxError(
      'upstream_login_needed',
      `upstream "${upstream}" needs ${whose}: ${why}; run "signalbox server login ${upstream}${option}"`,
      { details: { upstream, ...(url === undefined ? {} : { url }) } },
    );
  }

  async #tell(saved: AccountRecord): Promise<void> {
    // Of an upstream that is not defined here there is nothing to sign with.
    if (!this.#known.has(saved.key.upstream)) return this.#announce(saved.key, undefined);
    const account = this.accountAt(saved.key);
    const isTold = await account.adopt(saved);
    if (!isTold) this.#announce(saved.key, account.record);
  }

  #announce(key: AccountKey, record: AccountRecord | undefined): void {
    const change = { upstream: key.upstream, account: accountOf(key), state: record?.state ?? 'none' };
    for (const listener of this.#listeners) listener(change);
  }
}

/** There is no address to link to before the hub listens. */
function noLinkYet(error: unknown): undefined {
  if (!isSignalboxError(error) || error.code !== 'overloaded') throw error;
}

/** What stands for a definition that is gone: nothing is at its address, so no private host may be asked for its sake. */
function undefinedUpstream({ key }: AccountRecord): SignedUpstream {
  const credentials = upstreamCredentialSettings.parse({ mode: 'none' });
  return { name: key.upstream, url: 'https://undefined.invalid/', credentials };
}

/** The address requests of sign-in are about: that of a WebSocket is its twin over HTTP. */
function addressOf(url: string): string {
  const address = new URL(url.replace(/^ws/i, 'http'));
  address.hash = '';
  address.username = '';
  address.password = '';
  return address.href;
}
