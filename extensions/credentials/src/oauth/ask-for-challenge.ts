import type { Challenge } from '../account/account-record.ts';
import type { OAuthContext } from './oauth-context.ts';
import { readChallenge } from './read-challenge.ts';

const question = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/list', params: {} });

/**
 * Asks an upstream without any credential, to hear what it wants (RFC 9728 §5.1). The question changes nothing there; what
 * it answers other than a challenge does not matter.
 */
export async function askForChallenge({ fetch, url }: OAuthContext): Promise<Challenge> {
  const { status, headers } = await fetch(url, {
    method: 'POST',
    headers: { accept: 'application/json, text/event-stream', 'content-type': 'application/json' },
    body: question,
  });
  if (status !== 401) return {};
  const { scopes, resourceMetadata } = readChallenge({ status, headers: Object.fromEntries(headers) });
  return {
    ...(scopes.length > 0 ? { scopes: [...scopes] } : {}),
    ...(resourceMetadata === undefined ? {} : { resourceMetadata }),
  };
}
