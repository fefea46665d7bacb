import {
  encodeRequest,
  fromRpcError,
  type RpcMessage,
  type RpcRequest,
  type SseEvent,
} from '@signalbox/protocol';
import { isJsonObject, isSignalboxError, type JsonObject, SignalboxError, sleep } from '@signalbox/sdk';
import { abortError } from './abort-error.ts';
import { ProgressRelay } from './caller-messages.ts';
import { isEraDoubt, isUnreachable, statusError, transportError } from './http-errors.ts';
import type { HttpExchange, HttpResponse } from './http-exchange.ts';
import type { HttpWire } from './http-wire.ts';
import { toLastEventId } from './last-event-id.ts';
import { readWireMessages } from './read-wire-message.ts';
import type { WireAnswer, WireRequest } from './wire.ts';

const defaultRetryMs = 1_000;
const longestRetryMs = 30_000;
const mostBreaks = 10;
const shortestIdleRetryMs = 100;
const lingerMs = 1_000;

/** One request over Streamable HTTP: a POST whose answer is one message or a stream of them. */
export class HttpCall {
  readonly #wire: HttpWire;
  readonly #request: WireRequest;
  readonly #progress: ProgressRelay;
  readonly #resolve: (answer: WireAnswer) => void;
  readonly #reject: (error: SignalboxError) => void;
  readonly answer: Promise<WireAnswer>;
  #exchange: HttpExchange | undefined;
  #isSettled = false;
  #lastEventId: string | undefined;
  #retryMs = defaultRetryMs;
  #breaks = 0;
  #isEmpty = true;

  constructor(wire: HttpWire, request: WireRequest) {
    this.#wire = wire;
    this.#request = request;
    this.#progress = new ProgressRelay(request.caller);
    const { promise, resolve, reject } = Promise.withResolvers<WireAnswer>();
    this.answer = promise;
    this.#resolve = resolve;
    this.#reject = reject;
  }

  start(): this {
    const { id, method, params, signal } = this.#request;
    signal.addEventListener('abort', this.#onAbort);
    this.#follow(
      this.#wire.endpoint.send({
        method: 'POST',
        headers: this.#wire.headersOf(this.#request),
        body: encodeRequest(id, method, params),
        onEvent: this.#onEvent,
        ...(method === 'initialize' ? { onHead: this.#wire.takeSession } : {}),
        isLongLived: this.#request.isLongLived ?? false,
        isWaitedFor: this.#request.caller !== undefined,
      }),
    );
    return this;
  }

  /** Progress that came on another stream. */
  passProgress(params: JsonObject): void {
    this.#progress.pass(params);
  }

