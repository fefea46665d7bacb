import { type Clock, SignalboxError, sleep, toSignalboxError } from '@signalbox/sdk';
import { deadlineSignal } from '../connect/deadline-signal.ts';
import type { Connection } from '../peer/connection.ts';
import { untilAborted } from '../wire/abort-error.ts';
import { backoffMs } from './backoff.ts';

const stableMs = 60_000;
const flappingMs = 1_000;
const mostQuickLosses = 3;

/** Where an upstream is in its life. */
export type LifeState =
  | { readonly status: 'connecting' }
  | { readonly status: 'available'; readonly connection: Connection; readonly connectedAt: number }
  | {
      readonly status: 'unavailable';
      readonly error: SignalboxError;
      readonly nextAttemptAt: number | undefined;
    }
  | { readonly status: 'stopped' };

/** What a life is made of. */
export interface LifeParts {
  readonly name: string;
  readonly clock: Clock;
  /** In 0…1. */
  readonly random: () => number;
  readonly startTimeoutMs: number;
  /** How long calls may go on over a connection that was lost; undefined where all calls are lost with it. */
  readonly drainMs: number | undefined;
  /** One whole attempt: connect and list. `onLost` is told when the connection breaks later. */
  readonly attempt: (signal: AbortSignal, onLost: (error: SignalboxError) => void) => Promise<Connection>;
  readonly onState: (state: LifeState) => void;
}

/** Keeps one upstream connected: attempt, live, lose, wait 1 to 60 s, again. */
export class UpstreamLife {
  /** Resolves when the first attempt has ended, well or not. */
  readonly settled: Promise<void>;
  readonly #parts: LifeParts;
  readonly #stop = new AbortController();
  readonly #settle: () => void;
  readonly #draining = new Set<Connection>();
  #state: LifeState = { status: 'connecting' };
  #ready = quietly(Promise.withResolvers<Connection>());
  #failures = 0;
  #attempts = 0;
  #quickLosses = 0;
  #wake = new AbortController();
  #loss: SignalboxError | undefined;
  #lost = Promise.withResolvers<void>();
  #ended: Promise<void> = Promise.resolve();

  constructor(parts: LifeParts) {
    this.#parts = parts;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.settled = promise;
    this.#settle = resolve;
  }

  get state(): LifeState {
    return this.#state;
  }

  start(): void {
    this.#ended = this.#live();
  }

