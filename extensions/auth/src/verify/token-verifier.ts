import {
  type Directory,
  isSignalboxError,
  type Principal,
  type ShownCredential,
  SignalboxError,
  type TokenVerifier,
} from '@signalbox/sdk';
import { decodeJwt } from 'jose';
import type { DpopProofs } from './dpop-proofs.ts';
import type { ExternalIssuers } from './external-issuers.ts';
import { type OwnTokenParts, verifyOwnToken } from './own-tokens.ts';
import { refusedToken } from './refusal.ts';
import type { VerifiedToken, VerifiedTokens } from './verified-tokens.ts';

/** What credentials are verified with. */
export interface VerifierParts extends OwnTokenParts {
  readonly verified: VerifiedTokens;
  readonly proofs: DpopProofs;
  readonly external: ExternalIssuers;
  readonly directory: Directory;
}

const apiKey = /^sbx_key_/;
// What any client of an MCP endpoint comes to need; asking for it at once spares a second sign-in. A client may ask for less.
const mcpScopes = ['tools:call', 'resources:read', 'prompts:read'];

/** Makes the verifier. Whatever is not known is an error, and so is what cannot be found out. */
export function makeTokenVerifier(parts: VerifierParts): TokenVerifier {
  return {
    verify: (shown) => {
      const known = parts.verified.find(shown.token);
      if (known === undefined) return verifyNew(parts, shown);
      if (known.jkt === undefined && shown.scheme === 'bearer' && known.resource === shown.resource)
        return known.principal;
      return checkUse(parts, shown, known);
    },
    metadataUrl: (resource) => metadataUrl(parts.place().baseUrl, resource),
    usualScopes: (resource) => (resource.endsWith('/mcp') ? mcpScopes : []),
  };
}

/** RFC 9728 §3.1: the well-known part comes before the path of the resource. */
function metadataUrl(baseUrl: string, resource: string): string {
  const { origin, pathname } = new URL(baseUrl);
  const path = resource.startsWith(origin) ? resource.slice(origin.length) : pathname;
  return `${origin}/.well-known/oauth-protected-resource${path}`;
}

async function verifyNew(parts: VerifierParts, shown: ShownCredential): Promise<Principal> {
  const { token, scheme, resource } = shown;
  const { drops } = parts.verified;
  try {
    if (apiKey.test(token)) return await verifyKey(parts, shown);
    const verified = parts.external.isTheirs(token)
      ? await parts.external.verify(token, resource)
      : await verifyOwn(parts, token, resource);
    if (scheme === 'dpop' && verified.jkt === undefined)
      throw refusedToken('this token is not bound to a key; send it as "Bearer"');
    const principal = await checkUse(parts, shown, verified);
    parts.verified.add(token, verified, drops);
    return principal;
  } catch (error) {
    throw isSignalboxError(error) ? error : cannotTell(error);
  }
}

function verifyOwn(parts: VerifierParts, token: string, resource: string): Promise<VerifiedToken> {
  if (!isJwt(token)) throw refusedToken('this key or token is not known here');
  return verifyOwnToken(parts, token, resource);
}

async function verifyKey(
  { directory }: VerifierParts,
  { token, scheme, address }: ShownCredential,
): Promise<Principal> {
  const principal = scheme === 'bearer' ? await directory.principalOfKey(token, address) : undefined;
  if (!principal) throw refusedToken('this key is not known here, has expired, or was revoked');
  return principal;
}

/** That a good token is used where, and by whom, it may be. */
async function checkUse(
  { proofs }: VerifierParts,
  shown: ShownCredential,
  { jkt, resource, principal }: VerifiedToken,
): Promise<Principal> {
  if (resource !== shown.resource) throw refusedToken('the token is for another resource');
  if (jkt === undefined) {
    if (shown.scheme === 'bearer') return principal;
    throw refusedToken('this token is not bound to a key; send it as "Bearer"');
  }
  if (shown.scheme !== 'dpop')
    throw refusedToken('this token is bound to a key; send it as "DPoP" with a proof');
  await proofs.check(shown, jkt);
  return principal;
}

function isJwt(token: string): boolean {
  try {
    decodeJwt(token);
    return true;
  } catch {
    return false;
  }
}

function cannotTell(cause: unknown): SignalboxError {
  return new SignalboxError('store_failed', 'it cannot be found out whose credential this is; try again', {
    cause,
  });
}
