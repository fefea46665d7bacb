import type { HttpAnswer, HttpRequest } from '@signalbox/openapi';
import type { SafeFetcher } from '@signalbox/safe-fetch';
import { type Clock, isSignalboxError, SignalboxError, type UpstreamDefinition } from '@signalbox/sdk';
import { withRetries } from './retry.ts';

/** The definition of an HTTP API. */
export type ApiDefinition = Extract<UpstreamDefinition, { openapi: string }>;

/** An answer with the headers the hub itself goes by. */
export interface Answered extends HttpAnswer {
  readonly link: string | undefined;
  readonly retryAfter: string | undefined;
}

/** What sending needs. */
export interface SenderParts {
  readonly name: string;
  readonly definition: ApiDefinition;
  readonly fetcher: SafeFetcher;
  readonly clock: Clock;
}

/**
 * Sends the requests of one API within its bounds, again where that is right.
 * Errors: `too_large` for an answer over `maxMessageBytes`, and those of the guarded fetch.
 */
export class ApiSender {
  readonly #parts: SenderParts;

  constructor(parts: SenderParts) {
    this.#parts = parts;
  }

  send = (request: HttpRequest, signal: AbortSignal): Promise<Answered> => {
    const { definition, clock } = this.#parts;
    const rule = { maxRetries: definition.maxRetries, clock, random: Math.random, signal };
    return withRetries(request.method, rule, () => this.#sendOnce(request, signal));
  };

  async #sendOnce(request: HttpRequest, signal: AbortSignal): Promise<Answered> {
    try {
      return await this.#fetch(request, signal);
    } catch (error) {
      throw isSignalboxError(error) && error.code === 'too_large' ? this.#tooLarge(error) : error;
    }
  }

  async #fetch({ method, url, headers, body }: HttpRequest, signal: AbortSignal): Promise<Answered> {
    const { fetcher, definition } = this.#parts;
    const response = await fetcher.fetch(url, {
      method,
      headers,
      ...(body === undefined ? {} : { body }),
      signal,
      timeoutMs: definition.callTimeoutMs,
      maxBytes: definition.maxMessageBytes,
    });
    const { status, mediaType } = response;
    const { link, 'retry-after': retryAfter } = response.headers;
    const bytes = await response.bytes();
    const linkText = Array.isArray(link) ? link.join(', ') : link;
    return { status, mediaType, bytes, url: response.url, link: linkText, retryAfter };
  }

  #tooLarge(cause: SignalboxError): SignalboxError {
    const text = `${cause.message}; ask for less at once, or raise maxMessageBytes of upstream "${this.#parts.name}"`;
    return new SignalboxError('too_large', text, { cause });
  }
}
