import { hashUrl } from '../account/hash-url.ts';
import type { AccountChanges } from '../store/account-store.ts';
import type { OpenLogin, SentLogin } from '../store/login-store.ts';
import { serverMetadata } from './discover.ts';
import { memberOf } from './member-of.ts';
import type { OAuthContext } from './oauth-context.ts';
import { oauthFailure } from './oauth-failure.ts';
import { loadOAuthSdk } from './oauth-sdk.ts';
import { obtainClient } from './obtain-client.ts';
import { openProofs } from './proof-key.ts';
import { readTokenAnswer } from './token-answer.ts';

/** What came back with the browser. */
export interface ReturnedCode {
  readonly code?: string;
  readonly error?: string;
  readonly iss?: string;
}

/**
 * Redeems a code. Who answers must be who was asked (RFC 9207), before anything of the answer is believed. Errors:
 * `upstream_refused`, `upstream_invalid_answer`.
 */
export async function finishSignIn(
  context: OAuthContext,
  { key, sent }: OpenLogin & { readonly sent: SentLogin },
  { code, error, iss }: ReturnedCode,
): Promise<AccountChanges> {
  const { issuer, resource, scopes, proofKey } = sent;
  const { OAuthError, exchangeAuthorization, validateAuthorizationResponseIssuer } = await loadOAuthSdk();
  const metadata = await serverMetadata(context, issuer);
  try {
    validateAuthorizationResponseIssuer({
      iss,
      expectedIssuer: metadata?.issuer,
      issParameterSupported:
        metadata !== undefined &&
        memberOf(metadata, 'authorization_response_iss_parameter_supported') === true,
    });
    if (code === undefined) throw new OAuthError(error ?? 'access_denied', '');
    const place = {
      issuer,
      serverUrl: issuer,
      ...(metadata ? { metadata } : {}),
      resource,
      resourceScopes: [],
    };
    const { information, authenticate } = await obtainClient(context, key.org, place);
    const given = await exchangeAuthorization(issuer, {
      ...(metadata ? { metadata } : {}),
      clientInformation: information,
      ...(authenticate ? { addClientAuthentication: authenticate } : {}),
      authorizationCode: code,
      ...(iss === undefined ? {} : { iss }),
      codeVerifier: sent.verifier,
      redirectUri: sent.redirectUri,
      ...(resource === '' ? {} : { resource }),
      ...(proofKey ? { dpop: await openProofs(proofKey) } : {}),
      fetchFn: context.fetch,
    });
    const { tokens, expiresAt } = readTokenAnswer(given, proofKey, context.clock.now());
    return {
      key,
      urlHash: hashUrl(sent.url),
      issuer,
      resource,
      state: 'connected',
      scopes,
      tokens,
      ...(expiresAt === undefined ? {} : { expiresAt }),
    };
  } catch (failure) {
    throw await oauthFailure(context.upstream.name, issuer, failure);
  }
}
