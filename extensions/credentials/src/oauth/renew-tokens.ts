import type { AccountRecord } from '../account/account-record.ts';
import { serverMetadata } from './discover.ts';
import type { OAuthContext } from './oauth-context.ts';
import { loadOAuthSdk } from './oauth-sdk.ts';
import { obtainClient } from './obtain-client.ts';
import { openProofs } from './proof-key.ts';
import { type GivenTokens, readTokenAnswer } from './token-answer.ts';

/** Renews the tokens of an account with its refresh token, at the server that gave them. Throws what the helpers throw. */
export async function renewTokens(
  context: OAuthContext,
  { key, issuer, resource, tokens }: AccountRecord,
): Promise<GivenTokens> {
  const { refreshAuthorization } = await loadOAuthSdk();
  const metadata = await serverMetadata(context, issuer);
  const place = {
    issuer,
    serverUrl: issuer,
    ...(metadata ? { metadata } : {}),
    resource,
    resourceScopes: [],
  };
  const { information, authenticate } = await obtainClient(context, key.org, place);
  const proofKey = tokens?.proofKey;
  const given = await refreshAuthorization(issuer, {
    ...(metadata ? { metadata } : {}),
    clientInformation: information,
    ...(authenticate ? { addClientAuthentication: authenticate } : {}),
    refreshToken: tokens?.refresh?.reveal() ?? '',
    ...(resource === '' ? {} : { resource }),
    ...(proofKey ? { dpop: await openProofs(proofKey) } : {}),
    fetchFn: context.fetch,
  });
  return readTokenAnswer(given, proofKey, context.clock.now());
}
