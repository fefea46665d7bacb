import {
  encodeNotification,
  encodeRequest,
  fromRpcError,
  LineSplitter,
  type RpcMessage,
  type RpcRequest,
} from '@signalbox/protocol';
import { isSignalboxError, type JsonObject, SignalboxError } from '@signalbox/sdk';
import type { RunningProcess } from '../process/running-process.ts';
import { abortError } from './abort-error.ts';
import { PendingRequest } from './pending-request.ts';
import { Questions } from './questions.ts';
import { readWireMessage } from './read-wire-message.ts';
import { UselessMessages } from './useless-messages.ts';
import type { Wire, WireAnswer, WireEvents, WireListener, WireRequest } from './wire.ts';

const mostRemembered = 1_024;
const drainMs = 100;

/** What a stdio wire is made of. */
export interface StdioWireParts extends WireEvents {
  readonly name: string;
  readonly process: RunningProcess;
  readonly maxMessageBytes: number;
}

/**
 * Many requests over one child's standard streams. Ids are the wire's own counter; writes of one turn of the event
 * loop go out together.
 */
export class StdioWire implements Wire {
  readonly #parts: StdioWireParts;
  readonly #lines: LineSplitter;
  readonly #useless: UselessMessages;
  readonly #pending = new Map<unknown, PendingRequest>();
  readonly #cancelled = new Set<unknown>();
  readonly #questions: Questions;
  #listener: WireListener = { onNotification: () => undefined };
  #outbox = '';
  #lastId = 0;
  #lost: SignalboxError | undefined;

  constructor(parts: StdioWireParts) {
    this.#parts = parts;
    this.#lines = new LineSplitter(parts.maxMessageBytes);
    this.#useless = new UselessMessages(parts.name, parts.note);
    this.#questions = new Questions(parts.note);
    const { stdout, exited } = parts.process;
    stdout.on('data', (chunk: Buffer) => this.#read(chunk));
    stdout.on('end', () => void this.#onOutputEnd());
    void exited.then((reason) => this.#lose(this.#unavailable(`its process ${reason}`)));
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
    this.#send(encodeRequest(request.id, request.method, request.params));
    return pending.answer;
  };

  notify = (method: string, params: JsonObject): void => {
    if (!this.#lost) this.#send(encodeNotification(method, params));
  };

  close = async (_drainMs: number): Promise<void> => {
    this.#lost ??= this.#unavailable('it was stopped');
    this.#failAll(this.#lost);
    await this.#parts.process.stop();
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

  #send(text: string): void {
    if (this.#outbox === '') setImmediate(this.#flush);
    this.#outbox += `${text}\n`;
  }

  readonly #flush = (): void => {
    const text = this.#outbox;
    this.#outbox = '';
    if (!this.#lost && this.#parts.process.stdin.writable) this.#parts.process.stdin.write(text);
  };

  #read(chunk: Buffer): void {
    if (this.#lost) return;
    try {
      for (const line of this.#lines.push(chunk)) this.#readLine(line);
    } catch (error) {
      this.#lose(this.#invalid(error));
    }
  }

  #readLine(line: string): void {
    const read = readWireMessage(line);
    if (read.kind === 'noise') return this.#useless.countNoise(line, read.why);
    if (read.kind === 'refused') return this.#refuse(read.id, read.why);
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

  #refuse(id: unknown, why: string): void {
    const pending = this.#pending.get(id);
    this.#pending.delete(id);
    this.#parts.note(`refused an answer: ${why}`);
    pending?.reject(
      new SignalboxError('upstream_invalid_answer', `upstream "${this.#parts.name}" answered, but ${why}`),
    );
  }

  #notice(method: string, params: JsonObject): void {
    if (method === 'notifications/progress')
      this.#pending.get(params['progressToken'])?.progress.pass(params);
    else if (method === 'notifications/cancelled') this.#onCancelled(params);
    else if (method === 'notifications/message') this.#passLog(params);
    else this.#listener.onNotification(method, params);
  }

  #onCancelled(params: JsonObject): void {
    const id = params['requestId'];
    this.#questions.cancel(id);
    const pending = this.#pending.get(id);
    // A server may only take back a subscription (2026-07-28, patterns/cancellation).
    if (!pending?.request.isLongLived) return;
    this.#pending.delete(id);
    pending.reject(this.#unavailable('it ended the subscription'));
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
    if (text !== undefined && !this.#lost) this.#send(text);
  }

  async #onOutputEnd(): Promise<void> {
    // When the process has ended, too, how it ended says more.
    const reason = await Promise.race([this.#parts.process.exited, pause()]);
    const what = reason === undefined ? 'it closed its standard output' : `its process ${reason}`;
    this.#lose(this.#unavailable(what));
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

  #unavailable(what: string): SignalboxError {
    const { name } = this.#parts;
    return new SignalboxError(
      'upstream_unavailable',
      `upstream "${name}" is not available: ${what}; see "signalbox server logs ${name}"`,
    );
  }

  #invalid(error: unknown): SignalboxError {
    if (isSignalboxError(error) && error.code === 'upstream_invalid_answer') return error;
    const { name, maxMessageBytes } = this.#parts;
    return new SignalboxError(
      'upstream_invalid_answer',
      `upstream "${name}" sent a message longer than ${maxMessageBytes} bytes; ask it for less, or raise its maxMessageBytes`,
      { cause: error },
    );
  }
}

function pause(): Promise<undefined> {
  return new Promise((resolve) => setTimeout(() => resolve(undefined), drainMs));
}
