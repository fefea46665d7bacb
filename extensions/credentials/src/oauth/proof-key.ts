import { createHash, generateKeyPairSync } from 'node:crypto';
import type { AuthorizationServerMetadata, DpopSession } from '@modelcontextprotocol/client';
import { type ProofKey, proofKeySchema } from '../account/account-record.ts';
import { memberOf } from './member-of.ts';
import { loadOAuthSdk } from './oauth-sdk.ts';

const algorithm = 'ES256';
const curve = { name: 'ECDSA', namedCurve: 'P-256' } as const;

/** True where tokens can be bound to a key (RFC 9449 §5.1). */
export function canProve(metadata: AuthorizationServerMetadata | undefined): boolean {
  const algorithms = metadata && memberOf(metadata, 'dpop_signing_alg_values_supported');
  return Array.isArray(algorithms) && algorithms.includes(algorithm);
}

/** Makes a key for the proofs of one account. */
export function makeProofKey(): ProofKey {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return proofKeySchema.parse(privateKey.export({ format: 'jwk' }));
}

/** What signs proofs with a key, and remembers the nonces of each server (RFC 9449 §8). */
export async function openProofs(key: ProofKey): Promise<DpopSession> {
  const { DpopSession } = await loadOAuthSdk();
  const { kty, crv, x, y } = key;
  const publicJwk = { kty, crv, x, y };
  const { subtle } = globalThis.crypto;
  const keyPair = {
    privateKey: await subtle.importKey('jwk', { ...key }, curve, false, ['sign']),
    publicKey: await subtle.importKey('jwk', publicJwk, curve, true, ['verify']),
    publicJwk,
    thumbprint: thumbprintOf(key),
    alg: algorithm,
  } as const;
  return DpopSession.create({ keyPair });
}

/** The name of a key (RFC 7638 §3). */
export function thumbprintOf({ crv, kty, x, y }: ProofKey): string {
  return createHash('sha256').update(JSON.stringify({ crv, kty, x, y })).digest('base64url');
}
