import { hkdfSync } from 'node:crypto';
import { isJsonObject, isSignalboxError } from '@signalbox/sdk';
import { type Configuration, type KoaContextWithOIDC, default as Provider } from 'oidc-provider';
import type { Keys } from '../keys/key-ring.ts';
import { cookieName } from '../sessions/cookies.ts';
import { AccessTokenAdapter } from '../store/access-token-adapter.ts';
import { longestGrantMs } from '../store/grants.ts';
import { ItemAdapter } from '../store/item-adapter.ts';
import { accessTokenSeconds, completeToken } from './complete-token.ts';
import { findGrant } from './find-grant.ts';
import type { HubPlace } from './hub-place.ts';
import { addAssertionGrant } from './identity-assertion-grant.ts';
import { interactionPolicyFor } from './interaction-policy.ts';
import { providerFeatures } from './provider-features.ts';
import type { AnsweringParts, ServerParts } from './provider-parts.ts';
import { serverScopes } from './resources.ts';
import { showError } from './show-error.ts';

const day = 86_400;

/** The paths below the hub's address. */
export const serverRoutes = {
  authorization: '/oauth/auth',
  code_verification: '/oauth/device',
  device_authorization: '/oauth/device/auth',
  end_session: '/oauth/session/end',
  introspection: '/oauth/introspect',
  jwks: '/oauth/jwks',
  pushed_authorization_request: '/oauth/par',
  registration: '/oauth/register',
  revocation: '/oauth/revoke',
  token: '/oauth/token',
} as const;

/** Makes the authorization server for a place and a set of keys. */
export function makeProvider(parts: AnsweringParts, place: HubPlace, keys: Keys): Provider {
  const provider = new Provider(place.baseUrl, {
    adapter: (model: string) => adapterFor(parts, model),
    jwks: { keys: keys.jwks },
    clientDefaults: {
      grant_types: ['authorization_code', 'refresh_token'],
      id_token_signed_response_alg: 'ES256',
      token_endpoint_auth_method: 'none',
    },
    clientAuthMethods: ['none', 'client_secret_basic', 'client_secret_post', 'private_key_jwt'],
    scopes: [...serverScopes],
    claims: { openid: ['sub'], sid: null, auth_time: null, iss: null },
    responseTypes: ['code'],
    // Not a choice: no client is let off.
    pkce: { required: () => true },
    cookies: cookies(place, keys),
    features: providerFeatures(parts, place, keys),
    fetch: parts.documents.fetch,
    findAccount: async (_context, sub) => {
      const person = await parts.directory.findPerson(sub);
      return person?.isActive ? { accountId: sub, claims: async () => ({ sub }) } : undefined;
    },
    loadExistingGrant: (context) => findGrant(parts, context),
    interactions: {
      policy: interactionPolicyFor(parts),
      url: (_context, interaction) => `${place.path}/oauth/interaction/${interaction.uid}`,
    },
    formats: { customizers: { jwt: (context, token, jwt) => completeToken(parts, context, token, jwt) } },
    routes: serverRoutes,
    rotateRefreshToken: true,
    issueRefreshToken: async (_context, client) => client.grantTypeAllowed('refresh_token'),
    expiresWithSession: async () => false,
    ttl: ttls(),
    enabledJWA: {
      idTokenSigningAlgValues: ['ES256'],
      clientAuthSigningAlgValues: ['ES256', 'RS256', 'PS256', 'EdDSA', 'Ed25519'],
      dPoPSigningAlgValues: ['ES256', 'EdDSA', 'Ed25519'],
    },
    clientBasedCORS: (_context, origin, client) =>
      (client.redirectUris ?? []).some((uri) => URL.parse(uri)?.origin === origin),
    renderError: (context, out, error) => showError(parts, context, out, error),
  });
  provider.on('server_error', (context, error) => {
    parts.log.error('the authorization server failed', { cause: error });
    answerOutage(context, error);
  });
  addAssertionGrant(provider, parts);
  pinAddress(provider, place);
  checkKeysOfServices(provider, parts);
  return provider;
}

const outages: readonly string[] = ['store_failed', 'audit_unavailable'];

/** What cannot be found out or written down now is no fault of the request (RFC 9110 §15.6.4). */
function answerOutage(context: KoaContextWithOIDC, error: unknown): void {
  if (!isSignalboxError(error) || !outages.includes(error.code)) return;
  context.status = error.facts.http;
  context.set('retry-after', '5');
  if (isJsonObject(context.body))
    context.body = {
      error: 'temporarily_unavailable',
      error_description: 'it cannot be found out now; try again',
    };
}

function adapterFor(parts: AnsweringParts, model: string) {
  if (model === 'AccessToken' || model === 'ClientCredentials')
    return new AccessTokenAdapter(model, parts.tokens);
  const items = new ItemAdapter(model, parts);
  if (model !== 'Client') return items;
  return {
    find: (id: string) => parts.clients.find(id),
    upsert: (id: string, metadata: never) => parts.clients.upsert(id, metadata, parts.asker().origin),
    destroy: async () => undefined,
    consume: async () => undefined,
    revokeByGrantId: async () => undefined,
    findByUid: async () => undefined,
    findByUserCode: async () => undefined,
  };
}

function cookies({ isHttps }: HubPlace, { secret }: Keys): Configuration['cookies'] {
  const key = Buffer.from(hkdfSync('sha256', secret, '', 'cookies of the authorization server', 32));
  // The two of an interaction belong to its path, which the prefix `__Host-` forbids.
  const prefix = isHttps ? '__Secure-' : '';
  return {
    keys: [key],
    names: {
      session: cookieName('signalbox-oauth', isHttps),
      interaction: `${prefix}signalbox-interaction`,
      resume: `${prefix}signalbox-resume`,
    },
    long: { httpOnly: true, sameSite: 'lax', signed: true, secure: isHttps },
    short: { httpOnly: true, sameSite: 'lax', signed: true, secure: isHttps },
  };
}

function ttls(): Configuration['ttl'] {
  return {
    AccessToken: accessTokenSeconds,
    ClientCredentials: accessTokenSeconds,
    AuthorizationCode: 60,
    DeviceCode: 600,
    Grant: longestGrantMs / 1000,
    IdToken: 600,
    Interaction: 1_800,
    Session: 43_200,
    // 14 days after the last use, and never longer than the grant.
    RefreshToken: (_context, token) => {
      const lived = token.iiat === undefined ? 0 : Math.floor(Date.now() / 1000) - token.iiat;
      return Math.max(1, Math.min(14 * day, longestGrantMs / 1000 - lived));
    },
  };
}

/** Links and cookies follow the hub's own address, never what a request says of it. */
function pinAddress(provider: Provider, { origin, isHttps }: HubPlace): void {
  const { host } = new URL(origin);
  Object.defineProperties(provider.request, {
    host: { get: () => host },
    protocol: { get: () => (isHttps ? 'https' : 'http') },
    secure: { get: () => isHttps },
  });
}

/** A service account's key is its client secret; the directory knows it, the server does not. */
function checkKeysOfServices(provider: Provider, { clients }: ServerParts): void {
  const { prototype } = provider.Client;
  const compare = Reflect.get(prototype, 'compareClientSecret') as (secret: string) => boolean;
  prototype.compareClientSecret = async function compareClientSecret(secret: string) {
    return (await clients.checkKey(this, this.clientId, secret)) ?? compare.call(this, secret);
  };
}
