import { SignalboxError } from '@signalbox/sdk';
import type { AuthorizationPlace } from './discover.ts';
import type { OAuthContext } from './oauth-context.ts';
import { hostOf } from './oauth-failure.ts';
import { clientOfSettings, type OAuthClient, toClient } from './obtain-client.ts';

/**
 * How the hub was known at an authorization server, for what it was given there. Nothing is registered for it, and a client
 * of the settings that was never used there is not shown to it: the definition may be another by now. Errors:
 * `upstream_refused` where nothing is known.
 */
export async function knownClient(
  context: OAuthContext,
  org: string,
  place: AuthorizationPlace,
): Promise<OAuthClient> {
  const { upstream, clients } = context;
  const { clientId, issuer } = upstream.credentials;
  const stored = await clients.find(org, upstream.name, place.issuer);
  const isOfSettings = stored?.origin === 'settings' ? stored.clientId === clientId : issuer === place.issuer;
  if (clientId !== undefined && isOfSettings) return clientOfSettings(context, org, place);
  if (stored) return toClient(stored);
  throw new SignalboxError(
    'upstream_refused',
    `the hub does not know any more as which client it was given tokens by ${hostOf(place.issuer)} for upstream "${upstream.name}"`,
  );
}
