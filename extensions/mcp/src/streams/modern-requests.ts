import { encodeFailure, openEnvelope, type RpcId, type RpcRequest, toRpcError } from '@signalbox/protocol';
import { isSignalboxError, type JsonValue, SignalboxError } from '@signalbox/sdk';
import type { LegacyPlace } from '../legacy/legacy-place.ts';
import type { ListenRouter } from '../listen/listen-router.ts';
import { makeListener, readFilter } from '../listen/listen-stream.ts';
import { unwatchResources, watchResources } from '../listen/watch-resources.ts';
import { type ModernService, serveModern } from '../modern/serve-modern.ts';
import { oneLine } from '../serve/one-line.ts';

/** What modern requests over a byte stream work with. */
export interface ModernStreamParts extends ModernService {
  readonly listens: ListenRouter;
}

/** The modern requests of one connection, running ones and open subscriptions, each under its id. */
export class ModernRequests {
  readonly #parts: ModernStreamParts;
  readonly #place: LegacyPlace;
  readonly #send: (text: string) => void;
  readonly #running = new Map<RpcId, AbortController>();

  constructor(parts: ModernStreamParts, place: LegacyPlace, send: (text: string) => void) {
    this.#parts = parts;
    this.#place = place;
    this.#send = send;
  }

  /** Serves one request; resolves when it is answered, or its subscription is open. Errors are answered here. */
  async serve(request: RpcRequest): Promise<void> {
    const { id, method } = request;
    if (this.#running.has(id)) return this.#send(encodeFailure(id, toRpcError(runsAlready(id), 'modern')));
    const controller = new AbortController();
    this.#running.set(id, controller);
    const { signal } = controller;
    let isSubscribed = false;
    try {
      const opened = openEnvelope(request.params);
      if (method === 'subscriptions/listen') {
        await this.#listen(id, opened, signal);
        isSubscribed = true;
        return;
      }
      const place = { ...this.#place, signal, notify: this.#send };
      const answer = await serveModern(this.#parts, { id, method, ...opened, ...place });
      if (!signal.aborted) this.#send(oneLine(answer));
    } catch (error) {
      const isCancelled = signal.aborted && isSignalboxError(error) && error.code === 'cancelled';
      if (!isCancelled) this.#send(encodeFailure(id, toRpcError(error, 'modern', method)));
    } finally {
      if (!isSubscribed) this.#running.delete(id);
    }
  }

  /** Cancels the request of an id, or ends its subscription. */
  cancel(id: JsonValue | undefined): void {
    if (typeof id === 'string' || typeof id === 'number') this.#running.get(id)?.abort();
  }

  /** Ends everything: the client has gone away. */
  close(): void {
    const left = new SignalboxError('session_not_found', 'the connection has ended');
    for (const controller of this.#running.values()) controller.abort(left);
  }

  async #listen(
    id: RpcId,
    { params, envelope }: ReturnType<typeof openEnvelope>,
    signal: AbortSignal,
  ): Promise<void> {
    const { calls, listens, serverInfo, tasks } = this.#parts;
    const capabilities = envelope.clientCapabilities;
    const filter = await readFilter(tasks, { params, capabilities, ...this.#place });
    const uris = await watchResources(calls, this.#place, filter.resourceUris, signal);
    const stop = (): void => unwatchResources(calls, this.#place, uris);
    if (signal.aborted) {
      stop();
      throw new SignalboxError('cancelled', 'the subscription was cancelled before it was open');
    }
    const agreed = { ...filter, resourceUris: new Set(uris) };
    const listener = makeListener(id, agreed, serverInfo, this.#send);
    const remove = addOr(stop, () => listens.add(listener));
    signal.addEventListener('abort', () => {
      this.#running.delete(id);
      remove();
      stop();
    });
    listener.acknowledge();
  }
}

/** Undoes what came before when the last step fails. */
function addOr<Result>(undo: () => void, step: () => Result): Result {
  try {
    return step();
  } catch (error) {
    undo();
    throw error;
  }
}

function runsAlready(id: RpcId): SignalboxError {
  return new SignalboxError('invalid_request', `a request with id ${JSON.stringify(id)} is already running`);
}
