import { Worker } from 'node:worker_threads';
import { type Clock, type SignalboxError, systemClock } from '@signalbox/sdk';
import { storeError } from '@signalbox/store';
import { workerLocation } from './worker-location.ts';
import type { AnswerMessage, RequestMessage, Requests } from './worker-messages.ts';

/** How long a link waits, by whose clock. */
export interface WorkerLinkOptions {
  readonly answerTimeoutMs?: number;
  readonly clock?: Clock;
}

interface Waiting {
  readonly sentAt: number;
  readonly settle: (answer: AnswerMessage) => void;
  readonly reject: (error: SignalboxError) => void;
}

type SendableRequest<Kind extends keyof Requests> = {
  readonly kind: Kind;
  readonly input: Requests[Kind]['input'];
};

/**
 * Requests to one worker thread and their answers, in order. When the worker dies, or does not answer in time,
 * what waits is rejected with `store_failed`; what it had been given may or may not be in the store then.
 */
export class WorkerLink {
  readonly #worker: Worker;
  readonly #answerTimeoutMs: number;
  readonly #clock: Clock;
  readonly #waiting = new Map<number, Waiting>();
  readonly #overdue = new Set<number>();
  readonly #deathListeners: ((error: SignalboxError) => void)[] = [];
  #lastId = 0;
  #stopWatch: (() => void) | undefined;
  #death: SignalboxError | undefined;

  constructor(options: WorkerLinkOptions = {}) {
    this.#answerTimeoutMs = options.answerTimeoutMs ?? 60_000;
    this.#clock = options.clock ?? systemClock;
    this.#worker = new Worker(workerLocation(import.meta.url), {
      name: 'signalbox-store',
      // Groups are small and short-lived; the default would let idle garbage grow to 48 MB.
      resourceLimits: { maxYoungGenerationSizeMb: 4 },
    });
    this.#worker.on('message', (answer: AnswerMessage) => this.#receive(answer));
    this.#worker.on('error', (error) =>
      this.#die(storeError('worker', `the store's worker died: ${error.message}`, error)),
    );
    this.#worker.on('exit', (code) =>
      this.#die(storeError('worker', `the store's worker ended with code ${code}; start the hub again`)),
    );
  }

  /** Why the worker is gone; undefined while it lives. */
  get death(): SignalboxError | undefined {
    return this.#death;
  }

  /** True while an answer is missing for longer than the link waits. */
  get isOverdue(): boolean {
    return this.#overdue.size > 0;
  }

  /** Asks the worker. Rejects with the error the worker's failure stands for. */
  request<Kind extends keyof Requests>(
    kind: Kind,
    input: Requests[Kind]['input'],
  ): Promise<Requests[Kind]['output']> {
    return new Promise((resolve, reject) => {
      if (this.#death !== undefined) return reject(this.#death);
      const settle = (answer: AnswerMessage): void => {
        if (!answer.ok) return reject(storeError(answer.failure.reason, answer.failure.message));
        resolve(answer.value as Requests[Kind]['output']);
      };
      this.#send({ kind, input }, { sentAt: this.#clock.now(), settle, reject });
    });
  }

  /** Calls back once when the worker is gone. */
  onDeath(listener: (error: SignalboxError) => void): void {
    this.#deathListeners.push(listener);
  }

  /** Ends the worker now; what waits is rejected with `error`. */
  async terminate(error: SignalboxError): Promise<void> {
    this.#die(error);
    await this.#worker.terminate();
  }

  #send<Kind extends keyof Requests>(request: SendableRequest<Kind>, waiting: Waiting): void {
    const id = ++this.#lastId;
    this.#waiting.set(id, waiting);
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- the rule is about windows
    this.#worker.postMessage({ id, ...request } satisfies { id: number; kind: RequestMessage['kind'] });
    this.#stopWatch ??= this.#clock.after(this.#answerTimeoutMs, () => this.#rejectOverdue());
  }

  #receive(answer: AnswerMessage): void {
    this.#overdue.delete(answer.id);
    const waiting = this.#waiting.get(answer.id);
    this.#waiting.delete(answer.id);
    waiting?.settle(answer);
  }

  #rejectOverdue(): void {
    this.#stopWatch = undefined;
    const now = this.#clock.now();
    let nextInMs: number | undefined;
    for (const [id, { sentAt, reject }] of this.#waiting) {
      nextInMs = sentAt + this.#answerTimeoutMs - now;
      if (nextInMs > 0) break;
      this.#waiting.delete(id);
      this.#overdue.add(id);
      reject(
        storeError(
          'timeout',
          `the store gave no answer for ${this.#answerTimeoutMs} ms; a write may still happen`,
        ),
      );
    }
    if (this.#waiting.size > 0)
      this.#stopWatch = this.#clock.after(Math.max(1, nextInMs ?? 1), () => this.#rejectOverdue());
  }

  #die(error: SignalboxError): void {
    if (this.#death !== undefined) return;
    this.#death = error;
    this.#stopWatch?.();
    for (const { reject } of this.#waiting.values()) reject(error);
    this.#waiting.clear();
    for (const listener of this.#deathListeners) listener(error);
  }
}
