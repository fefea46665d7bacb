import { compactVerify, createLocalJWKSet, decodeJwt } from 'jose';
import type { KeyRing } from './key-ring.ts';
import { publicPart } from './public-part.ts';

/** The `jti` of a token signed here, whatever its time; undefined for anything else, changed tokens among it. */
export async function idOfOwnToken(keys: KeyRing, token: string): Promise<string | undefined> {
  const { jwks } = await keys.current();
  const set = createLocalJWKSet({ keys: jwks.map(publicPart) });
  try {
    await compactVerify(token, set, { algorithms: ['ES256'] });
    return decodeJwt(token).jti;
  } catch {
    return undefined;
  }
}
