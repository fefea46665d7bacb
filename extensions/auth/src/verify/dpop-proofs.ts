import { hash } from 'node:crypto';
import type { Clock, ShownCredential } from '@signalbox/sdk';
import { calculateJwkThumbprint, EmbeddedJWK, jwtVerify } from 'jose';
import { refusedToken } from './refusal.ts';

const skewMs = 5 * 60_000;
const mostProofs = 100_000;

/** Checks proofs of possession (RFC 9449 §4.3); each is good once on this node. */
export class DpopProofs {
  readonly #clock: Clock;
  /** Ids of proofs with the end of their time, oldest first. */
  readonly #seen = new Map<string, number>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Errors: `unauthenticated` for a proof that is missing, wrong, of another key or request, old, or used before. */
  async check({ proof, method, url, token }: ShownCredential, jkt: string): Promise<void> {
    if (proof === undefined || proof.length > 8_192)
      throw refusedToken('this token wants a proof of its key in the header DPoP');
    const { payload, protectedHeader } = await jwtVerify(proof, EmbeddedJWK, {
      algorithms: ['ES256', 'EdDSA', 'Ed25519'],
      typ: 'dpop+jwt',
      currentDate: new Date(this.#clock.now()),
    }).catch(() => {
      throw refusedToken('the proof in the header DPoP is not signed as it says');
    });
    const { jwk } = protectedHeader;
    if (!jwk || (await calculateJwkThumbprint(jwk)) !== jkt)
      throw refusedToken('the proof in the header DPoP is of another key than the token');
    const { htm, htu, iat, jti, ath } = payload;
    if (htm !== method || !isSameTarget(htu, url))
      throw refusedToken(`the proof in the header DPoP is for another request than ${method} ${url}`);
    if (typeof iat !== 'number' || Math.abs(this.#clock.now() - iat * 1000) > skewMs)
      throw refusedToken('the proof in the header DPoP is not of now; check the clock');
    if (ath !== hash('sha256', token, 'base64url'))
      throw refusedToken('the proof in the header DPoP is for another token');
    if (typeof jti !== 'string' || jti === '' || jti.length > 500 || !this.#takeOnce(`${jkt} ${jti}`))
      throw refusedToken('the proof in the header DPoP was used before');
  }

  #takeOnce(id: string): boolean {
    const now = this.#clock.now();
    for (const [old, endsAt] of this.#seen) {
      if (endsAt > now) break;
      this.#seen.delete(old);
    }
    // Where there is no room to remember one, it cannot be told whether it is new.
    if (this.#seen.has(id) || this.#seen.size >= mostProofs) return false;
    this.#seen.set(id, now + 2 * skewMs);
    return true;
  }
}

/** RFC 9449 §4.3: compared without query and fragment, after normalization. */
function isSameTarget(htu: unknown, url: string): boolean {
  const given = typeof htu === 'string' ? URL.parse(htu) : null;
  const wanted = URL.parse(url);
  return given !== null && wanted !== null && bare(given) === bare(wanted);
}

function bare({ origin, pathname }: URL): string {
  return `${origin}${pathname}`;
}
