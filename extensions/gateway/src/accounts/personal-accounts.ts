import {
  type AccountChange,
  type AccountState,
  type CallResult,
  type Clock,
  type InputResult,
  type Invocation,
  isSignalboxError,
  type JsonObject,
  type Principal,
  SignalboxError,
  type SignedUpstream,
  type UpstreamAccount,
  type UpstreamCredentials,
  type UpstreamInfo,
  type UpstreamSigner,
} from '@signalbox/sdk';
import { checkConsent } from '../peer/url-questions.ts';
import type { Line } from '../upstream/line.ts';
import type { LifeState } from '../upstream/upstream-life.ts';
import { isUnwatch } from '../upstream/watched-resources.ts';
import { isSignInRefusal } from '../wire/http-errors.ts';
import { accountKey, accountOf } from './account-of.ts';
import type { AccountUse, HubAccount } from './account-use.ts';
import { askToLogIn, isBackFromLogin, wantsLogin } from './login-needed.ts';
import { loginReason } from './login-reason.ts';
import { ownSigner } from './own-signer.ts';
import { People, type Person } from './people.ts';
import { PersonLines } from './person-lines.ts';
import { type DirectoryChange, isAbout, type Standing, usedNoLonger } from './standing.ts';
import { WaitingLogins } from './waiting-logins.ts';

/** What the accounts at one upstream need. */
export interface PersonalAccountsParts {
  readonly upstream: SignedUpstream;
  readonly credentials: UpstreamCredentials;
  readonly clock: Clock;
  readonly standing: Standing;
  /** Whose account the upstream was listed over when the hub last ran. */
  readonly lister: UpstreamAccount | undefined;
  readonly makeLine: (person: Person, signer: UpstreamSigner, onState: (state: LifeState) => void) => Line;
  readonly tools: () => readonly JsonObject[];
  /** The hub's own line: what is known of it, and how it is told. */
  readonly hub: {
    readonly call: (invocation: Invocation) => Promise<CallResult>;
    /** True while the hub is not let in without an account. */
    readonly isRefused: () => boolean;
    readonly lose: () => void;
    readonly retryNow: () => void;
  };
}

const mostTried = 3;

/** The accounts people have at one upstream: which call goes over whose, and what is said to those who have none. */
export class PersonalAccounts implements AccountUse {
  readonly #parts: PersonalAccountsParts;
  readonly #people: People;
  readonly #lines: PersonLines;
  readonly #waiting = new WaitingLogins();
  #lister: UpstreamAccount | undefined;
  #hasRefusedCall = false;
  #isTriedWithout = false;

