import {
  encodeNotification,
  encodeRequest,
  fromRpcError,
  type RpcMessage,
  type RpcRequest,
} from '@signalbox/protocol';
import { type JsonObject, SignalboxError, toSignalboxError } from '@signalbox/sdk';
import { abortError } from './abort-error.ts';
import { gone, type MessageChannel } from './message-channel.ts';
import { PendingRequest } from './pending-request.ts';
import { Questions } from './questions.ts';
import { readWireMessages, type WireMessage } from './read-wire-message.ts';
import { UselessMessages } from './useless-messages.ts';
import type { Wire, WireAnswer, WireEvents, WireListener, WireRequest } from './wire.ts';

const mostRemembered = 1_024;

/** What a wire over a channel is made of. */
export interface MessageWireParts extends WireEvents {
  readonly name: string;
  readonly channel: MessageChannel;
}

/** Many requests over one channel that carries whole messages, whatever the transport. Ids are the wire's own counter. */
export class MessageWire implements Wire {
  readonly transport: MessageChannel['transport'];
  readonly #parts: MessageWireParts;
  readonly #channel: MessageChannel;
  readonly #useless: UselessMessages;
  readonly #pending = new Map<unknown, PendingRequest>();
  readonly #cancelled = new Set<unknown>();
  readonly #questions: Questions;
  #listener: WireListener = { onNotification: () => undefined };
  #lastId = 0;
  #lost: SignalboxError | undefined;

  constructor(parts: MessageWireParts) {
    this.#parts = parts;
    this.#channel = parts.channel;
    this.transport = parts.channel.transport;
    this.#useless = new UselessMessages(parts.name, parts.channel, parts.note);
    this.#questions = new Questions(parts.note);
    this.#channel.open({ onText: (text) => this.#read(text), onEnd: (error) => this.#lose(error) });
  }

  nextId = (): number => ++this.#lastId;

  setListener = (listener: WireListener): void => {
    this.#listener = listener;
  };

  request = (request: WireRequest): Promise<WireAnswer> => {
    if (this.#lost) return Promise.reject(this.#lost);
    if (request.signal.aborted) return Promise.reject(abortError(request.signal));
    const pending = new PendingRequest(request, this.#owner);
    this.#pending.set(request.id, pending);
    this.#channel.send(encodeRequest(request.id, request.method, request.params), (error) => {
      if (error) this.#onUndelivered(request.id, error);
    });
    return pending.answer;
  };

  notify = (method: string, params: JsonObject): void => {
    void this.deliver(method, params);
  };

  /** Sends a notification; resolves when it was handed over, or cannot be. */
  deliver(method: string, params: JsonObject): Promise<void> {
    return this.#lost ? Promise.resolve() : this.#send(encodeNotification(method, params), method);
  }

  close = async (_drainMs: number): Promise<void> => {
    this.#lost ??= gone(this.#parts.name, 'it was stopped');
    this.#failAll(this.#lost);
    await this.#channel.close();
  };

