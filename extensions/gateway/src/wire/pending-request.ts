import { SignalboxError } from '@signalbox/sdk';
import { abortError } from './abort-error.ts';
import { ProgressRelay } from './caller-messages.ts';
import type { WireAnswer, WireRequest } from './wire.ts';

/** What a pending request needs of its wire. */
export interface PendingOwner {
  readonly onAbort: (pending: PendingRequest) => void;
  readonly unknownAnswers: () => number;
}

/** A request that waits for its answer on a shared connection. */
export class PendingRequest {
  readonly request: WireRequest;
  readonly progress: ProgressRelay;
  readonly answer: Promise<WireAnswer>;
  readonly #owner: PendingOwner;
  readonly #unknownBefore: number;
  readonly #resolve: (answer: WireAnswer) => void;
  readonly #reject: (error: SignalboxError) => void;

  constructor(request: WireRequest, owner: PendingOwner) {
    this.request = request;
    this.progress = new ProgressRelay(request.caller);
    this.#owner = owner;
    this.#unknownBefore = owner.unknownAnswers();
    const { promise, resolve, reject } = Promise.withResolvers<WireAnswer>();
    this.answer = promise;
    this.#resolve = resolve;
    this.#reject = reject;
    request.signal.addEventListener('abort', this.#onAbort);
  }

  // A function, not this object: an object that listens to a signal is kept until the next full collection.
  readonly #onAbort = (): void => {
    this.#owner.onAbort(this);
    this.#end();
    this.#reject(this.#abortReason());
  };

  resolve(answer: WireAnswer): void {
    this.#end();
    this.#resolve(answer);
  }

  reject(error: SignalboxError): void {
    this.#end();
    this.#reject(error);
  }

  #end(): void {
    this.progress.end();
    this.request.signal.removeEventListener('abort', this.#onAbort);
  }

  #abortReason(): SignalboxError {
    const error = abortError(this.request.signal);
    const unknown = this.#owner.unknownAnswers() - this.#unknownBefore;
    if (error.code !== 'timeout' || unknown === 0) return error;
    return new SignalboxError(
      'timeout',
      `${error.message} (meanwhile the upstream sent ${unknown} answers with unknown ids: its program mixes up ids)`,
      { cause: error },
    );
  }
}
