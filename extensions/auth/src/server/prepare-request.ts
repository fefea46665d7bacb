import type { IncomingMessage } from 'node:http';
import { isJsonObject, type JsonObject } from '@signalbox/sdk';
import { checkRegistration } from './check-registration.ts';
import { readBody, withBody } from './form-body.ts';
import { serverRoutes } from './make-provider.ts';
import { baselineScope, serverScopes } from './resources.ts';
import { namedClient } from './token-rate.ts';

/** What a request is prepared with. */
export interface Preparation {
  readonly hubPath: string;
  /** The id of an access token that was signed here. */
  readonly idOf: (token: string) => Promise<string | undefined>;
  /** Takes one request for a token of a client. Errors: `rate_limited`. */
  readonly takeToken: (client: string | undefined) => Promise<void>;
}

/** Paths of the root that clients of 2025-03-26 use when a server has no metadata ("Fallbacks for Servers without Metadata Discovery"). */
export const rootPaths: { readonly [path: string]: string } = {
  '/authorize': serverRoutes.authorization,
  '/token': serverRoutes.token,
  '/register': serverRoutes.registration,
};

const scoped: readonly string[] = [
  serverRoutes.pushed_authorization_request,
  serverRoutes.device_authorization,
  serverRoutes.token,
];
const tokenPaths: readonly string[] = [serverRoutes.introspection, serverRoutes.revocation];

/**
 * Makes a request ready for the authorization server: the path as it knows it, a scope where a client named none, and
 * its own name of a token where a JWT is shown. Errors: `too_large`, `rate_limited`, `invalid_params` for a registration.
 */
export async function prepareRequest(
  request: IncomingMessage,
  preparation: Preparation,
): Promise<IncomingMessage> {
  const [given = '/', query] = (request.url ?? '/').split('?', 2);
  const path = rootPaths[given] ?? given;
  const prepared = await withRightParameters(request, { path, query, preparation });
  // Links the server makes begin with what a proxy has stripped.
  Object.assign(prepared, { originalUrl: `${preparation.hubPath}${prepared.url ?? path}` });
  return prepared;
}

async function withRightParameters(
  request: IncomingMessage,
  { path, query, preparation }: { path: string; query: string | undefined; preparation: Preparation },
): Promise<IncomingMessage> {
  if (path === serverRoutes.authorization && request.method === 'GET') {
    const fields = new URLSearchParams(query);
    // What was pushed has its scope already (RFC 9126).
    if (!fields.has('request_uri')) addScope(fields);
    request.url = `${path}?${fields.toString()}`;
    return request;
  }
  request.url = query === undefined ? path : `${path}?${query}`;
  if (request.method !== 'POST') return request;
  if (path === serverRoutes.registration) return withRegistration(request);
  const isForm = (request.headers['content-type'] ?? '').startsWith('application/x-www-form-urlencoded');
  if (path === serverRoutes.token && !isForm) await preparation.takeToken(undefined);
  if (!isForm || !(scoped.includes(path) || tokenPaths.includes(path))) return request;
  const fields = new URLSearchParams(await readBody(request));
  if (path === serverRoutes.token)
    await preparation.takeToken(namedClient(request.headers.authorization, fields));
  if (tokenPaths.includes(path)) await nameToken(fields, preparation.idOf);
  else if (path !== serverRoutes.token || fields.get('grant_type') === 'client_credentials') addScope(fields);
  return withBody(request, fields.toString());
}

/** RFC 6749 §3.3: where a client asks for nothing, the server has a default. */
function addScope(fields: URLSearchParams): void {
  const own: readonly string[] = serverScopes;
  const asked = (fields.get('scope') ?? '').split(' ').filter(Boolean);
  if (asked.every((scope) => own.includes(scope)))
    fields.set('scope', [...asked, ...baselineScope.split(' ')].join(' '));
}

/** An access token is a JWT that is kept by its id; one that was not signed here has none. A refresh token is no JWT. */
async function nameToken(fields: URLSearchParams, idOf: Preparation['idOf']): Promise<void> {
  const token = fields.get('token') ?? '';
  if (token.split('.').length === 3) fields.set('token', (await idOf(token)) ?? 'none');
}

async function withRegistration(request: IncomingMessage): Promise<IncomingMessage> {
  let given: unknown;
  try {
    given = JSON.parse(await readBody(request));
  } catch {
    given = undefined;
  }
  const checked: JsonObject = checkRegistration(isJsonObject(given) ? given : undefined);
  return withBody(request, JSON.stringify(checked));
}
