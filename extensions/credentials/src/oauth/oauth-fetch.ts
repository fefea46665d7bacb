import type { FetchLike } from '@modelcontextprotocol/client';
import { isGlobalAddress, SafeFetcher } from '@signalbox/safe-fetch';
import { type Clock, isSignalboxError } from '@signalbox/sdk';

const maxBytes = 1_048_576;
const timeoutMs = 15_000;

/**
 * The guarded fetcher as the OAuth helpers want it. Of private hosts it reaches those of the settings and the upstream
 * itself; redirections are not followed, a document that is elsewhere is not there.
 */
export function makeOAuthFetch(
  url: string,
  allowPrivate: readonly string[],
  clock: Clock,
): { readonly fetch: FetchLike; readonly close: () => Promise<void> } {
  const { host, hostname } = new URL(url);
  const own = isPrivateName(hostname) ? [withPort(host, new URL(url))] : [];
  const fetcher = new SafeFetcher({ allowPrivate: [...allowPrivate, ...own], clock });
  const fetch: FetchLike = async (address, init) => {
    const { method = 'GET', body, signal } = init ?? {};
    const response = await fetcher
      .fetch(address, {
        method,
        headers: Object.fromEntries(new Headers(init?.headers)),
        ...(body === undefined || body === null ? {} : { body: textOf(body) }),
        ...(signal ? { signal } : {}),
        maxBytes,
        timeoutMs,
        maxRedirects: 0,
      })
      .catch((error: unknown) => {
        if (isSignalboxError(error) && error.code === 'upstream_invalid_answer') return undefined;
        throw error;
      });
    if (!response) return new Response(null, { status: 404 });
    const bytes = await response.bytes();
    const isEmpty = response.status === 204 || response.status === 304;
    const { 'content-encoding': _encoding, 'content-length': _length, ...headers } = response.headers;
    return new Response(isEmpty ? null : Buffer.from(bytes), {
      status: response.status,
      headers: headersOf(headers),
    });
  };
  return { fetch, close: fetcher.close };
}

function headersOf(given: { readonly [name: string]: string | readonly string[] | undefined }): Headers {
  const headers = new Headers();
  for (const [name, value] of Object.entries(given)) {
    if (typeof value === 'string') headers.append(name, value);
    else for (const each of value ?? []) headers.append(name, each);
  }
  return headers;
}

/** The helpers send text and forms, nothing else. */
function textOf(body: unknown): string {
  if (typeof body === 'string') return body;
  if (body instanceof URLSearchParams) return body.toString();
  throw new TypeError('the body of a request of sign-in is text');
}

/** A name that says itself that it is of this machine or a private network. */
function isPrivateName(hostname: string): boolean {
  if (hostname === 'localhost' || hostname.endsWith('.localhost')) return true;
  const isAddress = /^[\d.]+$/.test(hostname) || hostname.startsWith('[');
  return isAddress && !isGlobalAddress(hostname.replace(/^\[|\]$/g, ''));
}

function withPort(host: string, { port, protocol }: URL): string {
  return port === '' ? `${host}:${protocol === 'https:' ? 443 : 80}` : host;
}
