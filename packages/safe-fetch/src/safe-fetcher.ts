import type { IncomingHttpHeaders } from 'node:http';
import type { Readable } from 'node:stream';
import { type Clock, SignalboxError, systemClock } from '@signalbox/sdk';
import { Agent, type Dispatcher } from 'undici';
import { type Body, cappedBody } from './capped-body.ts';
import { checkTarget, type TargetRules } from './check-target.ts';
import { type Deadline, deadline } from './deadline.ts';
import { abortReason, networkError } from './fetch-errors.ts';
import { guardedConnector, type Resolve, systemResolve } from './guarded-connector.ts';
import { readPrivateTargets } from './private-targets.ts';
import { type Hop, nextHop } from './redirect.ts';

/** Where a fetcher may go. */
export interface FetchPolicy {
  /** Hosts that may be on a private or loopback address, and be reached by plain http: exact `host` or `host:port`. */
  readonly allowPrivate?: readonly string[];
  /** What the setting is called that `allowPrivate` comes of, for messages; `allowPrivate` where absent. */
  readonly privateSetting?: string;
  /** Lets plain http reach public hosts, too. */
  readonly allowHttp?: boolean;
  readonly resolve?: Resolve;
  readonly clock?: Clock;
}

/** One request; everything about it is bounded. */
export interface FetchOptions {
  readonly method?: string;
  readonly headers?: { readonly [name: string]: string };
  readonly body?: string | Uint8Array;
  readonly signal?: AbortSignal;
  /** For everything, the body included; 30,000 where absent. */
  readonly timeoutMs?: number;
  /** Of the unpacked body; 10 MiB where absent. */
  readonly maxBytes?: number;
  /** 3 where absent. Only GET and HEAD follow; other methods give the redirection as their answer. */
  readonly maxRedirects?: number;
  /** Media types taken, such as `application/json`; any where absent. */
  readonly accept?: readonly string[];
}

/** An answer whose body is still to be read. Who does not want it calls `cancel`. */
export interface SafeResponse {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  /** Where the answer came from, after redirections. */
  readonly url: string;
  /** Media type in lower case without parameters; empty where the answer names none. */
  readonly mediaType: string;
  /** The body as it comes in. */
  readonly body: Body;
  /** The whole body. Errors: `too_large`, `timeout`, `cancelled`, `upstream_unavailable`. */
  readonly bytes: () => Promise<Uint8Array>;
  readonly cancel: () => void;
}

/**
 * Makes requests to addresses that others have named, without letting them reach into the network the hub stands in.
 * One fetcher is one policy with its own connections; `close` ends them.
 */
export class SafeFetcher {
  readonly #rules: TargetRules;
  readonly #clock: Clock;
  readonly #agent: Agent;

