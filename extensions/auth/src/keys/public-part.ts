import type { JsonObject } from '@signalbox/sdk';
import type { JWK } from 'jose';

/** The public part of one of our keys (RFC 7518 §6.2.1). */
export function publicPart({ kty, crv, x, y, kid, alg, use }: JsonObject): JWK {
  return { kty, crv, x, y, kid, alg, use } as JWK;
}