  // A function, not this object: an object that listens to a signal is kept until the next full collection.
  readonly #onAbort = (): void => {
    this.#wire.cancel(this.#request);
    this.#fail(abortError(this.#request.signal));
    this.#exchange?.abort();
  };

  #follow(exchange: HttpExchange): void {
    this.#exchange = exchange;
    exchange.done.then(this.#onResponse, this.#onFailure);
  }

  readonly #onResponse = (response: HttpResponse): void => {
    if (this.#isSettled) return;
    if (response.isEventStream && response.status === 200) return this.#onStreamEnd();
    if (response.status !== 200) return this.#onRefusal(response);
    if (this.#request.wantsBytes && this.#takeBytes(response.body)) return;
    this.#take(response.body.toString('utf8'), 'its answer');
    // Nothing else will come: a message that answers nothing must not keep the call waiting.
    if (!this.#isSettled) this.#fail(this.#invalid('its answer holds no answer to what was asked'));
  };

  #onRefusal(response: HttpResponse): void {
    const error = statusError(this.#wire.name, response, this.#wire.hasSession);
    this.#fail(error);
    if (isEraDoubt(response, this.#wire.isLegacy)) this.#wire.doubt(error);
  }

  readonly #onFailure = (error: unknown): void => {
    if (this.#isSettled) return;
    // A disconnection is not the end of a legacy call (2025-11-25, basic/transports, "Sending Messages").
    if (this.#canResume() && ++this.#breaks <= mostBreaks && !isSignalboxError(error))
      return void this.#resume();
    const failure = transportError(this.#wire.name, error);
    this.#fail(failure);
    // A quiet stream is cut by every proxy once in a while; that says nothing about the upstream.
    if (this.#request.isLongLived && !isUnreachable(error)) return;
    if (failure.code === 'upstream_unavailable') this.#wire.doubt(failure);
  };

  readonly #onEvent = (event: SseEvent): void => {
    if (event.id !== undefined) this.#lastEventId = toLastEventId(event.id);
    if (event.retryMs !== undefined) this.#retryMs = event.retryMs;
    this.#breaks = 0;
    this.#isEmpty = false;
    if (event.data === '') return;
    this.#take(event.data, 'an event of its answer');
    if (this.#isSettled) this.#letGo();
  };

  /** A complete answer under the caller's own id passes as it is; anything else is read. */
  #takeBytes(bytes: Buffer): boolean {
    const value: unknown = parse(bytes.toString('utf8'));
    if (!isJsonObject(value) || value['id'] !== this.#request.id || value['jsonrpc'] !== '2.0') return false;
    const { result } = value;
    if (!isJsonObject(result) || result['resultType'] !== 'complete') return false;
    this.#settle({ kind: 'bytes', bytes, isError: result['isError'] === true });
    return true;
  }

  #take(text: string, what: string): void {
    for (const read of readWireMessages(text)) {
      if (read.kind === 'message') this.#onMessage(read.message);
      else this.#fail(this.#invalid(`${what} is no MCP message (${read.why})`));
    }
  }

  #onMessage(message: RpcMessage): void {
    if (this.#isSettled) return;
    if (message.kind === 'request') return this.#onRequest(message);
    if (message.kind === 'notification') return this.#onNotification(message.method, message.params);
    const isOurs =
      message.id === this.#request.id || (message.kind === 'failure' && message.id === undefined);
    if (!isOurs)
      return this.#fail(
        this.#invalid(
          `it answered with the id ${JSON.stringify(message.id).slice(0, 80)}, which was not asked`,
        ),
      );
    if (message.kind === 'failure') this.#fail(fromRpcError(message.error));
    else this.#settle({ kind: 'result', result: message.result });
  }

  #onNotification(method: string, params: RpcRequest['params']): void {
    if (method === 'notifications/progress') this.#progress.pass(params);
    else if (method === 'notifications/message') this.#request.caller?.log?.(params);
    else this.#wire.onNotification(method, params);
  }

  #onRequest(request: RpcRequest): void {
    this.#wire.answerUpstream(request, this.#request.caller ? [this.#request.caller] : []);
  }

  #onStreamEnd(): void {
    if (this.#canResume()) return void this.#resume();
    if (this.#request.isLongLived)
      return this.#fail(transportError(this.#wire.name, new Error('stream closed')));
    this.#fail(this.#invalid('it closed its answer before the answer was complete'));
  }

  #canResume(): boolean {
    return this.#wire.isLegacy && this.#lastEventId !== undefined;
  }

  /** Comes back for the rest. An upstream may close its stream as often as it likes; the call's own deadline bounds it. */
  async #resume(): Promise<void> {
    const shortestMs = this.#isEmpty ? shortestIdleRetryMs : 0;
    this.#isEmpty = true;
    const waitMs = Math.max(shortestMs, Math.min(this.#retryMs, longestRetryMs));
    try {
      await sleep(this.#wire.clock, waitMs, this.#request.signal);
    } catch {
      return;
    }
    const headers = { ...this.#wire.streamHeaders(), 'last-event-id': this.#lastEventId ?? '' };
    const isWaitedFor = this.#request.caller !== undefined;
    this.#follow(this.#wire.endpoint.send({ method: 'GET', headers, onEvent: this.#onEvent, isWaitedFor }));
  }

  /** The stream should end after its answer; one that does not must not keep a connection. */
  #letGo(): void {
    const exchange = this.#exchange;
    const cancel = this.#wire.clock.after(lingerMs, () => exchange?.abort());
    exchange?.done.then(cancel, cancel);
  }

  #settle(answer: WireAnswer): void {
    this.#end();
    this.#resolve(answer);
  }

  #fail(error: SignalboxError): void {
    this.#end();
    this.#reject(error);
  }

  #end(): void {
    this.#isSettled = true;
    this.#progress.end();
    this.#request.signal.removeEventListener('abort', this.#onAbort);
  }

  #invalid(what: string): SignalboxError {
    return new SignalboxError(
      'upstream_invalid_answer',
      `upstream "${this.#wire.name}" is at fault: ${what}; report it to its author`,
    );
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
