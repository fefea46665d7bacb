import {
  encodeFailure,
  encodeResult,
  hasEnvelope,
  parseJsonText,
  type RpcMessage,
  type RpcRequest,
  readBatch,
  readInitialize,
  readMessage,
  toRpcError,
} from '@signalbox/protocol';
import { type Clock, type JsonValue, SignalboxError } from '@signalbox/sdk';
import { legacyListener } from '../legacy/legacy-listener.ts';
import { LegacyPeer } from '../legacy/legacy-peer.ts';
import type { LegacyPlace, LegacyService } from '../legacy/legacy-place.ts';
import { runItems } from '../legacy/run-items.ts';
import { initializeResult, serveLegacy } from '../legacy/serve-legacy.ts';
import { unwatchResources } from '../listen/watch-resources.ts';
import { ModernRequests, type ModernStreamParts } from './modern-requests.ts';

/** What a connection works with. */
export interface StreamParts extends LegacyService, ModernStreamParts {
  readonly settings: ModernStreamParts['settings'] & {
    readonly maxBodyBytes: number;
    readonly maxRequestsPerConnection: number;
    readonly maxBatchMessages: number;
  };
  readonly clock: Clock;
}

/** The way back to the client. */
export interface ClientLine {
  readonly send: (text: string) => void;
  /** Told whenever a request has ended, so that another may be taken. */
  readonly onSettled?: () => void;
  /** True for HTTP+SSE: the legacy era only, and the answers to a batch one by one. */
  readonly isEventStream?: boolean;
}

// While a client is asked, its answer must get through: so many more requests are read, then refused.
const askedFactor = 4;

/** One client at the other end of a line that carries whole messages. The first `initialize` opens its legacy session. */
export class StreamConnection {
  readonly #parts: StreamParts;
  readonly #place: LegacyPlace;
  readonly #line: ClientLine;
  readonly #modern: ModernRequests;
  #session: { readonly peer: LegacyPeer; readonly stopListening: () => void } | undefined;
  #inFlight = 0;
  #onIdle: (() => void) | undefined;

  constructor(parts: StreamParts, place: LegacyPlace, line: ClientLine) {
    this.#parts = parts;
    this.#place = place;
    this.#line = line;
    this.#modern = new ModernRequests(parts, place, line.send);
  }

  /** True while another message may be taken; more is better left unread. */
  get mayTake(): boolean {
    const isAsked = this.#session?.peer.isAsked ?? false;
    return this.#inFlight < this.#parts.settings.maxRequestsPerConnection || isAsked;
  }

  /** Takes one text as it came; false when it is no message, which the client is told. */
  take(text: string): boolean {
    try {
      this.takeValue(parseJsonText(text));
      return true;
    } catch (error) {
      this.#line.send(encodeFailure(undefined, toRpcError(error, 'legacy')));
      return false;
    }
  }

  /** Takes one message or batch. Errors: `invalid_request`, `too_large`, for what is none. */
  takeValue(value: JsonValue): void {
    if (Array.isArray(value)) return this.#takeBatch(value);
    const message = readMessage(value);
    if (message.kind !== 'request') return this.#takeLegacy(message);
    const isModern = hasEnvelope(message.params);
    if (isModern && this.#line.isEventStream) throw onlyLegacy();
    if (this.#isFull) return this.#line.send(refuseOverload(message, this.#inFlight));
    this.#track(isModern ? this.#modern.serve(message) : this.#serve(message));
  }

  /** Resolves when nothing runs any more, or after `maxMs`. */
  idle(clock: Clock, maxMs: number): Promise<void> {
    return new Promise((resolve) => {
      if (this.#inFlight === 0) return resolve();
      const cancel = clock.after(maxMs, resolve);
      this.#onIdle = () => {
        cancel();
        resolve();
      };
    });
  }

  /** Cancels everything that runs: the client is gone. */
  close(): void {
    this.#modern.close();
    this.#closeSession();
  }

  get #isFull(): boolean {
    return this.#inFlight >= askedFactor * this.#parts.settings.maxRequestsPerConnection;
  }

  #track(running: Promise<void>): void {
    this.#inFlight++;
    void running.finally(() => {
      this.#inFlight--;
      this.#line.onSettled?.();
      if (this.#inFlight === 0) this.#onIdle?.();
    });
  }

  #takeLegacy(message: Exclude<RpcMessage, { kind: 'request' }>): void {
    if (message.kind === 'notification' && message.method === 'notifications/cancelled')
      this.#modern.cancel(message.params['requestId']);
    this.#session?.peer.take(message);
  }

  #takeBatch(values: readonly JsonValue[]): void {
    const peer = this.#session?.peer;
    const items = readBatch(values, peer?.client.version, this.#parts.settings.maxBatchMessages);
    if (!peer) return;
    const answers: string[] = [];
    const onAnswer = this.#line.isEventStream ? this.#line.send : (text: string) => void answers.push(text);
    const serve = (request: RpcRequest): Promise<string | undefined> => this.#answer(peer, request);
    const running = runItems(items, { peer, serve, onAnswer }).then(() => {
      if (answers.length > 0) this.#line.send(`[${answers.join(',')}]`);
    });
    this.#track(running);
  }

  async #serve(request: RpcRequest): Promise<void> {
    if (request.method === 'initialize') return this.#initialize(request);
    if (!this.#session) {
      const error = new SignalboxError(
        'invalid_request',
        `"${request.method.slice(0, 100)}" came before "initialize"`,
      );
      return this.#line.send(encodeFailure(request.id, toRpcError(error, 'legacy')));
    }
    const text = await this.#answer(this.#session.peer, request);
    if (text !== undefined) this.#line.send(text);
  }

  #answer(peer: LegacyPeer, request: RpcRequest): Promise<string | undefined> {
    const { send } = this.#line;
    return serveLegacy(this.#parts, this.#place, { peer, send, sendAside: send }, request);
  }

  #initialize(request: RpcRequest): void {
    try {
      const peer = new LegacyPeer(readInitialize(request.params));
      this.#closeSession();
      this.#session = { peer, stopListening: this.#listen(peer) };
      this.#line.send(encodeResult(request.id, initializeResult(this.#parts, peer, this.#place.view)));
    } catch (error) {
      this.#line.send(encodeFailure(request.id, toRpcError(error, 'legacy')));
    }
  }

  #closeSession(): void {
    if (!this.#session) return;
    const { peer, stopListening } = this.#session;
    this.#session = undefined;
    stopListening();
    peer.close();
    unwatchResources(this.#parts.calls, this.#place, peer.subscriptions);
  }

  #listen(peer: LegacyPeer): () => void {
    return this.#parts.listens.add(legacyListener(() => this.#place, peer, this.#line.send));
  }
}

function refuseOverload({ id }: RpcRequest, count: number): string {
  const error = new SignalboxError(
    'overloaded',
    `${count} requests of this connection run already; wait for an answer`,
  );
  return encodeFailure(id, toRpcError(error, 'legacy'));
}

function onlyLegacy(): SignalboxError {
  return new SignalboxError(
    'invalid_request',
    'only protocol versions with "initialize" are spoken over HTTP+SSE; send this to the /mcp path instead',
  );
}
