import type { FetchLike } from '@modelcontextprotocol/client';
import { type IdentityAssertion, SignalboxError } from '@signalbox/sdk';
import { z } from 'zod';
import type { AuthorizationPlace } from './discover.ts';
import { findExchange } from './find-exchange.ts';
import { IdentityNeeded } from './identity-needed.ts';
import type { OAuthContext } from './oauth-context.ts';
import { failureAt, hostOf, oauthCodeOf } from './oauth-failure.ts';
import { loadOAuthSdk } from './oauth-sdk.ts';

const maxGrantLength = 65_536;
const refusal = z.object({ error: z.string() });

/** What access is asked for. */
export interface AskedAccess {
  readonly place: AuthorizationPlace;
  readonly scopes: readonly string[];
}

/**
 * Has the identity provider of a company exchange an identity for a grant (ID-JAG) that exactly the authorization server of
 * the upstream takes, for exactly this upstream (RFC 8693; MCP "Enterprise-Managed Authorization"). The identity goes to
 * the token endpoint its own issuer names; the grant is given to the caller and kept nowhere. One request, whatever comes
 * of it. Errors: `upstream_*`; `IdentityNeeded` where the provider does not take a person's sign-in any more.
 */
export async function exchangeIdentity(
  context: OAuthContext,
  identity: IdentityAssertion,
  { place, scopes }: AskedAccess,
): Promise<string> {
  const { name, credentials } = context.upstream;
  const { requestJwtAuthorizationGrant } = await loadOAuthSdk();
  const { issuer, clientId, clientSecret, token } = identity;
  const where = `the identity provider ${hostOf(issuer)} for upstream "${name}"`;
  try {
    const { tokenEndpoint, takesBasic } = await findExchange(context, issuer, where);
    const isInForm = clientSecret !== undefined && !takesBasic;
    const { jwtAuthGrant } = await requestJwtAuthorizationGrant({
      tokenEndpoint,
      audience: place.issuer,
      resource: place.resource === '' ? context.url : place.resource,
      idToken: token,
      clientId,
      ...(isInForm ? { clientSecret } : {}),
      ...(scopes.length > 0 ? { scope: scopes.join(' ') } : {}),
      fetchFn: exchangeFetch(context.fetch, where, isInForm ? undefined : basicOf(identity)),
    });
    if (jwtAuthGrant.length <= maxGrantLength) return jwtAuthGrant;
    throw new SignalboxError('upstream_invalid_answer', `${where} gave a grant that is too long`);
  } catch (error) {
    const code = await oauthCodeOf(error);
    if (code === undefined) throw await failureAt(where, error);
    // RFC 6749 §5.2: what was shown is over or was taken back.
    if (code === 'invalid_grant' && credentials.identity && 'provider' in credentials.identity)
      throw new IdentityNeeded(`${where} takes the last sign-in there no more (${code})`);
    throw new SignalboxError(
      'upstream_refused',
      `${where} refused access to it (${code}); who administers that provider decides it`,
      { details: { error: code } },
    );
  }
}

/** The helper says what went wrong in a text that repeats the answer; a refusal is read here instead. */
function exchangeFetch(fetch: FetchLike, where: string, authorization: string | undefined): FetchLike {
  return async (address, init) => {
    const headers = new Headers(init?.headers);
    if (authorization !== undefined) headers.set('authorization', authorization);
    const response = await fetch(address, { ...init, headers });
    if (response.ok) return response;
    if (response.status >= 500)
      throw new SignalboxError('upstream_unavailable', `${where} answered HTTP ${response.status}`);
    const said = refusal.safeParse(await response.json().catch(() => undefined));
    const { OAuthError } = await loadOAuthSdk();
    throw new OAuthError(said.success ? said.data.error : `HTTP ${response.status}`, '');
  };
}

/** RFC 6749 §2.3.1: both are form-encoded first. */
function basicOf({ clientId, clientSecret }: IdentityAssertion): string | undefined {
  if (clientSecret === undefined) return undefined;
  const words = [clientId, clientSecret].map((word) => new URLSearchParams([['', word]]).toString().slice(1));
  return `Basic ${Buffer.from(words.join(':')).toString('base64')}`;
}
