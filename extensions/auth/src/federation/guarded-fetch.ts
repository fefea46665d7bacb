import type { SafeFetcher } from '@signalbox/safe-fetch';
import { customFetch, type DiscoveryRequestOptions } from 'openid-client';

const maxBytes = 262_144;
const bodiless: readonly number[] = [204, 205, 304];

/** The way an identity provider is reached: only where the fetcher may go, without redirections, and bounded. */
export function guardedFetch(
  fetcher: SafeFetcher,
  timeoutMs: number,
): Required<Pick<DiscoveryRequestOptions, typeof customFetch>> {
  return {
    [customFetch]: async (url, { method, headers, body }) => {
      const answer = await fetcher.fetch(url, {
        method,
        headers,
        ...(body === undefined || body === null ? {} : { body: textOf(body) }),
        timeoutMs,
        maxBytes,
        maxRedirects: 0,
      });
      const bytes = await answer.bytes();
      return new Response(bodiless.includes(answer.status) ? null : Buffer.from(bytes), {
        status: answer.status,
        headers: { 'content-type': answer.mediaType },
      });
    },
  };
}

/** The library sends forms only. */
function textOf(body: unknown): string {
  if (typeof body === 'string') return body;
  if (body instanceof URLSearchParams) return body.toString();
  throw new TypeError('a body that is no form is not sent');
}