  readonly #owner = {
    onAbort: (pending: PendingRequest): void => this.#cancel(pending),
    unknownAnswers: (): number => this.#useless.unknownAnswers,
  };

  #cancel({ request }: PendingRequest): void {
    this.#pending.delete(request.id);
    // Its answer may still come; that is no fault of the upstream.
    if (this.#cancelled.size >= mostRemembered) this.#cancelled.clear();
    this.#cancelled.add(request.id);
    // initialize must not be cancelled (2025-11-25, basic/utilities/cancellation).
    if (request.method !== 'initialize')
      this.notify('notifications/cancelled', { requestId: request.id, reason: 'the caller gave up' });
  }

  #send(text: string, what: string): Promise<void> {
    return new Promise((resolve) => {
      this.#channel.send(text, (error) => {
        if (error) this.#parts.note(`${what} was not delivered: ${error.message}`);
        resolve();
      });
    });
  }

  #onUndelivered(id: unknown, error: SignalboxError): void {
    const pending = this.#pending.get(id);
    this.#pending.delete(id);
    pending?.reject(error);
    if (error.code === 'session_not_found') this.#lose(error);
  }

  #read(text: string): void {
    if (this.#lost) return;
    try {
      for (const read of readWireMessages(text)) this.#take(read, text);
    } catch (error) {
      this.#lose(toSignalboxError(error));
    }
  }

  #take(read: WireMessage, text: string): void {
    if (this.#lost) return;
    if (read.kind === 'noise') return this.#useless.countNoise(text, read.why);
    if (read.kind === 'refused') return this.#refuse(read, text);
    this.#dispatch(read.message);
  }

  #dispatch(message: RpcMessage): void {
    if (message.kind === 'result' || message.kind === 'failure') return this.#settle(message);
    this.#useless.reset();
    if (message.kind === 'request') void this.#answer(message);
    else this.#notice(message.method, message.params);
  }

  #settle(message: Extract<RpcMessage, { kind: 'result' | 'failure' }>): void {
    const pending = this.#pending.get(message.id);
    if (!pending) {
      if (!this.#cancelled.delete(message.id)) this.#useless.countUnknownAnswer(message.id ?? null);
      return;
    }
    this.#useless.reset();
    this.#pending.delete(message.id);
    if (message.kind === 'failure') pending.reject(fromRpcError(message.error));
    else pending.resolve({ kind: 'result', result: message.result });
  }

  #refuse({ id, why }: Extract<WireMessage, { kind: 'refused' }>, text: string): void {
    const pending = this.#pending.get(id);
    if (!pending) return this.#useless.countNoise(text, why);
    this.#pending.delete(id);
    this.#parts.note(`refused an answer: ${why}`);
    pending.reject(
      new SignalboxError('upstream_invalid_answer', `upstream "${this.#parts.name}" answered, but ${why}`),
    );
  }

  #notice(method: string, params: JsonObject): void {
    if (method === 'notifications/progress') this.#waitingFor(params['progressToken'])?.progress.pass(params);
    else if (method === 'notifications/cancelled') this.#onCancelled(params);
    else if (method === 'notifications/message') this.#passLog(params);
    else this.#listener.onNotification(method, params);
  }

  /** The request a token was given out with; or the one that waits for the task its call has become. */
  #waitingFor(token: unknown): PendingRequest | undefined {
    const own = this.#pending.get(token);
    if (own || token === undefined) return own;
    return [...this.#pending.values()].find(({ request }) => request.caller?.progressToken === token);
  }

  #onCancelled(params: JsonObject): void {
    const id = params['requestId'];
    this.#questions.cancel(id);
    const pending = this.#pending.get(id);
    // A server may only take back a subscription (2026-07-28, patterns/cancellation).
    if (!pending?.request.isLongLived) return;
    this.#pending.delete(id);
    pending.reject(gone(this.#parts.name, 'it ended the subscription'));
  }

  #passLog(params: JsonObject): void {
    // A log message names no request: it goes to the only call there is, or nowhere.
    const callers = this.#callers();
    if (callers.length === 1) callers[0]?.log?.(params);
  }

  #callers() {
    return [...this.#pending.values()].flatMap(({ request }) => request.caller ?? []);
  }

  async #answer(request: RpcRequest): Promise<void> {
    const text = await this.#questions.answer(request, this.#callers(), this.#listener);
    if (text !== undefined && !this.#lost) await this.#send(text, `the answer to its "${request.method}"`);
  }

  #lose(error: SignalboxError): void {
    if (this.#lost) return;
    this.#lost = error;
    this.#failAll(error);
    this.#parts.onLost(error);
  }

  #failAll(error: SignalboxError): void {
    this.#questions.close();
    for (const pending of this.#pending.values()) pending.reject(error);
    this.#pending.clear();
  }
}
