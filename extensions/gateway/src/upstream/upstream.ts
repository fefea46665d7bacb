import { createHash } from 'node:crypto';
import {
  type CallResult,
  type Clock,
  type Invocation,
  isSignalboxError,
  type Log,
  type SourceEntry,
  type SourceHandle,
  type UpstreamDefinition,
  type UpstreamInfo,
  type UpstreamLogLine,
} from '@signalbox/sdk';
import { configuredTransport } from '../connect/configured-transport.ts';
import type { Connection, ConnectionEvents } from '../peer/connection.ts';
import { isHeaderMismatch } from '../peer/modern-error.ts';
import { extensionRule, passedExtensions } from '../peer/passed-extensions.ts';
import { untilAborted } from '../wire/abort-error.ts';
import { describeState } from './describe-state.ts';
import type { ListBounds } from './list-all.ts';
import { Listing } from './listing.ts';
import { LogRing } from './log-ring.ts';
import { describeAddress, secretsRedactor } from './redact.ts';
import { type LifeState, UpstreamLife } from './upstream-life.ts';
import type { UpstreamMetrics } from './upstream-metrics.ts';
import { isUnwatch, WatchedResources } from './watched-resources.ts';

/** What one upstream is made of. */
export interface UpstreamParts {
  readonly name: string;
  readonly definition: UpstreamDefinition;
  readonly origin: UpstreamInfo['origin'];
  readonly clock: Clock;
  readonly random: () => number;
  readonly log: Log;
  readonly bounds: ListBounds;
  readonly metrics: UpstreamMetrics;
  readonly openSource: (invoke: Upstream['invoke']) => SourceHandle;
  readonly connect: (request: ConnectRequest) => Promise<Connection>;
  /** Keeps what was listed for the next start. */
  readonly remember: (connection: Connection, entries: readonly SourceEntry[]) => void;
  readonly onResourceUpdated: (uri: string) => void;
}

/** What a new connection of an upstream needs. */
interface ConnectRequest {
  readonly events: ConnectionEvents;
  readonly addLogLine: (from: UpstreamLogLine['from'], text: string) => void;
  readonly signal: AbortSignal;
}

/** One upstream: its place in the catalog, its connection, and what it wrote. */
export class Upstream {
  readonly name: string;
  readonly definition: UpstreamDefinition;
  readonly origin: UpstreamInfo['origin'];
  readonly logs: LogRing;
  readonly #parts: UpstreamParts;
  readonly #listing: Listing;
  readonly #watched = new WatchedResources();
  readonly #stop = new AbortController();
  #source: SourceHandle | undefined;
  #life: UpstreamLife | undefined;
  #connection: Connection | undefined;
  #attempts = 0;
  #published = '';

  constructor(parts: UpstreamParts) {
    const { name, definition, origin, clock, bounds } = parts;
    const timeoutMs = definition.startTimeoutMs;
    this.#parts = parts;
    this.name = name;
    this.definition = definition;
    this.origin = origin;
    this.logs = new LogRing(clock, secretsRedactor(definition));
    this.#listing = new Listing({ clock, bounds, timeoutMs, note: this.note, onEntries: this.#publish });
  }

  /** Opens the upstream's place in the catalog, with what was remembered, and begins to connect. */
  start(remembered: readonly SourceEntry[]): void {
    if (!this.definition.enabled) return;
    this.#source = this.#parts.openSource(this.invoke);
    this.#source.setState({ status: 'connecting' });
    if (remembered.length > 0) this.#listing.restore(remembered);
    this.#begin();
  }

  /** Ends the connection; with `isForGood` its entries leave the catalog, too. */
  async stop(isForGood: boolean): Promise<void> {
    if (isForGood) this.#stop.abort();
    await this.#life?.stop();
    if (isForGood) this.#source?.withdraw();
  }

