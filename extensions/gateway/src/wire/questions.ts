import {
  encodeFailure,
  encodeResult,
  type RpcError,
  type RpcId,
  type RpcRequest,
  toRpcError,
} from '@signalbox/protocol';
import { SignalboxError } from '@signalbox/sdk';
import type { CallerLine, WireListener } from './wire.ts';

const mostOpen = 100;
const internalError = -32_603;

/** The questions of an upstream that are open now. */
export class Questions {
  readonly #open = new Map<unknown, AbortController>();
  readonly #note: (text: string) => void;

  constructor(note: (text: string) => void) {
    this.#note = note;
  }

  /** Finds the answer to a question, as text; undefined when this era answers none. Never rejects. */
  async answer(
    request: RpcRequest,
    callers: readonly CallerLine[],
    listener: WireListener,
  ): Promise<string | undefined> {
    if (!listener.answer) {
      this.#note(`ignored its request "${request.method}": protocol 2026-07-28 has no requests of a server`);
      return undefined;
    }
    if (this.#open.size >= mostOpen) return encodeFailure(request.id, toRpcError(tooMany(), 'legacy'));
    const controller = this.#begin(request.id);
    try {
      return encodeResult(request.id, await listener.answer(request, callers, controller.signal));
    } catch (error) {
      return encodeFailure(request.id, withWholeCode(toRpcError(error, 'legacy', request.method)));
    } finally {
      this.#open.delete(request.id);
    }
  }

  /** The upstream does not want the answer any more. */
  cancel(id: unknown): void {
    this.#open.get(id)?.abort();
  }

  /** Nobody can be answered any more. */
  close(): void {
    for (const controller of this.#open.values()) controller.abort();
  }

  #begin(id: RpcId): AbortController {
    const controller = new AbortController();
    this.#open.set(id, controller);
    return controller;
  }
}

/** A client may have answered with any number; an error's code is a whole one (JSON-RPC 2.0 §5.1). */
function withWholeCode(error: RpcError): RpcError {
  return Number.isInteger(error.code) ? error : { ...error, code: internalError };
}

function tooMany(): SignalboxError {
  return new SignalboxError('overloaded', `${mostOpen} requests of this server are open; wait for an answer`);
}
