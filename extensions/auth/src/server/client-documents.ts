import type { SafeFetcher } from '@signalbox/safe-fetch';
import { type Clock, isJsonObject, SignalboxError } from '@signalbox/sdk';
import { RateWindow } from './rate-window.ts';

/** What client documents are fetched with. */
export interface ClientDocumentParts {
  readonly fetcher: SafeFetcher;
  readonly clock: Clock;
  readonly fetchesPerMinute: number;
}

const failureKeptMs = 5 * 60_000;
const mostFailures = 1_000;
const maxBytes = 65_536;
const timeoutMs = 2_500;
const everybody = '';

/**
 * Fetches the documents client ids lead to (draft-ietf-oauth-client-id-metadata-document-02) and the keys in them: only
 * from public addresses, without redirections, within a budget; what failed is not tried again for five minutes.
 */
export class ClientDocuments {
  readonly #parts: ClientDocumentParts;
  readonly #total: RateWindow;
  readonly #perAddress: RateWindow;
  readonly #failedUntil = new Map<string, number>();
  readonly #documents = new Set<string>();
  /** Requests for which a document was fetched already. */
  readonly #served = new WeakSet<object>();

  constructor(parts: ClientDocumentParts) {
    this.#parts = parts;
    const window = { windowMs: 60_000, most: parts.fetchesPerMinute };
    this.#total = new RateWindow(parts.clock, window);
    this.#perAddress = new RateWindow(parts.clock, window);
  }

  /** Whether a document may be fetched now for a request from an address; once for each request. */
  mayFetch(clientId: string, address: string, request: object): boolean {
    if (clientId.length > 2_000 || this.#hasFailed(clientId)) return false;
    // Who asks a second time has found the first answer wanting.
    if (this.#served.has(request)) {
      this.#noteFailure(clientId);
      return false;
    }
    this.#served.add(request);
    if (!this.#perAddress.take(address) || !this.#total.take(everybody)) return false;
    if (this.#documents.size >= mostFailures) this.#documents.clear();
    this.#documents.add(clientId);
    return true;
  }

  /** Whether a client id led to a document lately, as far as is known. */
  isKnown(clientId: string): boolean {
    return this.#documents.has(clientId) && !this.#hasFailed(clientId);
  }

  /** A `fetch` for the authorization server; nothing else in it reaches the network. */
  readonly fetch = async (
    address: string | URL | Request,
    options: RequestInit | undefined = {},
  ): Promise<Response> => {
    const url = typeof address === 'string' ? address : 'href' in address ? address.href : address.url;
    const isDocument = this.#documents.has(url);
    try {
      return await this.#fetch(url, options, isDocument);
    } catch (error) {
      if (isDocument) this.#noteFailure(url);
      throw error;
    }
  };

  async #fetch(url: string, options: RequestInit, isDocument: boolean): Promise<Response> {
    const answer = await this.#parts.fetcher.fetch(url, {
      method: 'GET',
      headers: { accept: 'application/json' },
      maxRedirects: 0,
      maxBytes: isDocument ? 5_120 : maxBytes,
      timeoutMs,
      accept: jsonTypes,
      ...(options.signal ? { signal: options.signal } : {}),
    });
    const bytes = await answer.bytes();
    if (answer.status !== 200) throw refusal(url, `was answered with ${answer.status}`);
    const body = isDocument ? readDocument(url, bytes) : bytes;
    const headers = ['cache-control', 'expires', 'content-type'].flatMap((name) => {
      const value = answer.headers[name];
      return typeof value === 'string' ? [[name, value] as [string, string]] : [];
    });
    return new Response(Buffer.from(body), { status: answer.status, headers });
  }

  #hasFailed(url: string): boolean {
    const until = this.#failedUntil.get(url);
    if (until === undefined) return false;
    if (until > this.#parts.clock.now()) return true;
    this.#failedUntil.delete(url);
    return false;
  }

  #noteFailure(url: string): void {
    const oldest = this.#failedUntil.keys().next().value;
    if (this.#failedUntil.size >= mostFailures && oldest !== undefined) this.#failedUntil.delete(oldest);
    this.#failedUntil.set(url, this.#parts.clock.now() + failureKeptMs);
  }
}

const jsonTypes = ['application/json', 'application/client-id+json', 'application/jwk-set+json'];

/**
 * The document without `scope`, which the server would hold against its own scopes and not against those of a resource.
 * Who is asked for consent must see a name.
 */
function readDocument(url: string, bytes: Uint8Array): Uint8Array {
  let document: unknown;
  try {
    document = JSON.parse(Buffer.from(bytes).toString('utf8'));
  } catch {
    throw refusal(url, 'is no JSON');
  }
  const name = isJsonObject(document) ? document['client_name'] : undefined;
  if (typeof name !== 'string' || name.trim() === '' || name.length > 100)
    throw refusal(url, 'has no client_name of 1 to 100 characters');
  const { scope: _, ...rest } = isJsonObject(document) ? document : {};
  return Buffer.from(JSON.stringify(rest));
}

function refusal(url: string, why: string): SignalboxError {
  return new SignalboxError('upstream_invalid_answer', `the document at "${url.slice(0, 200)}" ${why}`);
}