  /** Ends the connection and begins anew. */
  async restart(): Promise<void> {
    if (!this.#life) return;
    await this.stop(false);
    this.#source?.setState({ status: 'connecting' });
    this.#begin();
  }

  /** Carries out a call: waits for a connection that is being made, refuses at once when there is none. */
  invoke = async (invocation: Invocation): Promise<CallResult> => {
    const { metrics } = this.#parts;
    metrics.calls.add();
    try {
      if (isUnwatch(invocation)) return await this.#watched.unwatch(this.#connection, invocation);
      const connection = this.#connection ?? (await this.#ready(invocation.signal));
      return await this.#callOver(connection, invocation);
    } catch (error) {
      metrics.failures.add();
      throw error;
    }
  };

  /** Resolves when the first attempt has ended. */
  get settled(): Promise<void> {
    return this.#life?.settled ?? Promise.resolve();
  }

  get info(): UpstreamInfo {
    const { title } = this.definition;
    return {
      name: this.name,
      ...(title === undefined ? {} : { title }),
      origin: this.origin,
      transport: this.#connection?.facts.transport ?? configuredTransport(this.definition),
      ...describeState(this.#life?.state),
      tools: this.#listing.count('tool'),
      resources: this.#listing.count('resource'),
      templates: this.#listing.count('template'),
      prompts: this.#listing.count('prompt'),
      restarts: Math.max(0, this.#attempts - 1),
      address: describeAddress(this.definition),
    };
  }

  readonly note = (text: string): void => this.logs.add('hub', text);

  #begin(): void {
    const { name, definition, clock, random } = this.#parts;
    const { startTimeoutMs, callTimeoutMs } = definition;
    const isRemote = 'openapi' in definition || ('url' in definition && !definition.run);
    this.#life = new UpstreamLife({
      name,
      clock,
      random,
      startTimeoutMs,
      drainMs: isRemote ? callTimeoutMs : undefined,
      attempt: this.#attempt,
      onState: this.#onState,
    });
    this.#life.start();
  }

  /** One whole attempt: connect, list, listen. */
  readonly #attempt = async (
    signal: AbortSignal,
    onLost: ConnectionEvents['onLost'],
  ): Promise<Connection> => {
    const { clock, connect, metrics, remember } = this.#parts;
    const startedAt = clock.now();
    if (this.#attempts++ > 0) metrics.restarts.add();
    let connection: Connection | undefined;
    const events: ConnectionEvents = {
      onLost,
      note: this.note,
      onResourceUpdated: this.#parts.onResourceUpdated,
      onListChanged: (kinds) => connection && this.#listing.refreshSoon(connection, kinds, this.#stop.signal),
    };
    connection = await connect({ events, addLogLine: (from, text) => this.logs.add(from, text), signal });
    try {
      // First the ear, then the look: what changes in between is not missed.
      await untilAborted(connection.listen(this.#watched.uris), signal);
      await this.#listing.readAll(connection, signal);
    } catch (error) {
      await connection.close(0);
      throw error;
    }
    remember(connection, this.#listing.entries);
    metrics.connect.observe(clock.now() - startedAt);
    return connection;
  };

  readonly #onState = (state: LifeState): void => {
    const { log, name } = this.#parts;
    this.#connection = state.status === 'available' ? state.connection : undefined;
    if (state.status === 'available') {
      const allowed = 'extensions' in this.definition ? this.definition.extensions : [];
      this.#source?.setExtensions(
        passedExtensions(state.connection.facts.capabilities, extensionRule(allowed)),
      );
      this.#source?.setState({ status: 'available' });
      log.info('upstream is available', {
        upstream: name,
        era: state.connection.facts.era,
      });
    } else if (state.status === 'connecting') this.#source?.setState({ status: 'connecting' });
    else if (state.status === 'unavailable' && state.nextAttemptAt !== undefined) {
      this.note(state.reason);
      this.#source?.setState({ status: 'unavailable', reason: state.reason });
      log.warn('upstream is not available', { upstream: name, reason: state.reason });
    }
  };

  readonly #publish = (entries: readonly SourceEntry[]): void => {
    // The same list again, after a restart for instance, is no news to anybody.
    const digest = createHash('sha256').update(JSON.stringify(entries)).digest('hex');
    if (digest === this.#published) return;
    this.#published = digest;
    this.#source?.publish(entries);
    if (this.#connection) this.#parts.remember(this.#connection, entries);
  };

  #ready(signal: AbortSignal): Promise<Connection> {
    if (this.#life) return this.#life.ready(signal);
    return Promise.reject(new Error('the upstream has not been started'));
  }

  async #callOver(connection: Connection, invocation: Invocation): Promise<CallResult> {
    try {
      return await this.#callOnce(connection, invocation);
    } catch (error) {
      // Only these two say for certain that the call was not carried out.
      if (isSignalboxError(error) && error.code === 'session_not_found') {
        this.#life?.lose(connection, error);
        return this.#callOnce(await this.#ready(invocation.signal), invocation);
      }
      if (!isHeaderMismatch(error) || invocation.request.kind !== 'tool') throw error;
      await this.#listing.refresh(connection, ['tool'], invocation.signal);
      return this.#callOnce(connection, invocation);
    }
  }

  #callOnce(connection: Connection, invocation: Invocation): Promise<CallResult> {
    if (invocation.request.kind === 'subscription') return this.#watched.watch(connection, invocation);
    return connection.call(invocation);
  }
}
