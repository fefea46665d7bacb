import {
  type CallResult,
  type Invocation,
  isSignalboxError,
  type SignalboxError,
  type TaskToResume,
} from '@signalbox/sdk';
import type { Connection } from '../peer/connection.ts';
import { isHeaderMismatch } from '../peer/modern-error.ts';
import { callAndFollow, goingOnWith } from './call-and-follow.ts';
import { type LifeParts, type LifeState, UpstreamLife } from './upstream-life.ts';
import { isUnwatch, WatchedResources } from './watched-resources.ts';

/** What a line is made of. */
export interface LineParts extends LifeParts {
  /** Lists the tools again, for a connection that was told its headers do not fit them. */
  readonly refreshTools: (connection: Connection, signal: AbortSignal) => Promise<void>;
  /** Why calls may not go over a connection; absent where they may over every one. */
  readonly refusal?: (connection: Connection) => SignalboxError | undefined;
  /** What was watched over an earlier line. */
  readonly watched?: WatchedResources;
}

type OnTask = (task: TaskToResume) => void;

/** One line to an upstream: a connection that is kept, the calls over it, and what is watched over it. */
export class Line {
  readonly watched: WatchedResources;
  readonly #parts: LineParts;
  #life: UpstreamLife | undefined;
  #connection: Connection | undefined;
  #restarting: Promise<void> | undefined;
  readonly #stopping = new AbortController();

  constructor(parts: LineParts) {
    this.#parts = { ...parts, onState: this.#noteState(parts.onState) };
    this.watched = parts.watched ?? new WatchedResources();
  }

  /** Begins to connect. */
  start(): void {
    this.#life = new UpstreamLife(this.#parts);
    this.#life.start();
  }

  /** Ends the connection. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#life?.stop();
  }

  /** Ends the connection and begins anew; without effect on a line that was never begun. */
  restart(): Promise<void> {
    this.#restarting ??= this.#beginAnew().finally(() => {
      this.#restarting = undefined;
    });
    return this.#restarting;
  }

  get state(): LifeState | undefined {
    return this.#life?.state;
  }

  /** The connection there is now. */
  get connection(): Connection | undefined {
    return this.#connection;
  }

  /** Resolves when the first attempt has ended. */
  get settled(): Promise<void> {
    return this.#life?.settled ?? Promise.resolve();
  }

  /** Says that the connection is of no use any more. */
  lose(error: SignalboxError): void {
    if (this.#connection) this.#life?.lose(this.#connection, error);
  }

  /** Makes the next attempt now, where one is waited for. */
  retryNow(): void {
    this.#life?.retryNow();
  }

  /**
   * Carries out a call: waits for a connection that is being made, refuses at once when there is none. A task that was made of a call is
   * followed from connection to connection.
   */
  call(invocation: Invocation): Promise<CallResult> {
    if (isUnwatch(invocation)) {
      const connection = this.#connection;
      const isRefused = connection && this.#parts.refusal?.(connection);
      return this.watched.unwatch(isRefused ? undefined : connection, invocation);
    }
    const { clock, random } = this.#parts;
    const following = { clock, random, stopping: this.#stopping.signal };
    return callAndFollow(following, invocation, (given, onTask) => this.#callNow(given, onTask));
  }

  #callNow(invocation: Invocation, onTask: OnTask): Promise<CallResult> {
    const connection = this.#connection;
    if (connection) return this.#callOver(connection, invocation, onTask);
    return this.#ready(invocation.signal).then((made) => this.#callOver(made, invocation, onTask));
  }

  async #callOver(connection: Connection, invocation: Invocation, onTask: OnTask): Promise<CallResult> {
    let given = invocation;
    const hear: OnTask = (task) => {
      given = goingOnWith(invocation, task);
      onTask(task);
    };
    try {
      return await this.#callOnce(connection, given, hear);
    } catch (error) {
      // Only these two say for certain that the call was not carried out, unless it is a task by now.
      if (isSignalboxError(error) && error.code === 'session_not_found') {
        this.#life?.lose(connection, error);
        return this.#callOnce(await this.#ready(invocation.signal), given, hear);
      }
      if (!isHeaderMismatch(error) || invocation.request.kind !== 'tool') throw error;
      await this.#parts.refreshTools(connection, invocation.signal);
      return this.#callOnce(connection, given, hear);
    }
  }

  #callOnce(connection: Connection, invocation: Invocation, onTask: OnTask): Promise<CallResult> {
    const refusal = this.#parts.refusal?.(connection);
    if (refusal) return Promise.reject(refusal);
    if (invocation.request.kind === 'subscription') return this.watched.watch(connection, invocation);
    return connection.call(invocation, onTask);
  }

  #ready(signal: AbortSignal): Promise<Connection> {
    if (this.#life) return this.#life.ready(signal);
    return Promise.reject(new Error('the upstream has not been started'));
  }

  async #beginAnew(): Promise<void> {
    if (!this.#life) return;
    await this.#life.stop();
    this.#parts.onState({ status: 'connecting' });
    this.start();
  }

  #noteState(tell: LifeParts['onState']): LifeParts['onState'] {
    return (state) => {
      this.#connection = state.status === 'available' ? state.connection : undefined;
      tell(state);
    };
  }
}
