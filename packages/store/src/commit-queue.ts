import type { SignalboxError } from '@signalbox/sdk';
import { storeError } from './store-error.ts';

/** What became of one write of a group. */
export type WriteOutcome<Result> =
  | { readonly ok: true; readonly value: Result }
  | { readonly ok: false; readonly error: SignalboxError };

/** How a commit queue commits, and its bounds. */
export interface CommitQueueOptions<Write, Result> {
  /** Commits a group and says for each write, in order, what became of it. Rejects when the whole group failed. */
  readonly commit: (writes: readonly Write[]) => Promise<readonly WriteOutcome<Result>[]>;
  /** The rows a write counts as. */
  readonly weigh: (write: Write) => number;
  /** Most rows waiting; more are refused with `store_failed`. */
  readonly maxQueuedRows: number;
  /** Most rows of one group; a single larger write is a group of its own. */
  readonly maxGroupRows: number;
}

/** Ends an exclusive hold of the store; further calls do nothing. */
export type ReleaseHold = () => void;

type Entry<Write, Result> = {
  readonly rows: number;
  readonly reject: (error: unknown) => void;
} & (
  | { readonly kind: 'write'; readonly write: Write; readonly resolve: (value: Result) => void }
  | { readonly kind: 'hold'; readonly resolve: (release: ReleaseHold) => void }
);

/**
 * Group commit: all writes of one turn of the event loop, and those that arrive while a group is being
 * committed, share the next commit. Order is kept; a hold waits for what came before and stops what comes after.
 */
export class CommitQueue<Write, Result> {
  readonly #options: CommitQueueOptions<Write, Result>;
  readonly #idleListeners: (() => void)[] = [];
  #entries: Entry<Write, Result>[] = [];
  #queuedRows = 0;
  #isBusy = false;
  #isScheduled = false;
  #closedBy: SignalboxError | undefined;

  constructor(options: CommitQueueOptions<Write, Result>) {
    this.#options = options;
  }

  /** Resolves when the write is committed. Rejects with `store_failed` when too many wait or it failed. */
  add(write: Write): Promise<Result> {
    const rows = this.#options.weigh(write);
    return new Promise((resolve, reject) => this.#enqueue({ kind: 'write', write, rows, resolve, reject }));
  }

  /** Resolves when nothing else writes, and keeps it so until the release is called. */
  hold(): Promise<ReleaseHold> {
    return new Promise((resolve, reject) => this.#enqueue({ kind: 'hold', rows: 1, resolve, reject }));
  }

  /** Refuses new writes with this error; resolves when everything added before has been answered. */
  finish(error: SignalboxError): Promise<void> {
    this.#closedBy ??= error;
    if (this.#entries.length === 0 && !this.#isBusy) return Promise.resolve();
    return new Promise((resolve) => this.#idleListeners.push(resolve));
  }

  /** Refuses everything from now on with this error; what has not been sent yet is rejected. */
  abandon(error: SignalboxError): void {
    this.#closedBy = error;
    const entries = this.#entries;
    this.#entries = [];
    this.#queuedRows = 0;
    for (const { reject } of entries) reject(error);
    this.#tellIdle();
  }

  #enqueue(entry: Entry<Write, Result>): void {
    if (this.#closedBy !== undefined) return entry.reject(this.#closedBy);
    if (this.#entries.length > 0 && this.#queuedRows + entry.rows > this.#options.maxQueuedRows)
      return entry.reject(
        storeError(
          'overloaded',
          `the store is overloaded: ${this.#queuedRows} rows wait to be written; try again`,
        ),
      );
    this.#entries.push(entry);
    this.#queuedRows += entry.rows;
    this.#schedule();
  }

  #schedule(): void {
    if (this.#isBusy || this.#isScheduled || this.#entries.length === 0) return;
    this.#isScheduled = true;
    setImmediate(() => {
      this.#isScheduled = false;
      void this.#runNext();
    });
  }

  async #runNext(): Promise<void> {
    const first = this.#entries[0];
    if (first === undefined) return;
    this.#isBusy = true;
    if (first.kind === 'hold') await this.#grantHold(first);
    else await this.#commitGroup(this.#takeGroup());
    this.#isBusy = false;
    this.#tellIdle();
    this.#schedule();
  }

  #grantHold(entry: Extract<Entry<Write, Result>, { kind: 'hold' }>): Promise<void> {
    this.#take(1);
    return new Promise((resolve) => entry.resolve(() => resolve()));
  }

  #takeGroup(): Extract<Entry<Write, Result>, { kind: 'write' }>[] {
    const group: Extract<Entry<Write, Result>, { kind: 'write' }>[] = [];
    let rows = 0;
    for (const entry of this.#entries) {
      if (entry.kind === 'hold') break;
      if (group.length > 0 && rows + entry.rows > this.#options.maxGroupRows) break;
      group.push(entry);
      rows += entry.rows;
    }
    this.#take(group.length);
    return group;
  }

  async #commitGroup(group: readonly Extract<Entry<Write, Result>, { kind: 'write' }>[]): Promise<void> {
    try {
      const outcomes = await this.#options.commit(group.map(({ write }) => write));
      group.forEach((entry, index) => answer(entry, outcomes[index]));
    } catch (error) {
      for (const { reject } of group) reject(error);
    }
  }

  #take(count: number): void {
    for (const { rows } of this.#entries.splice(0, count)) this.#queuedRows -= rows;
  }

  #tellIdle(): void {
    if (this.#entries.length > 0 || this.#isBusy) return;
    for (const listener of this.#idleListeners.splice(0)) listener();
  }
}

function answer<Write, Result>(
  entry: Extract<Entry<Write, Result>, { kind: 'write' }>,
  outcome: WriteOutcome<Result> | undefined,
): void {
  if (outcome === undefined) return entry.reject(storeError('io', 'the store gave no answer for a write'));
  if (outcome.ok) entry.resolve(outcome.value);
  else entry.reject(outcome.error);
}
