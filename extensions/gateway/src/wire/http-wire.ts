import { encodeNotification, type RpcRequest } from '@signalbox/protocol';
import { type Clock, type JsonObject, SignalboxError } from '@signalbox/sdk';
import { abortError } from './abort-error.ts';
import { HttpCall } from './http-call.ts';
import type { HttpEndpoint } from './http-endpoint.ts';
import { statusError, transportError } from './http-errors.ts';
import type { HttpHead } from './http-exchange.ts';
import { HttpListenStream } from './http-listen-stream.ts';
import { Questions } from './questions.ts';
import type { CallerLine, Wire, WireAnswer, WireEvents, WireListener, WireRequest } from './wire.ts';

/** What a wire over HTTP is made of. */
export interface HttpWireParts extends WireEvents {
  readonly name: string;
  readonly endpoint: HttpEndpoint;
  readonly clock: Clock;
}

/** How requests are dressed in headers, and what else the era of an upstream decides. */
export interface HttpDress {
  /** Headers of a request besides those of every request. */
  readonly headersOf: (request: WireRequest) => { readonly [name: string]: string };
  /** Headers of a notification, an answer, a GET or a DELETE. */
  readonly plainHeaders: { readonly [name: string]: string };
  /** True for a legacy upstream that gave a session id. */
  readonly hasSession: boolean;
  /** True for legacy upstreams: broken streams go on, and giving up is said in a notification. */
  readonly isLegacy: boolean;
}

const deleteWaitMs = 1_000;
const accept = { accept: 'application/json, text/event-stream', 'content-type': 'application/json' };

/** JSON-RPC over Streamable HTTP, of either era. */
export class HttpWire implements Wire {
  readonly transport = 'http';
  readonly name: string;
  readonly endpoint: HttpEndpoint;
  readonly clock: Clock;
  readonly #parts: HttpWireParts;
  readonly #base: { readonly [name: string]: string };
  readonly #calls = new Map<HttpCall, WireRequest>();
  readonly #questions: Questions;
  #dress: HttpDress = { headersOf: () => ({}), plainHeaders: {}, hasSession: false, isLegacy: false };
  #listener: WireListener = { onNotification: () => undefined };
  #stream: HttpListenStream | undefined;
  #lastId = 0;
  #isClosed = false;

  constructor(parts: HttpWireParts) {
    this.#parts = parts;
    this.name = parts.name;
    this.endpoint = parts.endpoint;
    this.clock = parts.clock;
    this.#base = { ...parts.endpoint.headers, ...accept };
    this.#questions = new Questions(parts.note);
  }

  get hasSession(): boolean {
    return this.#dress.hasSession;
  }

  get isLegacy(): boolean {
    return this.#dress.isLegacy;
  }

  nextId = (): number => ++this.#lastId;

  setListener = (listener: WireListener): void => {
    this.#listener = listener;
  };

  /** The session id the upstream gave with its answer to `initialize`, if it gave one. */
  sessionId: string | undefined;

  readonly takeSession = ({ headers }: HttpHead): void => {
    const given = headers['mcp-session-id'];
    this.sessionId = typeof given === 'string' ? given : undefined;
  };

  /** Sets how requests are dressed from now on. */
  setDress(dress: HttpDress): void {
    this.#dress = dress;
  }

  request = (request: WireRequest): Promise<WireAnswer> => {
    if (this.#isClosed)
      return Promise.reject(
        new SignalboxError('upstream_unavailable', `upstream "${this.name}" was stopped`),
      );
    if (request.signal.aborted) return Promise.reject(abortError(request.signal));
    const call = new HttpCall(this, request);
    if (this.#dress.isLegacy && request.caller) this.#remember(call, request);
    return call.start().answer;
  };

  notify = (method: string, params: JsonObject): void => {
    this.post(encodeNotification(method, params)).catch((error: Error) =>
      this.#parts.note(`${method}: ${error.message}`),
    );
  };

  /** Sends a notification or an answer. Errors: `upstream_*`, `session_not_found`. */
  async post(text: string): Promise<void> {
    const headers = { ...this.#base, ...this.#dress.plainHeaders };
    const exchange = this.endpoint.send({ method: 'POST', headers, body: text });
    const response = await exchange.done.catch((error: unknown) =>
      Promise.reject(transportError(this.name, error)),
    );
    if (response.status >= 300) throw statusError(this.name, response, this.hasSession);
  }

  /** Opens the stream on which a legacy upstream speaks unasked, where it offers one. */
  openStream(): void {
    this.#stream = new HttpListenStream(this, this.#parts);
    this.#stream.open();
  }

  close = async (drainMs: number): Promise<void> => {
    const isFirst = !this.#isClosed;
    this.#isClosed = true;
    this.#stream?.close();
    if (isFirst && this.hasSession) await this.#endSession();
    await this.endpoint.close(drainMs);
    this.#questions.close();
  };

  headersOf(request: WireRequest): Record<string, string> {
    return { ...this.#base, ...this.#dress.headersOf(request) };
  }

  streamHeaders(): Record<string, string> {
    return { ...this.endpoint.headers, ...this.#dress.plainHeaders, accept: 'text/event-stream' };
  }

  onNotification(method: string, params: JsonObject): void {
    if (method === 'notifications/cancelled') this.#questions.cancel(params['requestId']);
    if (method === 'notifications/progress') return this.#passProgress(params);
    this.#listener.onNotification(method, params);
  }

  /** Answers a request of the upstream; without callers it came on no call's stream and may be about any of them. */
  answerUpstream(request: RpcRequest, callers?: readonly CallerLine[]): void {
    const candidates = callers ?? [...this.#calls.values()].flatMap(({ caller }) => caller ?? []);
    this.#questions
      .answer(request, candidates, this.#listener)
      .then((text) => (text === undefined ? undefined : this.post(text)))
      .catch((error: Error) =>
        this.#parts.note(`the answer to its request "${request.method}" was lost: ${error.message}`),
      );
  }

  /** Tells a legacy upstream that nobody waits any more; a modern one sees the stream close. */
  cancel(request: WireRequest): void {
    if (!this.#dress.isLegacy || request.method === 'initialize') return;
    this.notify('notifications/cancelled', { requestId: request.id, reason: 'the caller gave up' });
  }

  /** The connection broke, or the upstream speaks another era than it did. */
  doubt(error: SignalboxError): void {
    if (!this.#isClosed) this.#parts.onLost(error);
  }

  /** Progress belongs to the call of its token, whatever stream it comes on. */
  #passProgress(params: JsonObject): void {
    const token = params['progressToken'];
    for (const [call, { id, caller }] of this.#calls)
      if (token !== undefined && (id === token || caller?.progressToken === token)) call.passProgress(params);
  }

  #remember(call: HttpCall, request: WireRequest): void {
    this.#calls.set(call, request);
    const forget = (): void => void this.#calls.delete(call);
    call.answer.then(forget, forget);
  }

  async #endSession(): Promise<void> {
    const headers = { ...this.endpoint.headers, ...this.#dress.plainHeaders };
    const exchange = this.endpoint.send({ method: 'DELETE', headers });
    const timer = setTimeout(() => exchange.abort(), deleteWaitMs);
    // The upstream may refuse (405) or be gone; either way the session is over for us.
    await exchange.done.catch(() => undefined);
    clearTimeout(timer);
  }
}
