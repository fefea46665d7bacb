import { randomBytes } from 'node:crypto';
import {
  addClient,
  listClients,
  listSigningKeys,
  type OAuthClientItem,
  removeClient,
  rotateSigningKeys,
} from '@signalbox/api';
import {
  type Directory,
  type JsonObject,
  type Principal,
  type Routes,
  route,
  SignalboxError,
} from '@signalbox/sdk';
import type { KeyRing } from '../keys/key-ring.ts';
import { checkRedirect } from '../server/check-registration.ts';
import { assertionGrant } from '../server/identity-assertion-grant.ts';
import type { AuthSettings } from '../settings.ts';
import type { Clients, RegisteredClient } from '../store/clients.ts';

/** What the routes of sign-in work with. */
export interface SignInRouteParts {
  readonly clients: Clients;
  readonly keys: KeyRing;
  readonly directory: Directory;
  readonly settings: AuthSettings;
}

/** Serves the administration of clients and signing keys. */
export function provideSignInRoutes(
  routes: Routes,
  { clients, keys, directory, settings }: SignInRouteParts,
): void {
  routes.provide(
    route({
      ...listClients,
      handle: async ({ principal, query }) => {
        const found = await clients.list(principal.org, query.cursor ?? '', query.limit + 1);
        return pageOf(found.map(toItem), query.limit, ({ id }) => id);
      },
    }),
  );
  routes.provide(
    route({
      ...addClient,
      handle: async ({ principal, body }) => {
        const { service } = body;
        if (body.assertions && !settings.issuers.some(({ assertions }) => assertions))
          throw new SignalboxError(
            'invalid_params',
            'no issuer gives assertions here; set assertions: true for one in auth.issuers first',
          );
        if (service !== undefined) await checkService(directory, principal, service);
        const secret =
          body.authMethod === 'client_secret_basic' ? randomBytes(32).toString('base64url') : undefined;
        const id = await clients.add({
          org: principal.org,
          name: body.name,
          origin: 'administrator',
          ...(service === undefined ? {} : { service }),
          metadata: toMetadata(body, secret),
        });
        const added = await clients.find(id);
        if (!added) throw new SignalboxError('not_found', `the client "${id}" has just been removed`);
        return { client: toItem(added), ...(secret === undefined ? {} : { secret }) };
      },
    }),
  );
  routes.provide(
    route({
      ...removeClient,
      handle: async ({ principal, params }) => {
        await clients.remove(principal.org, params.client);
        return { id: params.client };
      },
    }),
  );
  routes.provide(
    route({
      ...listSigningKeys,
      handle: async ({ query }) => {
        const all = [...(await keys.list())].sort((a, b) => (a.kid < b.kid ? -1 : 1));
        const rest = all.filter(({ kid }) => kid > (query.cursor ?? ''));
        return pageOf(rest.slice(0, query.limit + 1), query.limit, ({ kid }) => kid);
      },
    }),
  );
  routes.provide(route({ ...rotateSigningKeys, handle: async () => ({ kid: await keys.rotate() }) }));
}

/** Whoever makes a client for a service account acts as it; so it may have nothing they have not. Errors: `not_found`, `forbidden`. */
async function checkService(directory: Directory, caller: Principal, id: string): Promise<void> {
  const subject = { kind: 'service' as const, id, org: caller.org };
  const service = await directory.principalOf(subject, { credential: { kind: 'access-token', id } });
  if (!service) throw new SignalboxError('not_found', `there is no service account "${id.slice(0, 100)}"`);
  const own = caller.roles ?? [];
  const more = (service.roles ?? []).filter((role) => !own.includes(role));
  if (more.length > 0 && !own.includes('owner'))
    throw new SignalboxError(
      'forbidden',
      `the service account "${id}" has roles you have not: ${more.join(', ')}`,
    );
}

interface ClientBody {
  readonly name: string;
  readonly redirectUris: readonly string[];
  readonly authMethod: 'none' | 'client_secret_basic' | 'private_key_jwt';
  readonly service?: string | undefined;
  readonly assertions: boolean;
  readonly jwks?: { readonly keys: readonly JsonObject[] } | undefined;
}

/** Client metadata (RFC 7591 §2). Errors: `invalid_params`. */
function toMetadata(body: ClientBody, secret: string | undefined): JsonObject {
  const { name, redirectUris, authMethod, service, assertions, jwks } = body;
  const isMachine = service !== undefined || assertions;
  if (!isMachine && redirectUris.length === 0)
    throw new SignalboxError('invalid_params', 'a client for people needs an address they are sent back to');
  if (isMachine && authMethod === 'none')
    throw new SignalboxError('invalid_params', 'a client that gets tokens by itself needs a secret or a key');
  if ((authMethod === 'private_key_jwt') !== (jwks !== undefined))
    throw new SignalboxError('invalid_params', 'jwks goes with the method private_key_jwt, and only with it');
  if (jwks?.keys.some((key) => ['d', 'p', 'q', 'k', 'priv'].some((member) => member in key)))
    throw new SignalboxError('invalid_params', 'jwks holds a private key; give only the public part');
  const redirects = redirectUris.map(checkRedirect);
  const grants = [
    ...(redirects.length > 0 ? ['authorization_code', 'refresh_token'] : []),
    ...(service === undefined ? [] : ['client_credentials']),
    ...(assertions ? [assertionGrant] : []),
  ];
  return {
    client_name: name,
    redirect_uris: redirects,
    response_types: redirects.length > 0 ? ['code'] : [],
    grant_types: grants,
    token_endpoint_auth_method: authMethod,
    application_type: redirects.some((uri) => uri.startsWith('http:')) ? 'native' : 'web',
    ...(secret === undefined ? {} : { client_secret: secret }),
    ...(jwks === undefined ? {} : { jwks: { keys: [...jwks.keys] } }),
  };
}

function toItem(client: RegisteredClient): OAuthClientItem {
  const { redirect_uris: redirects, token_endpoint_auth_method: method } = client.metadata;
  return {
    id: client.id,
    name: client.name,
    origin: client.origin,
    redirectUris: Array.isArray(redirects) ? redirects.filter((uri) => typeof uri === 'string') : [],
    authMethod: typeof method === 'string' ? method : 'none',
    ...(client.service === undefined ? {} : { service: client.service }),
    createdAt: client.createdAt,
    ...(client.usedAt === undefined ? {} : { usedAt: client.usedAt }),
  };
}

/** A page of what was read, one more than wanted; the cursor is the last key given. */
function pageOf<Item>(
  found: readonly Item[],
  limit: number,
  keyOf: (item: Item) => string,
): { items: Item[]; nextCursor?: string } {
  const items = found.slice(0, limit);
  const last = items.at(-1);
  return found.length > limit && last !== undefined ? { items, nextCursor: keyOf(last) } : { items };
}
