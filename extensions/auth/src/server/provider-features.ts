import { hkdfSync } from 'node:crypto';
import { type Configuration, errors, type KoaContextWithOIDC } from 'oidc-provider';
import type { Keys } from '../keys/key-ring.ts';
import { fromBrowser } from '../trail/trail.ts';
import { accessTokenSeconds } from './complete-token.ts';
import type { HubPlace } from './hub-place.ts';
import type { ServerParts } from './provider-parts.ts';
import { pathOfResource, scopesOf } from './resources.ts';
import { showPage } from './show-page.ts';

/** What the server can do. */
export function providerFeatures(
  parts: ServerParts,
  place: HubPlace,
  keys: Keys,
): NonNullable<Configuration['features']> {
  const { documents, settings } = parts;
  return {
    devInteractions: { enabled: false },
    userinfo: { enabled: false },
    clientCredentials: { enabled: true },
    introspection: {
      enabled: true,
      // A token says things about a person: only who holds it as its client may ask, with a secret of its own.
      allowedPolicy: async (_context, client, token) => token.clientId === client.clientId,
    },
    revocation: {
      enabled: true,
      allowedPolicy: async (_context, client, token) => token.clientId === client.clientId,
    },
    pushedAuthorizationRequests: { enabled: true },
    dPoP: {
      enabled: true,
      nonceSecret: Buffer.from(hkdfSync('sha256', keys.secret, '', 'DPoP nonces', 32)),
      // So that a proof cannot be made before it is needed, whatever the clock of its maker says (RFC 9449 §8).
      requireNonce: () => true,
    },
    registration: { enabled: settings.compatibility, issueRegistrationAccessToken: false },
    clientIdMetadataDocument: {
      enabled: true,
      // The state of the draft this was tried with; the pin of the version keeps it.
      ack: 'draft-02',
      allowFetch: async (context, clientId) => documents.mayFetch(clientId, context.ip, context.req),
    },
    resourceIndicators: resourceIndicators(place),
    deviceFlow: deviceFlow(parts),
    rpInitiatedLogout: {
      enabled: false,
    },
  };
}

function resourceIndicators(
  place: HubPlace,
): NonNullable<NonNullable<Configuration['features']>['resourceIndicators']> {
  return {
    enabled: true,
    // Clients of 2025-03-26 name none and mean the one endpoint there is.
    defaultResource: async (_context, _client, oneOf) =>
      (Array.isArray(oneOf) ? oneOf[0] : oneOf) ?? `${place.baseUrl}/mcp`,
    useGrantedResource: async () => true,
    getResourceServerInfo: async (_context, resource) => {
      const path = pathOfResource(place.baseUrl, resource);
      if (path === undefined) throw new errors.InvalidTarget();
      return {
        scope: (scopesOf(path) ?? []).join(' '),
        audience: `${place.baseUrl}${path}`,
        accessTokenTTL: accessTokenSeconds,
        accessTokenFormat: 'jwt',
        jwt: { sign: { alg: 'ES256' } },
      };
    },
  };
}

function deviceFlow({
  pages,
  trail,
  sessionOf,
}: ServerParts): NonNullable<NonNullable<Configuration['features']>['deviceFlow']> {
  return {
    enabled: true,
    charset: 'base-20',
    mask: '****-****',
    userCodeInputSource: async (context, _form, _out, error) => {
      const problem = error === undefined ? undefined : problemOf(error);
      if (error) await tellOfCode({ trail, sessionOf }, context, error.name ?? '');
      const shown = { action: context.oidc.urlFor('code_verification'), token: secretOf(context) };
      showPage(context, pages.deviceCode(problem === undefined ? shown : { ...shown, problem }));
    },
    userCodeConfirmSource: async (...[context, , client, , code]) => {
      const shown = { action: context.oidc.urlFor('code_verification'), token: secretOf(context), code };
      showPage(context, pages.deviceConfirm({ ...shown, client: client.clientName ?? client.clientId }));
    },
    successSource: async (context) => {
      const { client } = context.oidc;
      showPage(context, pages.deviceDone(client?.clientName ?? client?.clientId ?? 'the device'));
    },
  };
}

const codeReasons: { readonly [name: string]: string | undefined } = {
  NotFoundError: 'unknown-code',
  ExpiredError: 'expired-code',
  AlreadyUsedError: 'used-code',
};

/** Tells of a code that is not good, and of a person who refuses the device. */
async function tellOfCode(
  { trail, sessionOf }: Pick<ServerParts, 'trail' | 'sessionOf'>,
  context: KoaContextWithOIDC,
  name: string,
): Promise<void> {
  const origin = fromBrowser(context.req);
  const reason = codeReasons[name];
  if (reason !== undefined) return trail.failed({ method: 'device-code', reason }, origin);
  // Who refuses at the page of consent is told of there.
  if (name !== 'AbortedError' || context.oidc.params?.['abort'] === undefined) return;
  const session = await sessionOf(context.req);
  const deviceCode = context.oidc.entities.DeviceCode;
  if (!session || !deviceCode?.clientId) return;
  const { scope } = deviceCode.params ?? {};
  const scopes = typeof scope === 'string' ? scope.split(' ') : [];
  await trail.refused(
    { person: session.person, client: { id: deviceCode.clientId }, scopes, reason: 'refused' },
    origin,
  );
}

function secretOf(context: KoaContextWithOIDC): string {
  const state = context.oidc.session?.state;
  return typeof state?.['secret'] === 'string' ? state['secret'] : '';
}

function problemOf(error: { readonly name?: string; readonly message?: string }): string {
  switch (error.name) {
    case 'NoCodeError':
      return 'Type the code that is shown on the device.';
    case 'NotFoundError':
      return 'There is no such code. Look at the device again.';
    case 'ExpiredError':
      return 'This code has expired. Start again on the device.';
    case 'AlreadyUsedError':
      return 'This code was used before. Start again on the device.';
    case 'AbortedError':
      return 'You have refused. The device gets no access.';
    default:
      return 'That did not work. Start again on the device.';
  }
}
