import { SignalboxError } from '@signalbox/sdk';
import type { AccountRecord } from '../account/account-record.ts';
import { serverMetadata } from './discover.ts';
import { knownClient } from './known-client.ts';
import { memberOf } from './member-of.ts';
import type { OAuthContext } from './oauth-context.ts';
import { hostOf } from './oauth-failure.ts';

/**
 * Asks the authorization server to end what it gave (RFC 7009), the refresh token where there is one: the rest ends with
 * it. Best effort: a server may have no such endpoint. Errors: `upstream_*`, `address_refused`.
 */
export async function revokeTokens(
  context: OAuthContext,
  { key, issuer, resource, tokens }: AccountRecord,
): Promise<void> {
  const token = tokens?.refresh ?? tokens?.access;
  if (!token) return;
  const metadata = await serverMetadata(context, issuer);
  const endpoint = metadata && memberOf(metadata, 'revocation_endpoint');
  if (!metadata || typeof endpoint !== 'string') return;
  const place = { issuer, serverUrl: issuer, metadata, resource, resourceScopes: [] };
  const { information, authenticate } = await knownClient(context, key.org, place);
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
  const { status } = await context.fetch(endpoint, { method: 'POST', headers, body: params });
  if (status >= 400)
    throw new SignalboxError(
      'upstream_refused',
      `the authorization server ${hostOf(issuer)} of upstream "${context.upstream.name}" did not end a token (HTTP ${status})`,
    );
}

function basic(id: string, secret: string): string {
  return `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}`;
}
