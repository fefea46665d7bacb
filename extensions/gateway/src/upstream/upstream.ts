import type {
  AccountChange,
  CallResult,
  InputResult,
  Invocation,
  Principal,
  SourceEntry,
  UpstreamAccount,
  UpstreamDefinition,
  UpstreamInfo,
} from '@signalbox/sdk';
import { accountModeOf, signedUpstream } from '../accounts/account-mode.ts';
import type { AccountUse, HubAccount } from '../accounts/account-use.ts';
import { wantsLogin } from '../accounts/login-needed.ts';
import { OrganizationAccount } from '../accounts/organization-account.ts';
import { PersonalAccounts, type PersonalAccountsParts } from '../accounts/personal-accounts.ts';
import type { DirectoryChange } from '../accounts/standing.ts';
import { configuredTransport } from '../connect/configured-transport.ts';
import type { Connection, ConnectionEvents } from '../peer/connection.ts';
import { localOrg } from '../store/gateway-tables.ts';
import { describeState } from './describe-state.ts';
import { openHubConnection } from './hub-connection.ts';
import { Line } from './line.ts';
import { Listing } from './listing.ts';
import { LogRing } from './log-ring.ts';
import { Offer } from './offer.ts';
import { makePersonLine } from './person-line.ts';
import { describeAddress, secretsRedactor } from './redact.ts';
import type { LifeState } from './upstream-life.ts';
import type { RememberedOffer, UpstreamParts } from './upstream-parts.ts';

/** One upstream: its place in the catalog, its connection, and what it wrote. */
export class Upstream {
  readonly name: string;
  readonly definition: UpstreamDefinition;
  readonly origin: UpstreamInfo['origin'];
  readonly logs: LogRing;
  readonly #parts: UpstreamParts;
  readonly #listing: Listing;
  readonly #stop = new AbortController();
  readonly #line: Line;
  readonly #offer: Offer;
  /** Connections over a person's account: for lists, never for the calls of others. */
  #personal: WeakSet<Connection> | undefined;
  #accounts: AccountUse | undefined;
  #attempts = 0;

