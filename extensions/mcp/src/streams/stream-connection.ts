import {
  encodeFailure,
  encodeNotification,
  encodeResult,
  hasEnvelope,
  parseJsonText,
  type RpcMessage,
  type RpcRequest,
  readInitialize,
  readMessage,
  toRpcError,
} from '@signalbox/protocol';
import { type Clock, SignalboxError } from '@signalbox/sdk';
import { LegacyPeer } from '../legacy/legacy-peer.ts';
import {
  initializeResult,
  type LegacyPlace,
  type LegacyService,
  serveLegacy,
} from '../legacy/serve-legacy.ts';
import { unwatchResources } from '../listen/watch-resources.ts';
import { ModernRequests, type ModernStreamParts } from './modern-requests.ts';

/** What a connection over a byte stream works with. */
export interface StreamParts extends LegacyService, ModernStreamParts {
  readonly settings: { readonly maxBodyBytes: number };
  readonly clock: Clock;
}

/** One client at the other end of a byte stream. The first `initialize` opens its legacy session. */
export class StreamConnection {
  readonly #parts: StreamParts;
  readonly #place: LegacyPlace;
  readonly #send: (text: string) => void;
  readonly #modern: ModernRequests;
  #session: { readonly peer: LegacyPeer; readonly stopListening: () => void } | undefined;
  #inFlight = 0;
  #onIdle: (() => void) | undefined;

  constructor(parts: StreamParts, place: LegacyPlace, send: (text: string) => void) {
    this.#parts = parts;
    this.#place = place;
    this.#send = send;
    this.#modern = new ModernRequests(parts, place, send);
  }

  take(line: string): void {
    try {
      const message = readMessage(parseJsonText(line));
      const isModern = message.kind === 'request' && hasEnvelope(message.params);
      if (isModern) this.#track(this.#modern.serve(message));
      else this.#takeLegacy(message);
    } catch (error) {
      this.#send(encodeFailure(undefined, toRpcError(error, 'legacy')));
    }
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

  #track(running: Promise<void>): void {
    this.#inFlight++;
    void running.finally(() => {
      if (--this.#inFlight === 0) this.#onIdle?.();
    });
  }

  #takeLegacy(message: RpcMessage): void {
    if (message.kind === 'request') return this.#track(this.#serveLegacy(message));
    if (message.kind === 'notification' && message.method === 'notifications/cancelled')
      this.#modern.cancel(message.params['requestId']);
    this.#session?.peer.take(message);
  }

  async #serveLegacy(request: RpcRequest): Promise<void> {
    if (request.method === 'initialize') return this.#initialize(request);
    if (!this.#session) {
      const error = new SignalboxError(
        'invalid_request',
        `"${request.method.slice(0, 100)}" came before "initialize"`,
      );
      return this.#send(encodeFailure(request.id, toRpcError(error, 'legacy')));
    }
    const way = { peer: this.#session.peer, send: this.#send };
    const text = await serveLegacy(this.#parts, this.#place, way, request);
    if (text !== undefined) this.#send(text);
  }

  #initialize(request: RpcRequest): void {
    try {
      const peer = new LegacyPeer(readInitialize(request.params));
      this.#closeSession();
      this.#session = { peer, stopListening: this.#listen(peer) };
      this.#send(encodeResult(request.id, initializeResult(this.#parts, peer, this.#place.view)));
    } catch (error) {
      this.#send(encodeFailure(request.id, toRpcError(error, 'legacy')));
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
    const { view } = this.#place;
    return this.#parts.listens.add({
      filter: { view, tools: true, prompts: true, resources: true, resourceUris: peer.subscriptions },
      notify: (method, params) => this.#send(encodeNotification(method, params)),
    });
  }
}
