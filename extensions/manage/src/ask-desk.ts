import type { AskAnswer } from '@signalbox/api';
import { type Principal, SignalboxError } from '@signalbox/sdk';

const maxOpenAsks = 16;

interface OpenCall {
  readonly principal: Principal;
  readonly asks: Map<string, { give: (answer: AskAnswer) => void; refuse: (error: SignalboxError) => void }>;
}

/** Keeps the open questions of running calls until their caller answers, each once, or the call ends. */
export class AskDesk {
  readonly #calls = new Map<string, OpenCall>();
  readonly #newId: () => string;

  constructor(newId: () => string) {
    this.#newId = newId;
  }

  /** Starts taking questions of a call; the result ends it and refuses what is still open. */
  open(callId: string, principal: Principal): Disposable {
    this.#calls.set(callId, { principal, asks: new Map() });
    return { [Symbol.dispose]: () => this.#end(callId) };
  }

  /**
   * Puts a question; `tell` is told its id. Errors: `not_found` for a call that ended, `rate_limited` for too many
   * open questions, `cancelled` when the call ends or the signal aborts first.
   */
  async ask(callId: string, signal: AbortSignal, tell: (askId: string) => void): Promise<AskAnswer> {
    const call = this.#calls.get(callId);
    if (!call || signal.aborted) throw withdrawn();
    if (call.asks.size >= maxOpenAsks) {
      throw new SignalboxError(
        'rate_limited',
        `a call may have ${maxOpenAsks} open questions and this is one more; answer some first`,
      );
    }
    const askId = this.#newId();
    const answered = Promise.withResolvers<AskAnswer>();
    const stop = (): void => answered.reject(withdrawn());
    signal.addEventListener('abort', stop, { once: true });
    call.asks.set(askId, { give: answered.resolve, refuse: answered.reject });
    tell(askId);
    try {
      return await answered.promise;
    } finally {
      signal.removeEventListener('abort', stop);
      call.asks.delete(askId);
    }
  }

  /** Answers a question. Somebody else's, an ended one and an answered one are all `not_found`. */
  answer(
    at: { readonly callId: string; readonly askId: string },
    principal: Principal,
    answer: AskAnswer,
  ): void {
    const call = this.#calls.get(at.callId);
    const ask = call && isSame(call.principal, principal) ? call.asks.get(at.askId) : undefined;
    if (!call || !ask) {
      throw new SignalboxError(
        'not_found',
        `no open question "${at.askId}" of call "${at.callId}" is yours; it was answered or its call has ended`,
      );
    }
    call.asks.delete(at.askId);
    ask.give(answer);
  }

  /** Refuses everything that is open. */
  close(): void {
    for (const callId of this.#calls.keys()) this.#end(callId);
  }

  #end(callId: string): void {
    const call = this.#calls.get(callId);
    this.#calls.delete(callId);
    for (const ask of call?.asks.values() ?? []) ask.refuse(withdrawn());
  }
}

function isSame(a: Principal, b: Principal): boolean {
  return a.kind === b.kind && a.id === b.id && a.org === b.org;
}

function withdrawn(): SignalboxError {
  return new SignalboxError(
    'cancelled',
    'the question was withdrawn because its call ended; make the call again',
  );
}
