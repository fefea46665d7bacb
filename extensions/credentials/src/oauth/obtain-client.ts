import { createPrivateKey } from 'node:crypto';
import type { AddClientAuthentication, AuthorizationServerMetadata } from '@modelcontextprotocol/client';
import { SignalboxError } from '@signalbox/sdk';
import type { StoredClient } from '../store/client-store.ts';
import { clientMetadata } from './client-metadata.ts';
import type { AuthorizationPlace } from './discover.ts';
import type { OAuthContext } from './oauth-context.ts';
import { hostOf, oauthFailure } from './oauth-failure.ts';
import { loadOAuthSdk } from './oauth-sdk.ts';

/** How the hub is known at an authorization server. */
export interface OAuthClient {
  readonly information: {
    readonly client_id: string;
    readonly client_secret?: string;
    readonly token_endpoint_auth_method?: string;
  };
  /** Shows who asks in another way than with a secret. */
  readonly authenticate?: AddClientAuthentication;
}

/**
 * How the hub is known there: as the settings say, as it was registered before, by its own metadata document, by
 * registering now; in this order (2026-07-28, basic/authorization/client-registration). Errors: `upstream_refused`.
 */
export async function obtainClient(
  context: OAuthContext,
  org: string,
  place: AuthorizationPlace,
): Promise<OAuthClient> {
  const { upstream, clients } = context;
  if (upstream.credentials.clientId !== undefined) return clientOfSettings(context, org, place);
  const redirectUri = context.redirectUri(place.issuer);
  const known = await clients.find(org, upstream.name, place.issuer);
  if (known && isGood(known, redirectUri, context.clock.now())) return toClient(known);
  const base = {
    org,
    upstream: upstream.name,
    issuer: place.issuer,
    redirectUri,
    origin: 'registered',
  } as const;
  const documentUrl = context.clientMetadataUrl(place.issuer);
  if (documentUrl !== undefined && place.metadata?.client_id_metadata_document_supported === true) {
    const client = { ...base, clientId: documentUrl };
    await clients.save(client);
    return toClient(client);
  }
  if (place.metadata && place.metadata.registration_endpoint === undefined)
    throw noWayIn(context, place, redirectUri);
  const client = { ...base, ...(await register(context, place, redirectUri)) };
  await clients.save(client);
  return toClient(client);
}

/** A client somebody registered; it is bound to the authorization server it was used at first. Errors: `upstream_refused`. */
export async function clientOfSettings(
  { upstream, clients }: OAuthContext,
  org: string,
  { issuer }: AuthorizationPlace,
): Promise<OAuthClient> {
  const { clientId = '', clientSecret, privateKey } = upstream.credentials;
  const bound = upstream.credentials.issuer ?? (await clients.issuerOf(org, upstream.name, clientId));
  // security: an upstream that names another server must not be able to have the secret sent there.
  if (bound !== undefined && bound !== issuer)
    throw new SignalboxError(
      'upstream_refused',
      `upstream "${upstream.name}" now names ${hostOf(issuer)} as its authorization server, and its client is one of ${hostOf(bound)}; if that is right, set credentials.issuer`,
    );
  if (bound === undefined)
    await clients.save({
      org,
      upstream: upstream.name,
      issuer,
      clientId,
      redirectUri: '',
      origin: 'settings',
    });
  const information = {
    client_id: clientId,
    ...(clientSecret === undefined ? {} : { client_secret: clientSecret }),
  };
  if (privateKey === undefined) return { information };
  const { createPrivateKeyJwtAuth } = await loadOAuthSdk();
  const authenticate = createPrivateKeyJwtAuth({
    issuer: clientId,
    subject: clientId,
    privateKey,
    alg: algorithmOf(privateKey, upstream.name),
  });
  return { information, authenticate };
}