  constructor(parts: UpstreamParts) {
    const { name, definition, origin, clock, bounds, redact } = parts;
    const timeoutMs = definition.startTimeoutMs;
    this.#parts = parts;
    this.name = name;
    this.definition = definition;
    this.origin = origin;
    this.#offer = new Offer(parts);
    const ofDefinition = secretsRedactor(definition);
    this.logs = new LogRing(clock, (text) => redact(ofDefinition(text)));
    this.#listing = new Listing({ clock, bounds, timeoutMs, note: this.note, onEntries: this.#publish });
    this.#line = new Line({
      ...this.#lineParts(),
      attempt: this.#attempt,
      onState: this.#onState,
      refusal: (connection) => (this.#isPersonal(connection) ? wantsLogin(name) : undefined),
    });
  }

  /** Opens the upstream's place in the catalog, with what was remembered, and begins to connect. */
  start({ entries, lister }: RememberedOffer): void {
    if (!this.definition.enabled) return;
    this.#accounts = this.#openAccounts(lister);
    this.#offer.open(this.invoke);
    if (entries.length > 0) this.#listing.restore(entries);
    this.#line.start();
  }

  /** Ends all connections; its entries leave the catalog, too. */
  async stop(): Promise<void> {
    this.#stop.abort();
    await Promise.all([this.#line.stop(), this.#accounts?.stop(true)]);
    this.#offer.withdraw();
  }

  /** Ends all connections and begins anew. */
  async restart(): Promise<void> {
    this.#accounts?.tryWithoutFirst();
    await Promise.all([this.#line.restart(), this.#accounts?.stop(false)]);
  }

  /** Carries out a call: waits for a connection that is being made, refuses at once when there is none. */
  invoke = async (invocation: Invocation): Promise<CallResult> => {
    const { metrics } = this.#parts;
    metrics.calls.add();
    try {
      return await (this.#accounts?.take(invocation) ?? this.#line.call(invocation));
    } catch (error) {
      const asked = await this.#explain(error, invocation);
      if (asked) return asked;
      metrics.failures.add();
      throw error;
    }
  };

  /** Resolves when the first attempt has ended. */
  get settled(): Promise<void> {
    return this.#line.settled;
  }

  get info(): UpstreamInfo {
    const { title } = this.definition;
    return {
      name: this.name,
      ...(title === undefined ? {} : { title }),
      origin: this.origin,
      transport: this.#line.connection?.facts.transport ?? configuredTransport(this.definition),
      ...describeState(this.#line.state),
      tools: this.#listing.count('tool'),
      resources: this.#listing.count('resource'),
      templates: this.#listing.count('template'),
      prompts: this.#listing.count('prompt'),
      restarts: Math.max(0, this.#attempts - 1),
      address: describeAddress(this.definition),
    };
  }

  /** How somebody is known at the upstream; undefined where that does not matter. */
  async loginOf(principal: Principal): Promise<UpstreamInfo['login']> {
    return this.#accounts?.loginOf(principal);
  }

  /** An account at this upstream was connected, or is of no use any more. */
  onAccountChange(change: AccountChange): void {
    this.#accounts?.onChange(change);
  }

  /** Facts about people are others. */
  onDirectoryChange(change: DirectoryChange): void {
    this.#accounts?.onDirectoryChange(change);
  }

  readonly note = (text: string): void => this.logs.add('hub', text);

  #lineParts() {
    const { name, definition, clock, random } = this.#parts;
    const { startTimeoutMs, callTimeoutMs } = definition;
    const isRemote = 'openapi' in definition || ('url' in definition && !definition.run);
    const drainMs = isRemote ? callTimeoutMs : undefined;
    const refreshTools = (connection: Connection, signal: AbortSignal): Promise<void> =>
      this.#listing.refresh(connection, ['tool'], signal);
    return { name, clock, random, startTimeoutMs, drainMs, refreshTools };
  }

  #openAccounts(lister: UpstreamAccount | undefined): AccountUse | undefined {
    const { name, definition, clock, credentials, standing } = this.#parts;
    const upstream = signedUpstream(name, definition);
    if (!credentials || !upstream) return undefined;
    // Whoever keeps accounts hears of the upstream before anybody calls: people may connect theirs at once.
    credentials.signerOf(upstream, { org: localOrg });
    const hub = {
      call: (invocation: Invocation) => this.#line.call(invocation),
      isRefused: () => isRefused(this.#line.state),
      lose: () => this.#line.lose(wantsLogin(name)),
      retryNow: () => this.#line.retryNow(),
    };
    const parts = { upstream, credentials, clock, hub };
    if (accountModeOf(definition) === 'organization') return new OrganizationAccount(parts);
    const makeLine = this.#makePersonLine;
    const tools = () => this.#toolDefinitions;
    return new PersonalAccounts({ ...parts, standing, lister, makeLine, tools });
  }

  get #toolDefinitions() {
    return this.#listing.entries.filter(({ kind }) => kind === 'tool').map(({ definition }) => definition);
  }

  readonly #makePersonLine: PersonalAccountsParts['makeLine'] = (person, signer, onState) =>
    makePersonLine({
      ...this.#lineParts(),
      person,
      signer,
      onState,
      drainMs: this.definition.callTimeoutMs,
      connect: this.#parts.connect,
      logs: this.logs,
      onResourceUpdated: this.#parts.onResourceUpdated,
      refreshTools: async (connection, signal) => {
        const own = this.#line.connection;
        if (own) await this.#listing.refresh(own, ['tool'], signal);
        connection.setTools(this.#toolDefinitions);
      },
    });

  readonly #attempt = (signal: AbortSignal, onLost: ConnectionEvents['onLost']): Promise<Connection> => {
    if (this.#attempts++ > 0) this.#parts.metrics.restarts.add();
    if (!this.#accounts) return this.#open(signal, onLost, undefined);
    return this.#accounts.reach((over) => this.#open(signal, onLost, over));
  };

  #open(
    signal: AbortSignal,
    onLost: ConnectionEvents['onLost'],
    over: HubAccount | undefined,
  ): Promise<Connection> {
    const parts = {
      ...this.#parts,
      listing: this.#listing,
      logs: this.logs,
      note: this.note,
      stopping: this.#stop.signal,
      watchedUris: () => this.#line.watched.uris,
      onConnected: this.#onConnected,
    };
    return openHubConnection(parts, signal, onLost, over);
  }

  readonly #onConnected = (connection: Connection, over: HubAccount | undefined): void => {
    this.#offer.isPersonal = over?.isPersonal ?? false;
    if (!over?.isPersonal) return;
    this.#personal ??= new WeakSet();
    this.#personal.add(connection);
  };

  readonly #onState = (state: LifeState): void => {
    if (state.status === 'available')
      this.#remember(state.connection, this.#offer.shared(this.#listing.entries));
    if (state.status === 'unavailable' && state.nextAttemptAt !== undefined) this.note(state.error.message);
    this.#offer.setState(state);
  };

  readonly #publish = (listed: readonly SourceEntry[]): void => {
    if (!this.#offer.publish(listed)) return;
    this.#accounts?.setTools(this.#toolDefinitions);
    const { connection } = this.#line;
    if (connection) this.#remember(connection, this.#offer.shared(listed));
  };

  async #explain(error: unknown, invocation: Invocation): Promise<InputResult | undefined> {
    try {
      return await this.#accounts?.explain(error, invocation);
    } catch (explained) {
      this.#parts.metrics.failures.add();
      throw explained;
    }
  }

  /** Asked at each call, so it must cost nothing where there is no such connection. */
  #isPersonal(connection: Connection): boolean {
    return this.#personal?.has(connection) ?? false;
  }

  #remember(connection: Connection, entries: readonly SourceEntry[]): void {
    this.#parts.remember(connection, entries, this.#accounts?.lister);
  }
}

function isRefused(state: LifeState | undefined): boolean {
  return state?.status === 'unavailable' && state.error.code === 'upstream_login_needed';
}