  /** Errors: `invalid_params` for an unreadable entry of `allowPrivate`. */
  constructor({
    allowPrivate = [],
    privateSetting = 'allowPrivate',
    allowHttp = false,
    resolve = systemResolve,
    clock = systemClock,
  }: FetchPolicy) {
    const isAllowedPrivate = readPrivateTargets(allowPrivate);
    this.#rules = { isAllowedPrivate, allowHttp, privateSetting };
    this.#clock = clock;
    this.#agent = new Agent({
      connect: guardedConnector(resolve, this.#rules),
      connections: 64,
      pipelining: 1,
    });
  }

  /** Whether a URL would be refused before anybody is asked. Errors: `address_refused`. */
  check(url: URL): void {
    checkTarget(url, this.#rules);
  }

  /**
   * Makes one request. Errors: `address_refused`, `timeout`, `cancelled`, `too_large`, `upstream_unavailable`,
   * `upstream_invalid_answer` for too many redirections, a media type or an encoding that is not wanted.
   */
  readonly fetch = async (address: string | URL, options: FetchOptions = {}): Promise<SafeResponse> => {
    const first = readUrl(address);
    const limit = deadline(this.#clock, options.timeoutMs ?? 30_000, first.host, options.signal);
    try {
      const { hop, answer } = await this.#follow(
        { url: first, headers: options.headers ?? {} },
        options,
        limit,
      );
      return this.#toResponse(hop.url, answer, options, limit);
    } catch (error) {
      limit.stop();
      throw limit.signal.aborted ? abortReason(limit.signal) : networkError(first, error);
    }
  };

  /** Ends every connection. */
  readonly close = (): Promise<void> => this.#agent.destroy();

  async #follow(
    start: Hop,
    options: FetchOptions,
    limit: Deadline,
  ): Promise<{ hop: Hop; answer: Dispatcher.ResponseData }> {
    const mayFollow = ['GET', 'HEAD'].includes(options.method ?? 'GET');
    const maxRedirects = options.maxRedirects ?? 3;
    let hop = start;
    for (let count = 0; ; count++) {
      const answer = await this.#send(hop, options, limit);
      const next = mayFollow ? nextHop(hop, answer.statusCode, one(answer.headers['location'])) : undefined;
      if (!next) return { hop, answer };
      discard(answer.body);
      if (count >= maxRedirects) throw tooManyRedirects(start.url, maxRedirects);
      hop = next;
    }
  }

  async #send(
    { url, headers }: Hop,
    options: FetchOptions,
    limit: Deadline,
  ): Promise<Dispatcher.ResponseData> {
    checkTarget(url, this.#rules);
    return this.#agent.request({
      origin: url.origin,
      path: `${url.pathname}${url.search}`,
      method: options.method ?? 'GET',
      headers: { 'accept-encoding': 'gzip, deflate, br', ...headers },
      body: options.body === undefined ? null : toBody(options.body),
      signal: limit.signal,
      // The deadline ends the whole request; these would only end it with another error.
      headersTimeout: 0,
      bodyTimeout: 0,
    });
  }

  #toResponse(
    url: URL,
    { statusCode, headers, body }: Dispatcher.ResponseData,
    { accept, maxBytes = 10_485_760 }: FetchOptions,
    limit: Deadline,
  ): SafeResponse {
    const mediaType = (one(headers['content-type']) ?? '').split(';')[0]?.trim().toLowerCase() ?? '';
    const cancel = (): void => {
      limit.stop();
      discard(body);
    };
    if (accept && statusCode < 300 && !accept.includes(mediaType)) {
      cancel();
      throw unwanted(url, mediaType, accept);
    }
    const encoding = (one(headers['content-encoding']) ?? '').trim().toLowerCase();
    const stream = guarded(url, cappedBody(body, { encoding, maxBytes, host: url.host }), limit, cancel);
    return {
      status: statusCode,
      headers,
      url: url.href,
      mediaType,
      body: stream,
      bytes: () => collect(stream),
      cancel,
    };
  }
}

/** The body, with errors of the table, and with an end to everything when its reader stops. */
async function* guarded(url: URL, body: Body, limit: Deadline, cancel: () => void): Body {
  try {
    yield* body;
  } catch (error) {
    throw limit.signal.aborted ? abortReason(limit.signal) : networkError(url, error);
  } finally {
    cancel();
  }
}

/** Ends a body nobody reads; that it was cut short is no news then. */
function discard(body: Readable): void {
  body.on('error', () => undefined).destroy();
}

async function collect(body: Body): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  for await (const part of body) parts.push(part);
  return Buffer.concat(parts);
}

function readUrl(address: string | URL): URL {
  if (address instanceof URL) return address;
  if (URL.canParse(address)) return new URL(address);
  throw new SignalboxError('address_refused', `${JSON.stringify(address.slice(0, 100))} is no address`);
}

function toBody(body: string | Uint8Array): string | Buffer {
  return typeof body === 'string' ? body : Buffer.from(body.buffer, body.byteOffset, body.byteLength);
}

function one(header: string | string[] | undefined): string | undefined {
  return Array.isArray(header) ? header[0] : header;
}

function tooManyRedirects({ host }: URL, count: number): SignalboxError {
  const text = `"${host}" redirects more than ${count} times; give the final address`;
  return new SignalboxError('upstream_invalid_answer', text);
}

function unwanted({ host }: URL, mediaType: string, accept: readonly string[]): SignalboxError {
  const text = `"${host}" answered with "${mediaType.slice(0, 80)}" where one of ${accept.join(', ')} was wanted`;
  return new SignalboxError('upstream_invalid_answer', text);
}
