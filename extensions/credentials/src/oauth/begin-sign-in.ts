import { SignalboxError } from '@signalbox/sdk';
import type { AccountRecord, Challenge } from '../account/account-record.ts';
import type { SentLogin } from '../store/login-store.ts';
import { chooseScopes } from './choose-scopes.ts';
import type { AuthorizationPlace } from './discover.ts';
import { discover } from './discover.ts';
import type { OAuthContext } from './oauth-context.ts';
import { hostOf } from './oauth-failure.ts';
import { loadOAuthSdk } from './oauth-sdk.ts';
import { obtainClient } from './obtain-client.ts';
import { canProve, makeProofKey, thumbprintOf } from './proof-key.ts';

/** What a person is about to be sent to sign in for. */
export interface PlannedSignIn {
  readonly place: AuthorizationPlace;
  readonly scopes: readonly string[];
}

/** A browser's way to the authorization server, and what is needed when it comes back. */
export interface BegunSignIn {
  readonly address: URL;
  readonly sent: SentLogin;
}

/** Finds where a person would sign in and what for. Errors: `upstream_*`, `address_refused`. */
export async function planSignIn(
  context: OAuthContext,
  before: AccountRecord | undefined,
  challenge: Challenge | undefined,
): Promise<PlannedSignIn> {
  const place = await discover(context, challenge);
  checkServer(context, place);
  const scopes = chooseScopes({
    challenged: challenge?.scopes ?? [],
    configured: context.upstream.credentials.scopes ?? [],
    supported: place.resourceScopes,
    before: before?.state === 'connected' && before.issuer === place.issuer ? before.scopes : [],
    serverScopes: place.metadata?.scopes_supported ?? [],
    canRefresh: true,
  });
  return { place, scopes };
}

/** Makes the address a browser is sent to: PKCE with S256, the resource and a state. Errors: `upstream_*`. */
export async function beginSignIn(
  context: OAuthContext,
  org: string,
  { place, scopes }: PlannedSignIn,
  state: string,
): Promise<BegunSignIn> {
  const { startAuthorization } = await loadOAuthSdk();
  const { information } = await obtainClient(context, org, place);
  const redirectUri = context.redirectUri(place.issuer);
  const { authorizationUrl, codeVerifier } = await startAuthorization(place.serverUrl, {
    ...(place.metadata ? { metadata: place.metadata } : {}),
    clientInformation: information,
    redirectUrl: redirectUri,
    state,
    ...(scopes.length > 0 ? { scope: scopes.join(' ') } : {}),
    ...(place.resource === '' ? {} : { resource: place.resource }),
  });
  const wantsProofs = context.upstream.credentials.dpop === 'auto' && canProve(place.metadata);
  const proofKey = wantsProofs ? makeProofKey() : undefined;
  // RFC 9449 §10: the code is good for who holds this key, too.
  if (proofKey) authorizationUrl.searchParams.set('dpop_jkt', thumbprintOf(proofKey));
  const sent: SentLogin = {
    url: context.url,
    issuer: place.issuer,
    resource: place.resource,
    verifier: codeVerifier,
    redirectUri,
    scopes: [...scopes],
    ...(proofKey ? { proofKey } : {}),
  };
  return { address: authorizationUrl, sent };
}

function checkServer({ upstream }: OAuthContext, { metadata, serverUrl }: AuthorizationPlace): void {
  if (!metadata) return;
  const where = `the authorization server ${hostOf(serverUrl)} of upstream "${upstream.name}"`;
  // A missing list says that there is no PKCE (2025-11-25, basic/authorization, "Authorization Code Protection").
  if (!metadata.code_challenge_methods_supported?.includes('S256'))
    throw new SignalboxError(
      'upstream_refused',
      `${where} does not say that it takes PKCE with S256, so nobody is sent there; its operator has to turn it on`,
    );
  const { protocol } = new URL(metadata.authorization_endpoint);
  if (protocol !== 'https:' && protocol !== 'http:')
    throw new SignalboxError(
      'upstream_invalid_answer',
      `${where} wants people at an address that is no web page`,
    );
}
