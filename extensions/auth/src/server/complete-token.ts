import { isJsonObject, type JsonObject } from '@signalbox/sdk';
import { errors, type KoaContextWithOIDC } from 'oidc-provider';
import type { GrantFacts } from '../store/grants.ts';
import { fromProgram, type SignInMethod } from '../trail/trail.ts';
import type { ServerParts } from './provider-parts.ts';

/** How long an access token lives. */
export const accessTokenSeconds = 600;

/** A token as the server makes it; more than its published types say. */
interface TokenBeingMade {
  readonly kind?: string;
  readonly jti?: string;
  readonly grantId?: string;
  readonly accountId?: string;
  readonly clientId?: string;
  readonly client?: object;
}

/**
 * Completes an access token with what resource servers need (RFC 9068 §2.2) and writes down that it was issued. No roles
 * and no level: these are looked up when it is used. Errors: `invalid_grant` of OAuth when the grant is gone.
 */
export async function completeToken(
  parts: ServerParts,
  context: KoaContextWithOIDC,
  made: object,
  jwt: { payload?: unknown },
): Promise<void> {
  const token = made as TokenBeingMade;
  const payload = isJsonObject(jwt.payload) ? { ...jwt.payload } : {};
  const { jti = '', clientId = '' } = token;
  const facts =
    token.grantId === undefined ? await ofService(parts, token) : await ofGrant(parts, token.grantId);
  Object.assign(payload, facts.claims);
  jwt.payload = payload;
  const { iat, exp, aud, scope, cnf } = payload;
  const add = (): Promise<void> =>
    parts.tokens.add({
      jti,
      ...(token.grantId === undefined ? {} : { grantId: token.grantId }),
      org: facts.org,
      subject: facts.subject,
      client: clientId,
      payload: withoutUndefined({
        kind: token.kind,
        jti,
        iat,
        exp,
        aud,
        scope,
        clientId,
        accountId: token.accountId,
        grantId: token.grantId,
        jkt: isJsonObject(cnf) ? cnf['jkt'] : undefined,
        extra: facts.claims,
        format: 'opaque',
      }),
      expiresAt: Number(exp) * 1000,
    });
  // Whoever shows a code has shown elsewhere who they are; who shows a device code or an assertion does it here.
  const method = signInMethods[String(context.oidc.params?.['grant_type'])];
  if (method === undefined || !facts.grant) await add();
  else await parts.trail.tokenSignIn({ method, grant: facts.grant }, fromProgram(context.req), add);
  await parts.clients.noteUse(clientId);
}

interface TokenFacts {
  readonly org: string;
  readonly subject: { readonly kind: 'user' | 'service'; readonly id: string };
  readonly claims: JsonObject;
  readonly grant?: GrantFacts;
}

const signInMethods: { readonly [grantType: string]: SignInMethod | undefined } = {
  'urn:ietf:params:oauth:grant-type:device_code': 'device-code',
  'urn:ietf:params:oauth:grant-type:jwt-bearer': 'assertion',
};

async function ofGrant({ grants }: ServerParts, grantId: string): Promise<TokenFacts> {
  // Who redeems first is answered, even when a second try at the same moment has just ended the family.
  const grant = await grants.findEver(grantId);
  if (!grant) throw new errors.InvalidGrant('what the person allowed was taken back');
  return {
    org: grant.org,
    subject: { kind: 'user', id: grant.person },
    claims: { org: grant.org, auth_time: Math.floor(grant.authAt / 1000), sid: grant.session },
    grant,
  };
}

async function ofService({ clients }: ServerParts, token: TokenBeingMade): Promise<TokenFacts> {
  const principal = await clients.serviceOf(token.client ?? {}, token.clientId ?? '');
  if (!principal) throw new errors.InvalidGrant('this client stands for no service account');
  return {
    org: principal.org,
    subject: { kind: 'service', id: principal.id },
    claims: { org: principal.org },
  };
}

function withoutUndefined(value: object): JsonObject {
  return JSON.parse(JSON.stringify(value)) as JsonObject;
}
