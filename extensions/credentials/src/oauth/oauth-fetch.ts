import type { FetchLike } from '@modelcontextprotocol/client';
import { type Resolve, SafeFetcher } from '@signalbox/safe-fetch';
import { type Clock, isSignalboxError } from '@signalbox/sdk';

const maxBytes = 1_048_576;
const timeoutMs = 15_000;

/** What requests of sign-in may reach. */
export interface OAuthReach {
  /** The address of the upstream. */
  readonly url: string;
  /** Hosts of the settings. */
  readonly allowPrivate: readonly string[];
  readonly clock: Clock;
  /** This machine's resolver where absent. */
  readonly resolve?: Resolve;
}

/**
 * The guarded fetcher as the OAuth helpers want it. Of private hosts it reaches those of the settings and the upstream
 * itself, at exactly its host and port, for an administrator has defined them; redirections are not followed, a document
 * that is elsewhere is not there.
 */
export function makeOAuthFetch({ url, allowPrivate, ...rest }: OAuthReach): {
  readonly fetch: FetchLike;
  readonly close: () => Promise<void>;
} {
  const fetcher = new SafeFetcher({
    allowPrivate: [...allowPrivate, ...ownTarget(new URL(url))],
    privateSetting: 'credentials.allowPrivate',
    ...rest,
  });
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

/** Nothing for a host with an asterisk, which URLs take and lists of hosts do not. */
function ownTarget({ hostname, port, protocol }: URL): string[] {
  return hostname.includes('*') ? [] : [`${hostname}:${port || (protocol === 'https:' ? 443 : 80)}`];
}
