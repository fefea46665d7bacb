import type { Clock, SignalboxError } from '@signalbox/sdk';
import { type ReleaseHold, type StoredValue, storeError } from '@signalbox/store';
import type { WorkerLink } from './worker-link.ts';
import type { Requests, StatementResult } from './worker-messages.ts';

/** What a transaction is made of. */
export interface TransactionParts {
  readonly link: WorkerLink;
  readonly release: ReleaseHold;
  readonly clock: Clock;
  /** Longest time it may hold the writer. */
  readonly maxMs: number;
  /** Hears every failure, so that the store can tell how it is. */
  readonly noteFailure: (error: unknown) => void;
}

/** A transaction that has the writer for itself; rolled back when it takes longer than it may. */
export class StoreTransaction {
  readonly #parts: TransactionParts;
  readonly #stopTimer: () => void;
  #endedBy: SignalboxError | undefined;

  constructor(parts: TransactionParts) {
    this.#parts = parts;
    this.#stopTimer = parts.clock.after(parts.maxMs, () => void this.#expire());
  }

  /** Runs one statement inside. Rejects with `store_failed` after the transaction's end. */
  run(sql: string, parameters: readonly StoredValue[]): Promise<StatementResult> {
    return this.#request('run', { sql, parameters });
  }

  /** Runs text that gives no rows. */
  script(sql: string): Promise<undefined> {
    return this.#request('script', sql);
  }

  /** Resolves when everything inside is on disk; after a rejection nothing of it is. */
  async commit(): Promise<void> {
    if (this.#endedBy !== undefined) throw this.#endedBy;
    await this.#end('commit', storeError('closed', 'the transaction is committed; begin another'));
  }

  /** Takes everything inside back; does nothing after the transaction's end. */
  async rollback(): Promise<void> {
    if (this.#endedBy !== undefined) return;
    await this.#end('rollback', storeError('closed', 'the transaction was rolled back; begin another'));
  }

  async #request<Kind extends 'run' | 'script'>(
    kind: Kind,
    input: Requests[Kind]['input'],
  ): Promise<Requests[Kind]['output']> {
    if (this.#endedBy !== undefined) throw this.#endedBy;
    try {
      return await this.#parts.link.request(kind, input);
    } catch (error) {
      this.#parts.noteFailure(error);
      throw error;
    }
  }

  async #expire(): Promise<void> {
    const error = storeError(
      'timeout',
      `a transaction held the store for more than ${this.#parts.maxMs} ms and was rolled back; do nothing slow inside one`,
    );
    await this.#end('rollback', error).catch(() => undefined);
  }

  async #end(how: 'commit' | 'rollback', error: SignalboxError): Promise<void> {
    this.#endedBy = error;
    this.#stopTimer();
    try {
      await this.#parts.link.request(how, undefined);
    } catch (failure) {
      this.#parts.noteFailure(failure);
      throw failure;
    } finally {
      this.#parts.release();
    }
  }
}
