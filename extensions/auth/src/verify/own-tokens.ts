import type { Clock, CredentialFacts, Directory, Level } from '@signalbox/sdk';
import { createLocalJWKSet, errors, jwtVerify } from 'jose';
import type { KeyRing } from '../keys/key-ring.ts';
import { publicPart } from '../keys/public-part.ts';
import type { HubPlace } from '../server/hub-place.ts';
import type { Grants } from '../store/grants.ts';
import { hashId } from '../store/hash-id.ts';
import type { IssuedTokens } from '../store/issued-tokens.ts';
import { refusedToken } from './refusal.ts';
import type { VerifiedToken } from './verified-tokens.ts';

/** What our own access tokens are verified with. */
export interface OwnTokenParts {
  readonly keys: KeyRing;
  readonly place: () => HubPlace;
  readonly tokens: IssuedTokens;
  readonly grants: Grants;
  readonly directory: Directory;
  readonly clock: Clock;
}

/**
 * Verifies an access token we have issued (RFC 9068 §4): signature, type, issuer, audience and time; that neither it
 * nor what it came of was taken back; and whose it is, as they are now.
 * Errors: `unauthenticated`; those of the store when it cannot be found out.
 */
export async function verifyOwnToken(
  parts: OwnTokenParts,
  token: string,
  resource: string,
): Promise<VerifiedToken> {
  const claims = await readClaims(parts, token, resource);
  const issued = await parts.tokens.find(claims.jti);
  if (!issued || issued.client !== claims.client) throw refusedToken('the token was taken back');
  const grant = issued.grantId === undefined ? undefined : await parts.grants.find(issued.grantId);
  if (issued.grantId !== undefined && !grant) throw refusedToken('what the token came of was taken back');
  const facts = factsOf(claims, grant?.cap, grant?.amr);
  const principal = await parts.directory.principalOf({ ...issued.subject, org: issued.org }, facts);
  if (!principal) throw refusedToken('whose token this is has no place here any more');
  return {
    principal,
    resource,
    expiresAt: claims.expiresAt,
    jti: hashId(claims.jti),
    ...(claims.jkt === undefined ? {} : { jkt: claims.jkt }),
    ...(grant === undefined ? {} : { grantId: grant.id, session: grant.session }),
  };
}

interface Claims {
  readonly jti: string;
  readonly client: string;
  readonly scopes: readonly string[];
  readonly jkt?: string;
  readonly expiresAt: number;
}

async function readClaims(
  { keys, place, clock }: OwnTokenParts,
  token: string,
  resource: string,
): Promise<Claims> {
  const { jwks } = await keys.current();
  const set = createLocalJWKSet({ keys: jwks.map(publicPart) });
  const { payload } = await jwtVerify(token, set, {
    algorithms: ['ES256'],
    typ: 'at+jwt',
    issuer: place().baseUrl,
    audience: resource,
    currentDate: new Date(clock.now()),
    requiredClaims: ['exp', 'iat', 'jti', 'sub', 'client_id'],
  }).catch((error: unknown) => {
    throw refusedToken(reasonOf(error));
  });
  const { jti = '', exp = 0, scope, client_id: client, cnf } = payload;
  // Our own tokens name one resource; more would make one good at another.
  if (payload.aud !== resource || typeof client !== 'string')
    throw refusedToken('the token is not for this resource');
  const jkt = readThumbprint(cnf);
  return {
    jti,
    client,
    scopes: typeof scope === 'string' ? scope.split(' ').filter(Boolean) : [],
    ...(jkt === undefined ? {} : { jkt }),
    expiresAt: exp * 1000,
  };
}

/** A token that is bound in a way we do not know is not taken as one that is not bound. */
function readThumbprint(cnf: unknown): string | undefined {
  if (cnf === undefined) return undefined;
  const jkt = typeof cnf === 'object' && cnf !== null && 'jkt' in cnf ? cnf.jkt : undefined;
  if (typeof jkt !== 'string') throw refusedToken('the token is bound to something this hub cannot check');
  return jkt;
}

function factsOf(
  { jti, client, scopes, expiresAt }: Claims,
  cap: Level | undefined,
  amr: readonly string[] | undefined,
): CredentialFacts {
  return {
    credential: {
      kind: 'access-token',
      id: hashId(jti),
      client,
      expiresAt,
      ...(amr === undefined ? {} : { amr }),
    },
    scopes,
    grant: cap ?? 'trusted',
  };
}

function reasonOf(error: unknown): string {
  if (error instanceof errors.JWTExpired) return 'the token has expired';
  if (error instanceof errors.JWTClaimValidationFailed && error.claim === 'aud')
    return 'the token is for another resource';
  return 'the token was not issued here';
}
