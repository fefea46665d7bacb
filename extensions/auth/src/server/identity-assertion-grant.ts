import { isSignalboxError } from '@signalbox/sdk';
import { errors, type KoaContextWithOIDC, type default as Provider } from 'oidc-provider';
import type { GrantFacts } from '../store/grants.ts';
import { fromProgram } from '../trail/trail.ts';
import { accessTokenSeconds } from './complete-token.ts';
import type { ServerParts } from './provider-parts.ts';
import { pathOfResource, scopesOf } from './resources.ts';

/** The grant of an assertion (RFC 7523 §2.1). */
export const assertionGrant = 'urn:ietf:params:oauth:grant-type:jwt-bearer';

/**
 * Gives a token for an identity assertion of a listed issuer (draft-ietf-oauth-identity-assertion-authz-grant; MCP
 * "Enterprise-Managed Authorization"): the company has allowed the client, so nobody is asked. The client must be one
 * registered for it, and prove itself. No refresh token: the client comes with a new assertion.
 */
export function addAssertionGrant(provider: Provider, parts: ServerParts): void {
  if (!parts.settings.issuers.some(({ assertions }) => assertions)) return;
  const handle = (context: KoaContextWithOIDC): Promise<void> => giveToken(provider, parts, context);
  provider.registerGrantType(assertionGrant, handle, ['assertion', 'scope', 'resource']);
}

async function giveToken(provider: Provider, parts: ServerParts, context: KoaContextWithOIDC): Promise<void> {
  const { client } = context.oidc;
  const { assertion, scope } = context.oidc.params ?? {};
  if (!client || client.clientAuthMethod === 'none')
    throw new errors.InvalidClient('this grant is for clients that prove themselves');
  if (typeof assertion !== 'string') throw new errors.InvalidRequest('the assertion is missing');
  const { baseUrl } = parts.place();
  const said = await parts.external.verifyAssertion(assertion, baseUrl).catch(async (error: unknown) => {
    if (isSignalboxError(error) && error.code !== 'unauthenticated') throw error;
    await parts.trail.failed(
      { method: 'assertion', reason: 'bad-assertion', client: { id: client.clientId } },
      fromProgram(context.req),
    );
    throw new errors.InvalidGrant('the assertion is not good here');
  });
  if (said.client !== client.clientId) throw new errors.InvalidGrant('the assertion is for another client');
  const resource = said.resource ?? `${baseUrl}/mcp`;
  const path = pathOfResource(baseUrl, resource);
  if (path === undefined) throw new errors.InvalidTarget();
  const asked = typeof scope === 'string' ? scope.split(' ') : said.scopes;
  const known = scopesOf(path) ?? [];
  const scopes = asked.filter((each) => said.scopes.includes(each) && known.includes(each));
  if (scopes.length === 0)
    throw new errors.InvalidScope('the assertion allows nothing that is asked', scopes.join(' '));
  const grant = new provider.Grant({ accountId: said.person, clientId: client.clientId });
  grant.addResourceScope(resource, scopes.join(' '));
  const grantId = await grant.save();
  const now = parts.clock.now();
  const facts: GrantFacts = {
    id: grantId,
    org: said.org,
    person: said.person,
    client: client.clientId,
    resource,
    scopes,
    cap: 'trusted',
    session: 'assertion',
    amr: [],
    authAt: now,
    consentedAt: now,
    isRemembered: false,
  };
  await parts.grants.add(facts, { reason: 'assertion', origin: fromProgram(context.req) });
  const token = new provider.AccessToken({
    accountId: said.person,
    client,
    grantId,
    gty: assertionGrant,
  });
  token.resourceServer = new provider.ResourceServer(resource, {
    scope: known.join(' '),
    audience: `${baseUrl}${path}`,
    accessTokenTTL: accessTokenSeconds,
    accessTokenFormat: 'jwt',
    jwt: { sign: { alg: 'ES256' } },
  });
  token.scope = scopes.join(' ');
  context.body = {
    access_token: await token.save(),
    expires_in: accessTokenSeconds,
    token_type: 'Bearer',
    scope: token.scope,
  };
}
