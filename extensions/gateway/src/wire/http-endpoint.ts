import type { UpstreamSigner } from '@signalbox/sdk';
import { type Dispatcher, Pool } from 'undici';
import { type ExchangeOptions, HttpExchange } from './http-exchange.ts';
import { SignedRequest } from './signed-request.ts';

const connections = 128;
const defaultSlackMs = 5_000;

/** What an endpoint is made of. */
export interface HttpEndpointParts {
  readonly url: string;
  readonly headers: { readonly [name: string]: string };
  readonly maxMessageBytes: number;
  readonly callTimeoutMs: number;
  /** How much longer than a call an exchange nobody waits for may be silent, in milliseconds. */
  readonly slackMs?: number;
  /** Signs every request; without it only the headers above are sent. */
  readonly signer?: UpstreamSigner | undefined;
}

/** One URL with its pool of connections. Requests are never pipelined: a POST must not wait behind another. */
export class HttpEndpoint {
  readonly #pool: Pool;
  readonly #origin: string;
  readonly #path: string;
  readonly #timeoutMs: number;
  readonly #signer: UpstreamSigner | undefined;
  readonly #streams = new Set<HttpExchange>();
  /** Headers of every request; names in lower case. */
  readonly headers: { readonly [name: string]: string };
  readonly maxMessageBytes: number;
  readonly url: string;

  constructor({ url, headers, maxMessageBytes, callTimeoutMs, slackMs, signer }: HttpEndpointParts) {
    const target = new URL(url);
    this.url = url;
    this.#origin = target.origin;
    this.#path = `${target.pathname}${target.search}`;
    // For what nobody waits for. The gate ends a call: it may wait for a person, or be a task that takes hours.
    this.#timeoutMs = callTimeoutMs + (slackMs ?? defaultSlackMs);
    this.#pool = new Pool(target.origin, { connections, pipelining: 1, allowH2: false });
    this.headers = { ...authorizationOf(target), ...lowerCased(headers) };
    this.maxMessageBytes = maxMessageBytes;
    this.#signer = signer;
  }

  /** Sends one HTTP request. */
  send(options: ExchangeOptions): HttpExchange {
    const exchange = new HttpExchange(options, this.maxMessageBytes);
    const headersTimeout = options.isWaitedFor ? 0 : this.#timeoutMs;
    if (exchange.isLongLived) {
      // Only these: a set that every call enters and leaves keeps the garbage of thousands alive between collections.
      this.#streams.add(exchange);
      exchange.onSettled = () => this.#streams.delete(exchange);
    }
    const request = {
      path: options.path ?? this.#path,
      method: options.method,
      headers: options.headers,
      body: options.body ?? null,
      headersTimeout,
      bodyTimeout: options.isLongLived ? 0 : headersTimeout,
    };
    if (this.#signer) this.#sendSigned(this.#signer, request, { own: options.headers, exchange });
    else this.#pool.dispatch(request, exchange);
    return exchange;
  }

  #sendSigned(
    signer: UpstreamSigner,
    request: Dispatcher.DispatchOptions,
    { own, exchange }: { readonly own: ExchangeOptions['headers']; readonly exchange: HttpExchange },
  ): void {
    new SignedRequest({
      signer,
      request: { method: request.method, url: `${this.#origin}${request.path}` },
      exchange,
      dispatch: (headers, handler) =>
        this.#pool.dispatch({ ...request, headers: { ...own, ...headers } }, handler),
    }).send();
  }

  /** Ends streams at once and lets calls that run finish for `drainMs`. Safe to call again with less. */
  async close(drainMs: number): Promise<void> {
    for (const exchange of this.#streams) exchange.abort();
    const timer = setTimeout(() => void this.#pool.destroy(), drainMs);
    await this.#pool.close().catch(() => undefined);
    clearTimeout(timer);
  }
}

function authorizationOf(url: URL): { authorization?: string } {
  if (url.username === '') return {};
  const credentials = `${decodeURIComponent(url.username)}:${decodeURIComponent(url.password)}`;
  return { authorization: `Basic ${Buffer.from(credentials).toString('base64')}` };
}

function lowerCased(headers: { readonly [name: string]: string }): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}
