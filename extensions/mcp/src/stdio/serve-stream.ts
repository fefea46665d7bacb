import type { Readable, Writable } from 'node:stream';
import {
  encodeFailure,
  encodeNotification,
  encodeResult,
  hasEnvelope,
  LineSplitter,
  metaKeys,
  openEnvelope,
  parseJsonText,
  type RpcId,
  type RpcMessage,
  type RpcRequest,
  readInitialize,
  readMessage,
  toRpcError,
} from '@signalbox/protocol';
import { type Clock, isSignalboxError, type JsonObject, SignalboxError } from '@signalbox/sdk';
import { LegacyPeer } from '../legacy/legacy-peer.ts';
import {
  initializeResult,
  type LegacyPlace,
  type LegacyService,
  serveLegacy,
} from '../legacy/serve-legacy.ts';
import type { ListenRouter } from '../listen/listen-router.ts';
import { describeFilter, readFilter } from '../listen/listen-stream.ts';
import { type ModernService, serveModern } from '../modern/serve-modern.ts';

/** What a connection over a byte stream works with. */
export interface StreamParts extends LegacyService, ModernService {
  readonly listens: ListenRouter;
  readonly settings: { readonly maxBodyBytes: number };
  readonly clock: Clock;
}

// A client that has said everything gets this long for the answers.
const drainMs = 5_000;

/** Both directions of a connection: standard streams, or a socket. */
export interface ByteStream {
  readonly input: Readable;
  readonly output: Writable;
}

/** Serves MCP of both eras over lines of JSON until the input ends (2026-07-28, transports/stdio). */
export function serveStream(
  parts: StreamParts,
  place: LegacyPlace,
  { input, output }: ByteStream,
): Promise<void> {
  const connection = new StreamConnection(parts, place, (text) => void output.write(`${text}\n`));
  const lines = new LineSplitter(parts.settings.maxBodyBytes);
  return new Promise((resolve) => {
    const end = (): void => {
      connection.close();
      resolve();
    };
    // What was asked before the end is still answered; a client that hangs up altogether is not waited for.
    const drain = (): void => void connection.idle(parts.clock, drainMs).then(end);
    input.on('data', (chunk: Buffer) => {
      try {
        for (const line of lines.push(chunk)) connection.take(line);
      } catch (error) {
        // The line has no end in sight, so nothing after it can be read.
        output.write(`${encodeFailure(undefined, toRpcError(error, 'legacy'))}\n`);
        input.destroy();
        end();
      }
    });
    input.on('end', drain);
    input.on('close', () => {
      if (!input.readableEnded) end();
    });
    input.on('error', end);
    output.on('error', end);
  });
}

/** One client at the other end of a byte stream. The first `initialize` opens its legacy session. */
class StreamConnection {
  readonly #parts: StreamParts;
  readonly #place: LegacyPlace;
  readonly #send: (text: string) => void;
  readonly #running = new Map<RpcId, AbortController>();
  readonly #endings = new Set<() => void>();
  #peer: LegacyPeer | undefined;
  #inFlight = 0;
  #onIdle: (() => void) | undefined;

  constructor(parts: StreamParts, place: LegacyPlace, send: (text: string) => void) {
    this.#parts = parts;
    this.#place = place;
    this.#send = send;
  }

  take(line: string): void {
    try {
      const value = parseJsonText(line);
      const message = readMessage(value);
      const isModern = message.kind === 'request' && hasEnvelope(message.params);
      if (isModern) this.#track(this.#serveModern(message));
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
    for (const controller of this.#running.values()) controller.abort();
    for (const end of this.#endings) end();
    this.#peer?.close();
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
      this.#cancelModern(message.params);
    this.#peer?.take(message);
  }

  async #serveLegacy(request: RpcRequest): Promise<void> {
    if (request.method === 'initialize') return this.#initialize(request);
    if (!this.#peer) {
      const error = new SignalboxError(
        'invalid_request',
        `"${request.method.slice(0, 100)}" came before "initialize"`,
      );
      return this.#send(encodeFailure(request.id, toRpcError(error, 'legacy')));
    }
    const text = await serveLegacy(this.#parts, this.#place, { peer: this.#peer, send: this.#send }, request);
    if (text !== undefined) this.#send(text);
  }

  #initialize(request: RpcRequest): void {
    try {
      const peer = new LegacyPeer(readInitialize(request.params));
      this.#peer?.close();
      for (const end of this.#endings) end();
      this.#peer = peer;
      this.#endings.add(this.#listenLegacy(peer));
      this.#send(encodeResult(request.id, initializeResult(this.#parts, peer, this.#place.view)));
    } catch (error) {
      this.#send(encodeFailure(request.id, toRpcError(error, 'legacy')));
    }
  }

  #listenLegacy(peer: LegacyPeer): () => void {
    const { view } = this.#place;
    return this.#parts.listens.add({
      filter: { view, tools: true, prompts: true, resources: true, resourceUris: peer.subscriptions },
      notify: (method, params) => this.#send(encodeNotification(method, params)),
    });
  }

  async #serveModern(request: RpcRequest): Promise<void> {
    const { id, method } = request;
    const controller = new AbortController();
    try {
      const opened = openEnvelope(request.params);
      if (this.#running.has(id))
        throw new SignalboxError(
          'invalid_request',
          `a request with id ${JSON.stringify(id)} is already running`,
        );
      this.#running.set(id, controller);
      if (method === 'subscriptions/listen') return this.#listen(id, opened.params, controller.signal);
      const { signal } = controller;
      const answer = await serveModern(this.#parts, {
        id,
        method,
        ...opened,
        ...this.#place,
        signal,
        notify: this.#send,
      });
      if (!signal.aborted)
        this.#send(typeof answer === 'string' ? answer : Buffer.from(answer).toString('utf8'));
    } catch (error) {
      const isCancelled = controller.signal.aborted && isSignalboxError(error) && error.code === 'cancelled';
      if (!isCancelled) this.#send(encodeFailure(id, toRpcError(error, 'modern', method)));
    } finally {
      if (method !== 'subscriptions/listen') this.#running.delete(id);
    }
  }

  #listen(id: RpcId, params: JsonObject, signal: AbortSignal): void {
    const filter = readFilter(params, this.#place.view);
    const meta = { [metaKeys.subscriptionId]: id };
    const send = (method: string, body: JsonObject): void =>
      this.#send(encodeNotification(method, { ...body, _meta: meta }));
    const end = (): void => this.#send(encodeResult(id, { resultType: 'complete', _meta: meta }));
    const remove = this.#parts.listens.add({ filter, notify: send, end });
    const stop = (): void => {
      remove();
      this.#running.delete(id);
      this.#endings.delete(stop);
    };
    this.#endings.add(stop);
    signal.addEventListener('abort', stop, { once: true });
    send('notifications/subscriptions/acknowledged', { notifications: describeFilter(filter) });
  }

  #cancelModern(params: JsonObject): void {
    const id = params['requestId'];
    if (typeof id === 'string' || typeof id === 'number') this.#running.get(id)?.abort();
  }
}
