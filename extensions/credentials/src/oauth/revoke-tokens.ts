import type { AccountRecord } from '../account/account-record.ts';
import { serverMetadata } from './discover.ts';
import { memberOf } from './member-of.ts';
import type { OAuthContext } from './oauth-context.ts';
import { obtainClient } from './obtain-client.ts';

/**
 * Asks the authorization server to end what it gave (RFC 7009), the refresh token where there is one: the rest ends with
 * it. Best effort: a server may have no such endpoint.
 */
export async function revokeTokens(
  context: OAuthContext,
  { key, issuer, resource, tokens }: AccountRecord,
): Promise<void> {
  const token = tokens?.refresh ?? tokens?.access;
  const metadata = await serverMetadata(context, issuer);
  const endpoint = metadata && memberOf(metadata, 'revocation_endpoint');
  if (!token || !metadata || typeof endpoint !== 'string') return;
  const place = { issuer, serverUrl: issuer, metadata, resource, resourceScopes: [] };
  const { information, authenticate } = await obtainClient(context, key.org, place);
  const headers = new Headers({ 'content-type': 'application/x-www-form-urlencoded' });
  const params = new URLSearchParams({
    token: token.reveal(),
    token_type_hint: tokens?.refresh ? 'refresh_token' : 'access_token',
  });
  if (authenticate) await authenticate(headers, params, endpoint, metadata);
  else if (
    information.client_secret !== undefined &&
    information.token_endpoint_auth_method !== 'client_secret_post'
  )
    headers.set('authorization', basic(information.client_id, information.client_secret));
  else {
    params.set('client_id', information.client_id);
    if (information.client_secret !== undefined) params.set('client_secret', information.client_secret);
  }
  await context.fetch(endpoint, { method: 'POST', headers, body: params });
}

function basic(id: string, secret: string): string {
  return `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}`;
}