async function register(
  { fetch, upstream, settings, clock }: OAuthContext,
  place: AuthorizationPlace,
  redirectUri: string,
): Promise<Pick<StoredClient, 'clientId' | 'secret' | 'authMethod' | 'secretExpiresAt'>> {
  const { registerClient } = await loadOAuthSdk();
  try {
    const given = await registerClient(place.serverUrl, {
      ...(place.metadata ? { metadata: place.metadata } : {}),
      clientMetadata: {
        ...clientMetadata(settings.clientName, redirectUri),
        token_endpoint_auth_method: bestMethod(place.metadata),
      },
      fetchFn: fetch,
    });
    const endsAt = given.client_secret_expires_at;
    return {
      clientId: given.client_id,
      ...(given.client_secret === undefined
        ? { authMethod: 'none' }
        : {
            secret: given.client_secret,
            authMethod: given.token_endpoint_auth_method ?? 'client_secret_basic',
          }),
      ...(endsAt === undefined || endsAt === 0
        ? {}
        : { secretExpiresAt: Math.max(endsAt * 1_000, clock.now()) }),
    };
  } catch (error) {
    const { RegistrationRejectedError } = await loadOAuthSdk();
    if (error instanceof RegistrationRejectedError)
      throw new SignalboxError(
        'upstream_refused',
        `the authorization server ${hostOf(place.serverUrl)} of upstream "${upstream.name}" does not register the hub (HTTP ${error.status}); register a client there with the redirect address ${redirectUri} and put its clientId into credentials of the upstream`,
      );
    throw await oauthFailure(upstream.name, place.serverUrl, error);
  }
}

/** The hub can keep a secret, so it asks for one where it may. */
function bestMethod(metadata: AuthorizationServerMetadata | undefined): string {
  // RFC 8414 §2: where the list is left out, it is client_secret_basic.
  const methods = metadata?.token_endpoint_auth_methods_supported ?? ['client_secret_basic'];
  return (
    ['client_secret_basic', 'client_secret_post', 'none'].find((each) => methods.includes(each)) ?? 'none'
  );
}

function isGood(client: StoredClient, redirectUri: string, now: number): boolean {
  const { secretExpiresAt = Number.POSITIVE_INFINITY } = client;
  return client.origin === 'registered' && client.redirectUri === redirectUri && secretExpiresAt > now;
}

/** A client that was kept, as the steps of OAuth use it. */
export function toClient({ clientId, secret, authMethod }: Omit<StoredClient, 'origin'>): OAuthClient {
  return {
    information: {
      client_id: clientId,
      ...(secret === undefined ? {} : { client_secret: secret }),
      ...(authMethod === undefined ? {} : { token_endpoint_auth_method: authMethod }),
    },
  };
}

/** The signature algorithm that goes with a key (RFC 7518 §3.1). */
function algorithmOf(pem: string, name: string): string {
  const curves: { readonly [curve: string]: string } = {
    prime256v1: 'ES256',
    secp384r1: 'ES384',
    secp521r1: 'ES512',
  };
  try {
    const { asymmetricKeyType, asymmetricKeyDetails } = createPrivateKey(pem);
    if (asymmetricKeyType === 'rsa') return 'RS256';
    const algorithm = curves[asymmetricKeyDetails?.namedCurve ?? ''];
    if (algorithm !== undefined) return algorithm;
  } catch {
    // Said below, without what the parser saw of the key.
  }
  throw new SignalboxError(
    'upstream_refused',
    `credentials.privateKey of upstream "${name}" is no RSA or elliptic curve key; write it as PEM (PKCS #8)`,
  );
}

function noWayIn({ upstream }: OAuthContext, place: AuthorizationPlace, redirectUri: string): SignalboxError {
  return new SignalboxError(
    'upstream_refused',
    `the authorization server ${hostOf(place.serverUrl)} of upstream "${upstream.name}" registers nobody by itself; register a client there with the redirect address ${redirectUri} and put its clientId into credentials of the upstream`,
  );
}
