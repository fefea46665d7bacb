import type { IncomingMessage, ServerResponse } from 'node:http';
import {
  addressGroup,
  clientAddress,
  isSignalboxError,
  type Log,
  type Mount,
  SignalboxError,
  toSignalboxError,
} from '@signalbox/sdk';
import type { FlowParts } from './flows/flow-parts.ts';
import { serveInteraction } from './flows/interaction-flow.ts';
import { callbackPath, serveProviderCallback } from './flows/provider-flow.ts';
import { pagePaths, servePages } from './flows/serve-pages.ts';
import { idOfOwnToken } from './keys/id-of-own-token.ts';
import type { KeyRing } from './keys/key-ring.ts';
import { messagePage } from './pages/message-page.ts';
import { sendPage } from './pages/page.ts';
import { serverRoutes } from './server/make-provider.ts';
import { prepareRequest, rootPaths } from './server/prepare-request.ts';
import type { RateWindow } from './server/rate-window.ts';
import type { TokenRate } from './server/token-rate.ts';
import { resourceMetadata, sendMetadata } from './server/well-known.ts';

/** What the paths of sign-in are served with. */
export interface MountParts extends FlowParts {
  readonly log: Log;
  readonly isCompatible: boolean;
  readonly registrations: RateWindow;
  readonly tokenRate: TokenRate;
  readonly keys: KeyRing;
}

type Handle = (request: IncomingMessage, response: ServerResponse, rest: string) => Promise<void>;

const protectedResource = '/.well-known/oauth-protected-resource';
const serverMetadata = '/.well-known/oauth-authorization-server';
const openidMetadata = '/.well-known/openid-configuration';

/** Every path of sign-in, all of them public: each knows itself whom it serves. */
export function authMounts(parts: MountParts): Mount[] {
  const at = (path: string, handle: Handle): Mount => ({
    path,
    access: 'public',
    handle: (request, response, { rest }) =>
      void handle(request, response, rest).catch((error: unknown) =>
        answerError(parts, { request, response, error }),
      ),
  });
  const server: Handle = (request, response) => serveServer(parts, request, response);
  const resource: Handle = async (_request, response, rest) =>
    sendMetadata(response, resourceMetadata(parts.place(), rest));
  const inserted =
    (path: string): Handle =>
    (request, response, rest) => {
      if (parts.place().path !== `/${rest}`) throw nothingThere(request);
      request.url = path;
      return server(request, response, '');
    };
  return [
    at('/oauth/interaction/', (request, response) => serveInteraction(parts, request, response)),
    at('/oauth/', server),
    at(serverMetadata, server),
    at(openidMetadata, server),
    at(`${serverMetadata}/`, async (...given) => inserted(serverMetadata)(...given)),
    at(`${openidMetadata}/`, async (...given) => inserted(openidMetadata)(...given)),
    at(protectedResource, resource),
    at(`${protectedResource}/`, resource),
    at(callbackPath, (request, response, rest) => serveProviderCallback(parts, { request, response }, rest)),
    ...pagePaths.map((path) => at(path, (request, response) => servePages(parts, path, request, response))),
    ...(parts.isCompatible ? Object.keys(rootPaths).map((path) => at(path, server)) : []),
  ];
}

async function serveServer(
  parts: MountParts,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const [path = ''] = (request.url ?? '').split('?', 1);
  if ((rootPaths[path] ?? path) === serverRoutes.registration) checkRegistrationRate(parts, request);
  const prepared = await prepareRequest(request, {
    hubPath: parts.place().path,
    idOf: (token) => idOfOwnToken(parts.keys, token),
    takeToken: (client) => parts.tokenRate.take(client, clientAddress(request) ?? 'unknown'),
  });
  response.setHeader('referrer-policy', 'same-origin');
  response.setHeader('x-content-type-options', 'nosniff');
  response.setHeader('x-frame-options', 'DENY');
  // The server's own pages send themselves on with a script, whose hash it adds here.
  response.setHeader(
    'content-security-policy',
    "default-src 'none'; script-src 'none'; frame-ancestors 'none'",
  );
  await parts.server.handle(prepared, response);
}

function checkRegistrationRate({ registrations }: MountParts, request: IncomingMessage): void {
  if (request.method !== 'POST' || registrations.take(addressGroup(clientAddress(request) ?? 'unknown')))
    return;
  throw new SignalboxError(
    'rate_limited',
    'too many clients were registered from this address; try again later',
    {
      details: { retryAfterMs: 3_600_000 },
    },
  );
}

function nothingThere(request: IncomingMessage): SignalboxError {
  return new SignalboxError('not_found', `there is nothing at ${(request.url ?? '').slice(0, 200)}`);
}

/** An error as a page to browsers, and as OAuth has it (RFC 6749 §5.2) to programs. */
function answerError(
  { log }: MountParts,
  {
    request,
    response,
    error: thrown,
  }: { request: IncomingMessage; response: ServerResponse; error: unknown },
): void {
  const error = toSignalboxError(thrown);
  if (!isSignalboxError(thrown)) log.error('a request of sign-in failed', { cause: thrown });
  if (response.headersSent) return void response.destroy();
  const text = error.facts.isSafe ? error.message : 'the hub failed inside; its log has the cause';
  if ((request.headers.accept ?? '').includes('text/html'))
    return sendPage(response, messagePage('That did not work', text, error.code), error.facts.http);
  const body = JSON.stringify({ error: oauthCode(error), error_description: text });
  const { details } = error;
  const wait =
    typeof details === 'object' && details !== null && 'retryAfterMs' in details ? details.retryAfterMs : 0;
  response.writeHead(error.facts.http, {
    'content-type': 'application/json',
    'cache-control': 'no-store',
    ...(typeof wait === 'number' && wait > 0 ? { 'retry-after': String(Math.ceil(wait / 1000)) } : {}),
  });
  response.end(body);
}

function oauthCode({ code }: SignalboxError): string {
  if (code === 'invalid_params') return 'invalid_client_metadata';
  return ['overloaded', 'rate_limited', 'store_failed', 'audit_unavailable'].includes(code)
    ? 'temporarily_unavailable'
    : 'invalid_request';
}