  constructor(parts: PersonalAccountsParts) {
    const { upstream, clock, tools, hub } = parts;
    this.#parts = parts;
    this.#lister = parts.lister;
    this.#people = new People(clock);
    this.#lines = new PersonLines({
      name: upstream.name,
      clock,
      tools,
      makeLine: (person, onState) => parts.makeLine(person, this.#signerOf(person.account), onState),
      onConnected: ({ account }) => {
        if (!hub.isRefused()) return;
        this.#lister = account;
        hub.retryNow();
      },
    });
  }

  /** Whose account the lists are read over; undefined where none is needed. */
  get lister(): UpstreamAccount | undefined {
    return this.#lister;
  }

  /** Takes a call that is not for the hub's own line; undefined for one that is. */
  take(invocation: Invocation): Promise<CallResult> | undefined {
    const { request } = invocation;
    if (isBackFromLogin(request.retry)) return this.#comeBack(invocation);
    const person = this.#people.find(request.principal);
    if (person) return this.#route(person, invocation);
    const account = accountOf(request.principal);
    return account ? this.#askAndTake(account, invocation) : this.#takeNobody(invocation);
  }

  /**
   * What a caller is told when its call was refused for want of an account; undefined where that is not why it failed.
   * Errors: `upstream_login_needed`.
   */
  async explain(error: unknown, { request }: Invocation): Promise<InputResult | undefined> {
    if (!isSignInRefusal(error)) return undefined;
    if (isSignalboxError(error) && error.code === 'upstream_refused') this.#hasRefusedCall = true;
    const { name } = this.#parts.upstream;
    const account = accountOf(request.principal);
    if (!account) throw noAccount(name, request.principal, error);
    const url = await this.#loginUrl(account);
    const reason = loginReason(await this.#parts.credentials.stateOf(name, account), error);
    return askToLogIn({ name, account, reason, url, request, waiting: this.#waiting, cause: error });
  }

  /**
   * Connects the hub's own line: over the account it was listed over before, else over none, else over one that is
   * connected. Errors: `upstream_login_needed` when it is let in with none of them, and those of connecting.
   */
  async reach<Made>(open: (over: HubAccount | undefined) => Promise<Made>): Promise<Made> {
    for (const account of await this.#candidates()) {
      try {
        const made = await open(account && this.#overAccount(account));
        this.#lister = account;
        return made;
      } catch (error) {
        if (!isSignInRefusal(error)) throw error;
      }
    }
    throw wantsLogin(this.#parts.upstream.name);
  }

  /** Without an account first, at the next attempt. */
  tryWithoutFirst(): void {
    this.#isTriedWithout = true;
  }

  /** An account was connected, or is of no use any more. */
  onChange({ account, state }: AccountChange): void {
    const { subject, org } = account;
    if (!subject) return;
    const person = this.#people.keep({ org, subject });
    this.#learn(person, state, true);
    if (state === 'connected') this.#waiting.done(account);
  }

  /** Whoever may not use the upstream any more is done with it now: calls, what is watched, and the lists. */
  onDirectoryChange(change: DirectoryChange): void {
    for (const person of this.#lines.people) if (isAbout(person.account, change)) void this.#review(person);
    const lister = this.#lister;
    if (lister && isAbout(lister, change)) void this.#reviewLister(lister);
  }

  /** How somebody is known at the upstream; undefined where that does not matter. */
  async loginOf(principal: Principal): Promise<UpstreamInfo['login']> {
    const account = accountOf(principal);
    if (!account) return undefined;
    const state = await this.#parts.credentials.stateOf(this.#parts.upstream.name, account);
    if (state !== 'none') return state;
    const isNeeded = this.#hasRefusedCall || this.#lister !== undefined || this.#parts.hub.isRefused();
    return isNeeded ? 'needed' : undefined;
  }

  /** The tools were listed anew. */
  setTools(definitions: readonly JsonObject[]): void {
    this.#lines.setTools(definitions);
  }

  /** Ends everybody's line; with `isForGood` none is opened any more. */
  stop(isForGood: boolean): Promise<void> {
    return this.#lines.stop(isForGood);
  }

  #signerOf(account: UpstreamAccount): UpstreamSigner {
    const { upstream, credentials } = this.#parts;
    const signer = credentials.signerOf(upstream, account);
    return ownSigner(upstream.name, signer, () => this.#parts.standing.isGood(account));
  }

  #overAccount(account: UpstreamAccount): HubAccount {
    const confirm = async (): Promise<void> => {
      if (!(await this.#parts.standing.isSurelyGood(account))) throw wantsLogin(this.#parts.upstream.name);
    };
    return { signer: this.#signerOf(account), isPersonal: true, confirm };
  }

  async #candidates(): Promise<readonly (UpstreamAccount | undefined)[]> {
    const { credentials, upstream, standing } = this.#parts;
    if (this.#lister && !(await standing.isSurelyGood(this.#lister))) this.#lister = undefined;
    const lister = this.#lister;
    const isGood = lister && (await credentials.stateOf(upstream.name, lister)) === 'connected';
    const known = isGood ? [lister] : [];
    const others = await this.#othersConnected(isGood ? accountKey(lister) : undefined);
    const isWithoutFirst = this.#isTriedWithout;
    this.#isTriedWithout = false;
    return isWithoutFirst ? [undefined, ...known, ...others] : [...known, undefined, ...others];
  }

  /** The latest who may use the upstream, without the account of a key. */
  async #othersConnected(key: string | undefined): Promise<readonly UpstreamAccount[]> {
    const found: UpstreamAccount[] = [];
    for (const { account } of this.#people.connected.toReversed()) {
      if (found.length === mostTried) break;
      if (accountKey(account) === key) continue;
      if (await this.#parts.standing.isSurelyGood(account)) found.push(account);
    }
    return found;
  }

  async #askAndTake(account: UpstreamAccount, invocation: Invocation): Promise<CallResult> {
    const { credentials, upstream, hub } = this.#parts;
    const { org, subject } = account;
    if (!subject) return hub.call(invocation);
    const person = this.#people.keep({ org, subject });
    const { version } = person;
    const state = await credentials.stateOf(upstream.name, account);
    // What a change has told meanwhile is newer.
    if (person.version === version) this.#learn(person, state, person.state !== state);
    return this.#route(person, invocation) ?? hub.call(invocation);
  }

  #route(person: Person, invocation: Invocation): Promise<CallResult> | undefined {
    if (isUnwatch(invocation))
      return person.watched.has(invocation.originalName)
        ? this.#lines.unwatch(person, invocation)
        : undefined;
    if (person.state === 'connected') return this.#callOver(person, invocation);
    const isRefused = person.state === 'needs_reconnect' || invocation.needsOwnAccount;
    return isRefused ? Promise.reject(wantsLogin(this.#parts.upstream.name)) : undefined;
  }

  /** Over the person's own line, where they may use the upstream as things are now. Errors: `forbidden`. */
  #callOver(person: Person, invocation: Invocation): Promise<CallResult> {
    const isGood = this.#parts.standing.isGood(person.account);
    if (isGood === true) return this.#lines.call(person, invocation);
    return Promise.resolve(isGood).then((isStill) => {
      if (isStill) return this.#lines.call(person, invocation);
      this.#lines.end(person, { isGentle: false, isAgain: false });
      throw usedNoLonger(this.#parts.upstream.name);
    });
  }

  async #review(person: Person): Promise<void> {
    if (await this.#parts.standing.isSurelyGood(person.account)) return;
    this.#lines.end(person, { isGentle: false, isAgain: false });
  }

  async #reviewLister(lister: UpstreamAccount): Promise<void> {
    if (await this.#parts.standing.isSurelyGood(lister)) return;
    if (this.#lister && accountKey(this.#lister) === accountKey(lister)) this.#parts.hub.lose();
  }

  #takeNobody({ needsOwnAccount }: Invocation): Promise<CallResult> | undefined {
    return needsOwnAccount ? Promise.reject(wantsLogin(this.#parts.upstream.name)) : undefined;
  }

  /** The question was the hub's, and so is the answer: the upstream hears of the call as if it were the first. */
  async #comeBack(invocation: Invocation): Promise<CallResult> {
    const { retry, ...request } = invocation.request;
    checkConsent(this.#parts.upstream.name, retry);
    const plain = { ...invocation, request };
    return this.take(plain) ?? this.#parts.hub.call(plain);
  }

  #learn(person: Person, state: AccountState, isNews: boolean): void {
    this.#people.learn(person, state);
    if (!isNews) return;
    const { hub } = this.#parts;
    const isConnected = state === 'connected';
    // Who let go of an account wants it used no longer; what only grew old may finish what it began.
    this.#lines.end(person, { isGentle: state !== 'none', isAgain: isConnected });
    if (isConnected && hub.isRefused()) hub.retryNow();
    if (!isConnected && this.#lister && accountKey(this.#lister) === accountKey(person.account)) hub.lose();
  }

  /** The page where an account is connected; the error says the rest where there is none. */
  async #loginUrl(account: UpstreamAccount): Promise<string | undefined> {
    try {
      const url = await this.#parts.credentials.loginUrl(this.#parts.upstream.name, account);
      return /^https?:\/\//i.test(url) && URL.canParse(url) ? url : undefined;
    } catch {
      return undefined;
    }
  }
}

function noAccount(name: string, { kind }: Principal, cause: unknown): SignalboxError {
  const who = kind === 'extension' ? 'an extension' : 'a caller who has not signed in';
  return new SignalboxError(
    'upstream_login_needed',
    `upstream "${name}" wants an account of whoever calls, and ${who} has none`,
    { cause, details: { upstream: name } },
  );
}
