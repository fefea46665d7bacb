import { hash, randomUUID } from 'node:crypto';
import { calculateJwkThumbprint, exportJWK, generateKeyPair, SignJWT } from 'jose';

/** A key that proves possession (RFC 9449). */
export async function makeDpopKey() {
  const { privateKey, publicKey } = await generateKeyPair('ES256');
  const jwk = await exportJWK(publicKey);
  return {
    thumbprint: await calculateJwkThumbprint(jwk),
    prove: (
      method: string,
      url: string,
      {
        token,
        iat,
        jti = randomUUID(),
        nonce,
      }: { token?: string; iat?: number; jti?: string; nonce?: string } = {},
    ): Promise<string> => {
      const claims = {
        htm: method,
        htu: url,
        jti,
        iat: iat ?? Math.floor(Date.now() / 1000),
        ...(token === undefined ? {} : { ath: hash('sha256', token, 'base64url') }),
        ...(nonce === undefined ? {} : { nonce }),
      };
      return new SignJWT(claims).setProtectedHeader({ alg: 'ES256', typ: 'dpop+jwt', jwk }).sign(privateKey);
    },
  };
}