  /** Ends the connection and everything that belongs to it. */
  async stop(): Promise<void> {
    this.#stop.abort(this.#stopped());
    await Promise.all([this.#ended, ...[...this.#draining].map((connection) => connection.close(0))]);
  }

  /** The connection, as soon as there is one. Errors: `upstream_unavailable`, and the signal's reason. */
  ready(signal: AbortSignal): Promise<Connection> {
    const state = this.#state;
    if (state.status === 'available') return Promise.resolve(state.connection);
    if (state.status === 'connecting') return untilAborted(this.#ready.promise, signal);
    return Promise.reject(
      state.status === 'unavailable' ? this.#refusal(state.error, state.nextAttemptAt) : this.#stopped(),
    );
  }

  /** Says that a connection is of no use any more; without effect when it is another by now. */
  lose(connection: Connection, error: SignalboxError): void {
    if (this.#state.status === 'available' && this.#state.connection === connection) this.#noteLoss(error);
  }

  /** Makes the next attempt now; without effect while it is connected or connecting. */
  retryNow(): void {
    if (this.#state.status === 'unavailable') this.#wake.abort();
  }

  async #live(): Promise<void> {
    const { signal } = this.#stop;
    while (!signal.aborted) {
      const connection = await this.#attempt();
      if (connection) await this.#keep(connection);
      else await this.#pause();
    }
    this.#setState({ status: 'stopped' });
    this.#ready.reject(this.#stopped());
    this.#settle();
  }

  /** One attempt; when it fails, the upstream is unavailable. */
  async #attempt(): Promise<Connection | undefined> {
    const { name, clock, startTimeoutMs, attempt } = this.#parts;
    const tooSlow = `upstream "${name}" was not ready within ${startTimeoutMs} ms; see "signalbox server logs ${name}", or raise its startTimeoutMs`;
    const deadline = deadlineSignal(clock, startTimeoutMs, this.#stop.signal, tooSlow);
    this.#lost = Promise.withResolvers();
    this.#loss = undefined;
    const number = ++this.#attempts;
    try {
      return await attempt(deadline.signal, (error) => number === this.#attempts && this.#noteLoss(error));
    } catch (error) {
      const { aborted, reason } = deadline.signal;
      if (!this.#stop.signal.aborted) this.#unavailable(toSignalboxError(aborted ? reason : error));
      return undefined;
    } finally {
      deadline.stop();
      this.#settle();
    }
  }

  /** Lives with a connection until it is lost or the upstream is stopped. */
  async #keep(connection: Connection): Promise<void> {
    const { clock, drainMs } = this.#parts;
    this.#setState({ status: 'available', connection, connectedAt: clock.now() });
    this.#ready.resolve(connection);
    // It may have been lost while it was still being listed.
    if (this.#loss) this.#fall(this.#loss, 0);
    await untilAborted(this.#lost.promise, this.#stop.signal).catch(() => undefined);
    if (this.#stop.signal.aborted || drainMs === undefined) await connection.close(0);
    else this.#drain(connection, drainMs);
    await this.#pause();
  }

  /** Takes note of a loss at once, so that no call is sent where nobody is. */
  #noteLoss(error: SignalboxError): void {
    if (this.#loss || this.#stop.signal.aborted) return;
    this.#loss = error;
    if (this.#state.status === 'available')
      this.#fall(error, this.#parts.clock.now() - this.#state.connectedAt);
    this.#lost.resolve();
  }

  #fall(error: SignalboxError, livedMs: number): void {
    if (livedMs >= stableMs) this.#failures = 0;
    this.#quickLosses = livedMs >= flappingMs ? 0 : this.#quickLosses + 1;
    const isHarmless = error.code === 'session_not_found' && this.#quickLosses <= mostQuickLosses;
    const mayRetryAtOnce = this.#parts.drainMs !== undefined && (livedMs >= flappingMs || isHarmless);
    if (mayRetryAtOnce) this.#connecting();
    else this.#unavailable(error);
  }

  /** Calls that run over other streams of the lost connection are let finish. */
  #drain(connection: Connection, drainMs: number): void {
    this.#draining.add(connection);
    void connection.close(drainMs).then(() => this.#draining.delete(connection));
  }

  /** Waits for the next attempt. What fails again stays unavailable, so that it does not come and go in the lists. */
  async #pause(): Promise<void> {
    if (this.#state.status !== 'unavailable' || this.#stop.signal.aborted) return;
    const { clock } = this.#parts;
    const { error, nextAttemptAt } = this.#state;
    const ends = AbortSignal.any([this.#stop.signal, this.#wake.signal]);
    await sleep(clock, Math.max(0, (nextAttemptAt ?? 0) - clock.now()), ends).catch(() => undefined);
    const isWoken = this.#wake.signal.aborted;
    this.#wake = new AbortController();
    if (isWoken && !this.#stop.signal.aborted) this.#connecting();
    else this.#setState({ status: 'unavailable', error, nextAttemptAt: undefined });
  }

  #unavailable(error: SignalboxError): void {
    const { clock, random } = this.#parts;
    const nextAttemptAt = clock.now() + backoffMs(this.#failures++, random());
    this.#setState({ status: 'unavailable', error, nextAttemptAt });
    this.#ready.reject(this.#refusal(error, nextAttemptAt));
  }

  #connecting(): void {
    this.#ready = quietly(Promise.withResolvers());
    this.#setState({ status: 'connecting' });
  }

  #setState(state: LifeState): void {
    this.#state = state;
    this.#parts.onState(state);
  }

  #stopped(): SignalboxError {
    return this.#refusal(new SignalboxError('upstream_unavailable', 'it was stopped'), undefined);
  }

  #refusal(error: SignalboxError, nextAttemptAt: number | undefined): SignalboxError {
    const { name, clock } = this.#parts;
    // No attempt makes that good, only somebody who signs in.
    if (error.code === 'upstream_login_needed') return error;
    const reason = error.message;
    const subject = reason.startsWith('upstream ')
      ? reason
      : `upstream "${name}" is not available: ${reason}`;
    const seconds =
      nextAttemptAt === undefined ? undefined : Math.ceil((nextAttemptAt - clock.now()) / 1_000);
    const next = seconds === undefined ? '' : `; the next attempt is in ${Math.max(0, seconds)} s`;
    return new SignalboxError('upstream_unavailable', subject + next, {
      details: nextAttemptAt === undefined ? {} : { nextAttemptAt },
    });
  }
}

/** A promise that may be rejected while nobody waits for it. */
function quietly<Value>(resolvers: PromiseWithResolvers<Value>): PromiseWithResolvers<Value> {
  resolvers.promise.catch(() => undefined);
  return resolvers;
}
