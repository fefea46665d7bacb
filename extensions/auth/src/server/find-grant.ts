import type { Grant, KoaContextWithOIDC } from 'oidc-provider';
import { fromBrowser } from '../trail/trail.ts';
import type { ServerParts } from './provider-parts.ts';

/**
 * What the person has allowed for a request: just now, or within 30 days for the same client, resource and scopes. A
 * remembered answer makes a new grant, so that taking back one does not end the others' tokens.
 */
export async function findGrant(parts: ServerParts, context: KoaContextWithOIDC): Promise<Grant | undefined> {
  const { oidc } = context;
  const given = oidc.result?.consent?.grantId;
  if (given !== undefined) return oidc.provider.Grant.find(given);
  const person = oidc.session?.accountId;
  const client = oidc.client?.clientId;
  if (person === undefined || client === undefined || oidc.prompts.has('consent')) return undefined;
  const resources = Object.entries(oidc.resourceServers ?? {});
  const [resource] = resources[0] ?? [];
  if (resource === undefined || resources.length !== 1) return undefined;
  const session = await parts.sessionOf(context.req);
  if (session?.person !== person) return undefined;
  const scopes = [...oidc.requestParamScopes];
  const remembered = await parts.grants.findRemembered({ person, client, resource, scopes });
  if (!remembered) return undefined;
  const grant = new oidc.provider.Grant({ accountId: person, clientId: client });
  grant.addOIDCScope(scopes.filter((scope) => ['openid', 'offline_access'].includes(scope)).join(' '));
  grant.addResourceScope(resource, scopes.join(' '));
  const id = await grant.save();
  const { authAt, amr } = session;
  const facts = { ...remembered, id, scopes, session: session.id, authAt, amr };
  await parts.grants.add(facts, { reason: 'remembered', origin: fromBrowser(context.req) });
  return grant;
}
