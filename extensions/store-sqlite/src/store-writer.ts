import { type Clock, isSignalboxError, type SignalboxError } from '@signalbox/sdk';
import { CommitQueue, storeError, type WriteOutcome } from '@signalbox/store';
import { StoreTransaction } from './store-transaction.ts';
import type { WorkerLink } from './worker-link.ts';
import type { GroupOutcome, StatementResult, Write } from './worker-messages.ts';

/** Bounds of what may wait and how long. */
export interface WriterLimits {
  /** Most rows that wait for their commit; more are refused. */
  readonly maxQueuedRows: number;
  /** Longest time a transaction may hold the writer. */
  readonly maxTransactionMs: number;
}

/** Everything that changes the store: group commits, and transactions that have it for themselves. */
export class StoreWriter {
  readonly #link: WorkerLink;
  readonly #clock: Clock;
  readonly #limits: WriterLimits;
  readonly #queue: CommitQueue<Write, StatementResult | undefined>;
  #fault: SignalboxError | undefined;

  constructor(link: WorkerLink, clock: Clock, limits: WriterLimits) {
    this.#link = link;
    this.#clock = clock;
    this.#limits = limits;
    this.#queue = new CommitQueue({
      commit: (writes) => this.#commit(writes),
      weigh,
      maxQueuedRows: limits.maxQueuedRows,
      maxGroupRows: 5_000,
    });
    link.onDeath((error) => this.#queue.abandon(error));
  }

  /** Why the last write could not reach the disk; undefined after one that did. */
  get fault(): SignalboxError | undefined {
    return this.#fault;
  }

  /** Resolves when the write is on disk. */
  write(write: Write): Promise<StatementResult | undefined> {
    return this.#queue.add(write);
  }

  /** Opens a transaction once everything before it is committed. */
  async begin(): Promise<StoreTransaction> {
    const release = await this.#queue.hold();
    try {
      await this.#link.request('begin', undefined);
      return new StoreTransaction({
        link: this.#link,
        release,
        clock: this.#clock,
        maxMs: this.#limits.maxTransactionMs,
        noteFailure: (error) => this.#noteFailure(error),
      });
    } catch (error) {
      release();
      throw error;
    }
  }

  /** Refuses new writes and resolves when the others are answered. */
  finish(error: SignalboxError): Promise<void> {
    return this.#queue.finish(error);
  }

  async #commit(writes: readonly Write[]): Promise<WriteOutcome<StatementResult | undefined>[]> {
    const outcomes = (await this.#link.request('group', writes)).map(toOutcome);
    this.#noteOutcomes(outcomes);
    return outcomes;
  }

  #noteOutcomes(outcomes: readonly WriteOutcome<unknown>[]): void {
    if (outcomes.some(({ ok }) => ok)) this.#fault = undefined;
    for (const outcome of outcomes) if (!outcome.ok) this.#noteFailure(outcome.error);
  }

  #noteFailure(error: unknown): void {
    if (isSignalboxError(error) && isDiskFault(error)) this.#fault = error;
  }
}

function weigh(write: Write): number {
  if (write.kind === 'rows') return write.rows.length;
  return write.kind === 'together' ? write.steps.length : 1;
}

function toOutcome(outcome: GroupOutcome): WriteOutcome<StatementResult | undefined> {
  if (outcome.ok) return outcome;
  return { ok: false, error: storeError(outcome.failure.reason, outcome.failure.message) };
}

const diskFaults: readonly unknown[] = ['full', 'readonly', 'io', 'corrupt'];

function isDiskFault({ details }: SignalboxError): boolean {
  return (
    typeof details === 'object' &&
    details !== null &&
    'reason' in details &&
    diskFaults.includes(details['reason'])
  );
}
