import type { AuthorizationServerMetadata } from '@modelcontextprotocol/client';
import { isSignalboxError, SignalboxError } from '@signalbox/sdk';
import type { Challenge } from '../account/account-record.ts';
import type { OAuthContext } from './oauth-context.ts';
import { oauthFailure } from './oauth-failure.ts';
import { loadOAuthSdk } from './oauth-sdk.ts';

/** Where people sign in for an upstream, and for what. */
export interface AuthorizationPlace {
  readonly issuer: string;
  /** As the upstream names it; where endpoints are when there is no metadata (2025-03-26). */
  readonly serverUrl: string;
  readonly metadata?: AuthorizationServerMetadata;
  /** What tokens are asked for, word for word; empty where the upstream does not say. */
  readonly resource: string;
  /** What the upstream says it knows. */
  readonly resourceScopes: readonly string[];
}

/**
 * Finds where to sign in: the metadata of the upstream (RFC 9728), named in its challenge or at its well-known places,
 * then that of the authorization server (RFC 8414, OpenID Connect Discovery). An upstream without metadata is taken for
 * its own authorization server (2025-03-26). Errors: `upstream_*`, `address_refused`.
 */
export async function discover(
  context: OAuthContext,
  challenge: Challenge | undefined,
): Promise<AuthorizationPlace> {
  const resource = await findResource(context, challenge?.resourceMetadata);
  const serverUrl = resource?.servers[0] ?? `${new URL(context.url).origin}/`;
  const metadata = await serverMetadata(context, serverUrl);
  return {
    issuer: metadata?.issuer ?? serverUrl,
    serverUrl,
    ...(metadata ? { metadata } : {}),
    resource: resource?.resource ?? '',
    resourceScopes: resource?.scopes ?? [],
  };
}

/** The metadata of an authorization server, which must call itself so; undefined where it has none. */
export async function serverMetadata(
  { fetch, upstream }: OAuthContext,
  serverUrl: string,
): Promise<AuthorizationServerMetadata | undefined> {
  const { discoverAuthorizationServerMetadata } = await loadOAuthSdk();
  try {
    return await discoverAuthorizationServerMetadata(serverUrl, { fetchFn: fetch });
  } catch (error) {
    throw await oauthFailure(upstream.name, serverUrl, error);
  }
}

interface FoundResource {
  readonly resource: string;
  readonly servers: readonly string[];
  readonly scopes: readonly string[];
}

async function findResource(
  { fetch, url, upstream }: OAuthContext,
  named: string | undefined,
): Promise<FoundResource | undefined> {
  const { checkResourceAllowed, discoverOAuthProtectedResourceMetadata } = await loadOAuthSdk();
  const found = await discoverOAuthProtectedResourceMetadata(
    url,
    named === undefined ? {} : { resourceMetadataUrl: named },
    fetch,
  ).catch((error: unknown) => {
    // Only what cannot be reached stops it here: an answer that is no metadata says that there is none.
    if (isSignalboxError(error)) throw error;
    return undefined;
  });
  if (!found) return undefined;
  // RFC 9728 §3.3: metadata of another resource must not be used, or one upstream could ask for tokens of another.
  if (!checkResourceAllowed({ requestedResource: url, configuredResource: found.resource }))
    throw new SignalboxError(
      'upstream_invalid_answer',
      `upstream "${upstream.name}" says it is ${JSON.stringify(found.resource.slice(0, 200))}, which its url is not; correct its url, or tell its author`,
    );
  return {
    resource: found.resource,
    servers: found.authorization_servers ?? [],
    // As many as a challenge may name.
    scopes: (found.scopes_supported ?? []).slice(0, 100).filter((scope) => scope.length <= 200),
  };
}
