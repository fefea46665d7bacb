import type { IncomingHttpHeaders } from 'node:http';
import { type FetchOptions, type FetchPolicy, SafeFetcher } from './safe-fetcher.ts';

/** A whole answer. */
export interface FetchedWhole {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly url: string;
  readonly mediaType: string;
  readonly bytes: Uint8Array;
}

/**
 * Fetches one address that somebody else has named and gives the whole answer, with a policy and connections of its
 * own. Errors: those of {@link SafeFetcher.fetch}.
 */
export async function safeFetch(
  address: string | URL,
  { policy, ...options }: FetchOptions & { readonly policy?: FetchPolicy } = {},
): Promise<FetchedWhole> {
  const fetcher = new SafeFetcher(policy ?? {});
  try {
    const response = await fetcher.fetch(address, options);
    const { status, headers, url, mediaType } = response;
    return { status, headers, url, mediaType, bytes: await response.bytes() };
  } finally {
    await fetcher.close();
  }
}
