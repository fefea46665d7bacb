import type { IncomingHttpHeaders } from 'node:http';
import type { RequestToSign, UpstreamSigner } from '@signalbox/sdk';
import type { Dispatcher } from 'undici';
import type { HttpExchange } from './http-exchange.ts';

const mostRefusals = 2;
const mostKeptBytes = 65_536;

/** What a signed request is made of. */
export interface SignedRequestParts {
  readonly signer: UpstreamSigner;
  readonly request: RequestToSign;
  readonly exchange: HttpExchange;
  /** Sends the request with these headers besides its own, and tells the handler of it. */
  readonly dispatch: (
    headers: { readonly [name: string]: string },
    handler: Dispatcher.DispatchHandler,
  ) => void;
}

interface Refusal {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly chunks: Buffer[];
  bytes: number;
}

/**
 * Signs a request before it is sent and, while its upstream refuses the credential (401, 403) and the signer can make
 * that good, sends it again. That a refused request was not carried out is what RFC 9110 §15.5.2 lets one expect and nothing
 * proves: an upstream that acts first and refuses then does it twice. Twice more at most, for a nonce and a token that was
 * taken back may come together. What cannot be made good is the answer.
 */
export class SignedRequest implements Dispatcher.DispatchHandler {
  readonly #parts: SignedRequestParts;
  #refusals = 0;
  #refusal: Refusal | undefined;

  constructor(parts: SignedRequestParts) {
    this.#parts = parts;
  }

  /** Sends it: at once where the signer knows its headers, else when it does. */
  send(): void {
    const { signer, request } = this.#parts;
    try {
      const headers = signer.headersFor(request);
      if (headers instanceof Promise) headers.then(this.#dispatch, this.#fail);
      else this.#dispatch(headers);
    } catch (error) {
      this.#fail(error);
    }
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#parts.exchange.onRequestStart(controller);
  }

  onResponseStart(
    controller: Dispatcher.DispatchController,
    status: number,
    headers: IncomingHttpHeaders,
  ): void {
    if (headers['dpop-nonce'] !== undefined)
      this.#parts.signer.onAnswer?.(this.#parts.request, { status, headers });
    const isRefusal = status === 401 || status === 403;
    if (isRefusal && this.#refusals < mostRefusals) this.#refusal = { status, headers, chunks: [], bytes: 0 };
    else this.#parts.exchange.onResponseStart(controller, status, headers);
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    const refusal = this.#refusal;
    if (!refusal) return this.#parts.exchange.onResponseData(controller, chunk);
    refusal.bytes += chunk.length;
    if (refusal.bytes <= mostKeptBytes) refusal.chunks.push(chunk);
  }

  onResponseEnd(controller: Dispatcher.DispatchController): void {
    const refusal = this.#refusal;
    if (!refusal) return this.#parts.exchange.onResponseEnd();
    this.#refusal = undefined;
    this.#refusals++;
    const { signer, request } = this.#parts;
    signer
      .afterRefusal(request, { status: refusal.status, headers: refusal.headers })
      .then((isGood) => (isGood ? this.send() : this.#pass(controller, refusal)))
      .catch(this.#fail);
  }

  onResponseError(controller: Dispatcher.DispatchController, error: Error): void {
    this.#parts.exchange.onResponseError(controller, error);
  }

  readonly #dispatch = (headers: { readonly [name: string]: string }): void => {
    // Nothing is sent for a caller that has gone meanwhile.
    if (!this.#parts.exchange.isOver) this.#parts.dispatch(headers, this);
  };

  readonly #fail = (error: unknown): void => {
    this.#parts.exchange.abort(error instanceof Error ? error : new Error('signing failed'));
  };

  #pass(controller: Dispatcher.DispatchController, { status, headers, chunks }: Refusal): void {
    const { exchange } = this.#parts;
    exchange.onResponseStart(controller, status, headers);
    for (const chunk of chunks) exchange.onResponseData(controller, chunk);
    exchange.onResponseEnd();
  }
}
