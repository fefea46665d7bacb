import type { IncomingHttpHeaders } from 'node:http';
import { type SseEvent, SseReader } from '@signalbox/protocol';
import { SignalboxError } from '@signalbox/sdk';
import type { Dispatcher } from 'undici';

/** One HTTP request and what to do with its response while it comes in. */
export interface ExchangeOptions {
  readonly method: 'GET' | 'POST' | 'DELETE';
  /** Path and query; the endpoint's own where absent. */
  readonly path?: string;
  readonly headers: { readonly [name: string]: string };
  readonly body?: string;
  /** Takes the events of an event stream; without it the stream is read as a body. */
  readonly onEvent?: (event: SseEvent) => void;
  /** Called when status and headers are in. */
  readonly onHead?: (response: HttpHead) => void;
  /** True for a stream that may be silent for ever. */
  readonly isLongLived?: boolean;
  /** True when somebody waits who ends it: it may be silent for as long as they wait. */
  readonly isWaitedFor?: boolean;
}

/** Status and headers of a response. */
export interface HttpHead {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly isEventStream: boolean;
}

/** A whole response; the body of an event stream is empty, its events have been passed on. */
export interface HttpResponse extends HttpHead {
  readonly body: Buffer;
}

/** The handler of one request as undici wants it: raw, without streams. `done` rejects with undici's errors or `too_large`. */
export class HttpExchange implements Dispatcher.DispatchHandler {
  readonly done: Promise<HttpResponse>;
  readonly isLongLived: boolean;
  onSettled: () => void = () => undefined;
  readonly #options: ExchangeOptions;
  readonly #maxBytes: number;
  readonly #resolve: (response: HttpResponse) => void;
  readonly #reject: (error: Error) => void;
  readonly #chunks: Buffer[] = [];
  #bytes = 0;
  #controller: Dispatcher.DispatchController | undefined;
  #head: HttpHead | undefined;
  #events: SseReader | undefined;
  #aborted: Error | undefined;

  constructor(options: ExchangeOptions, maxBytes: number) {
    this.#options = options;
    this.#maxBytes = maxBytes;
    this.isLongLived = options.isLongLived ?? false;
    const { promise, resolve, reject } = Promise.withResolvers<HttpResponse>();
    this.done = promise;
    this.#resolve = resolve;
    this.#reject = reject;
  }

  /** True when it was given up: nothing needs to be sent for it any more. */
  get isOver(): boolean {
    return this.#aborted !== undefined;
  }

  /** Ends the exchange, and with it the connection; for a modern upstream this is how a call is cancelled. */
  abort(reason: Error = new SignalboxError('cancelled', 'the request was given up')): void {
    this.#aborted = reason;
    this.#controller?.abort(reason);
    this.#fail(reason);
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    if (this.#aborted) controller.abort(this.#aborted);
  }

  onResponseStart(
    _controller: Dispatcher.DispatchController,
    status: number,
    headers: IncomingHttpHeaders,
  ): void {
    if (status < 200) return;
    const isEventStream = /^text\/event-stream\b/i.test(headers['content-type'] ?? '');
    this.#head = { status, headers, isEventStream };
    if (isEventStream && status === 200 && this.#options.onEvent)
      this.#events = new SseReader(this.#maxBytes);
    this.#options.onHead?.(this.#head);
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    if (this.#aborted) return;
    try {
      if (this.#events) this.#passEvents(this.#events.push(chunk));
      else this.#collect(chunk);
    } catch (error) {
      this.#aborted = error as Error;
      this.#fail(this.#aborted);
      controller.abort(this.#aborted);
    }
  }

  onResponseEnd(): void {
    const body = this.#chunks.length === 1 ? this.#chunks[0] : Buffer.concat(this.#chunks);
    if (!this.#head || !body) return this.#fail(new Error('the response has no head'));
    this.onSettled();
    this.#resolve({ ...this.#head, body });
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    this.#fail(this.#aborted ?? error);
  }

  #passEvents(events: readonly SseEvent[]): void {
    for (const event of events) this.#options.onEvent?.(event);
  }

  #collect(chunk: Buffer): void {
    this.#bytes += chunk.length;
    if (this.#bytes > this.#maxBytes)
      throw new SignalboxError('too_large', `a message is longer than ${this.#maxBytes} bytes`);
    this.#chunks.push(chunk);
  }

  #fail(error: Error): void {
    this.onSettled();
    this.#reject(error);
  }
}
