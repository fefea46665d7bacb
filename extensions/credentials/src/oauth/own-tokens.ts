import type { OAuthClientProvider } from '@modelcontextprotocol/client';
import { SignalboxError } from '@signalbox/sdk';
import type { AccountKey } from '../account/account-key.ts';
import type { Challenge } from '../account/account-record.ts';
import type { AccountChanges } from '../store/account-store.ts';
import { chooseScopes } from './choose-scopes.ts';
import { type AuthorizationPlace, discover } from './discover.ts';
import type { OAuthContext } from './oauth-context.ts';
import { hostOf } from './oauth-failure.ts';
import { loadOAuthSdk } from './oauth-sdk.ts';
import { type OAuthClient, obtainClient } from './obtain-client.ts';
import { ownAssertion } from './own-assertion.ts';
import { canProve, makeProofKey, openProofs } from './proof-key.ts';
import { readTokenAnswer } from './token-answer.ts';

const jwtBearer = 'urn:ietf:params:oauth:grant-type:jwt-bearer';

/**
 * Gets tokens without anybody at a page: with the hub's client (RFC 6749 §4.4), or with an assertion of who it is, or whom
 * it acts for (RFC 7523 §2.1). One request, and no other grant after a refusal. Throws what the helpers throw.
 */
export async function requestOwnTokens(
  context: OAuthContext,
  {
    key,
    challenge,
    before,
  }: { key: AccountKey; challenge: Challenge | undefined; before: readonly string[] },
): Promise<AccountChanges> {
  const { fetchToken } = await loadOAuthSdk();
  const { credentials } = context.upstream;
  const place = await discover(context, challenge);
  // security: what proves who the hub is goes nowhere but where an administrator has sent it.
  if (credentials.issuer !== place.issuer)
    throw new SignalboxError(
      'upstream_refused',
      `upstream "${context.upstream.name}" names ${hostOf(place.issuer)} as its authorization server, which is not its credentials.issuer${credentials.issuer === undefined ? ' (there is none; set it)' : ''}; nothing was sent there`,
    );
  const scopes = chooseScopes({
    challenged: challenge?.scopes ?? [],
    configured: credentials.scopes ?? [],
    supported: place.resourceScopes,
    before,
    serverScopes: [],
    canRefresh: false,
  });
  const assertion = await ownAssertion(context, key, { place, scopes });
  const params = new URLSearchParams(
    assertion === undefined ? { grant_type: 'client_credentials' } : { grant_type: jwtBearer, assertion },
  );
  if (scopes.length > 0) params.set('scope', scopes.join(' '));
  const proofKey = credentials.dpop === 'auto' && canProve(place.metadata) ? makeProofKey() : undefined;
  const dpop = proofKey && (await openProofs(proofKey));
  const client = await ownClient(context, key.org, place);
  const given = await fetchToken(
    { ...provider(client, place, params), ...(dpop ? { dpop: () => dpop } : {}) },
    place.serverUrl,
    {
      ...(place.metadata ? { metadata: place.metadata } : {}),
      ...(place.resource === '' ? {} : { resource: place.resource }),
      fetchFn: context.fetch,
    },
  );
  const { tokens, expiresAt } = readTokenAnswer(given, proofKey, context.clock.now());
  return {
    key,
    urlHash: context.urlHash,
    issuer: place.issuer,
    resource: place.resource,
    state: 'connected',
    scopes,
    // RFC 6749 §4.4.3: there should be no refresh token; the hub asks again instead.
    tokens: { access: tokens.access, ...(tokens.proofKey ? { proofKey: tokens.proofKey } : {}) },
    ...(challenge ? { challenge } : {}),
    ...(expiresAt === undefined ? {} : { expiresAt }),
  };
}

/** A workload needs no client where its assertion says everything. */
async function ownClient(
  context: OAuthContext,
  org: string,
  place: AuthorizationPlace,
): Promise<OAuthClient | undefined> {
  const { clientId, grant } = context.upstream.credentials;
  if (clientId !== undefined) return obtainClient(context, org, place);
  if (grant === 'workload') return undefined;
  throw new SignalboxError(
    'upstream_refused',
    `upstream "${context.upstream.name}" has no client to sign in with; put clientId and clientSecret or privateKey into its credentials`,
  );
}

function provider(
  client: OAuthClient | undefined,
  { issuer }: AuthorizationPlace,
  params: URLSearchParams,
): OAuthClientProvider {
  const none = (): undefined => undefined;
  return {
    redirectUrl: undefined,
    clientMetadata: { redirect_uris: [] },
    clientInformation: () => client && { ...client.information, issuer },
    ...(client?.authenticate ? { addClientAuthentication: client.authenticate } : {}),
    prepareTokenRequest: () => params,
    tokens: none,
    saveTokens: none,
    redirectToAuthorization: none,
    saveCodeVerifier: none,
    codeVerifier: () => '',
  };
}
