import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import type { SigningKey } from '../../secrets.ts';

/** A request whose signature is to be checked, before anything of it is parsed. */
export interface SignedRequest {
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
  readonly keys: readonly SigningKey[];
  readonly nowMs: number;
  readonly toleranceMs: number;
}

/** What a check found: a name for the request that nobody can change without the secret, or why it is not let in. */
export type Verdict =
  | { readonly isGood: true; readonly id: string }
  | { readonly isGood: false; readonly reason: 'no-signature' | 'wrong-signature' | 'stale' };

/** Checks one scheme. */
export type Verify = (request: SignedRequest) => Verdict;

/** A verdict against. */
export function refuse(reason: Extract<Verdict, { isGood: false }>['reason']): Verdict {
  return { isGood: false, reason };
}

/** One header; undefined where there is none. */
export function headerOf(headers: IncomingHttpHeaders, name: string): string | undefined {
  const value = headers[name];
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** True when a time in seconds is near enough to now; false for what is no time. */
export function isFresh(seconds: string, { nowMs, toleranceMs }: SignedRequest): boolean {
  return /^\d{1,12}$/.test(seconds) && Math.abs(nowMs - Number(seconds) * 1_000) <= toleranceMs;
}

/** True when one of the signatures is that of one of the keys. All are compared, each in the same time. */
export function isSignedBy(
  keys: readonly SigningKey[],
  given: readonly Buffer[],
  ...parts: readonly (string | Buffer)[]
): boolean {
  let isSigned = false;
  for (const key of keys) {
    const hmac = createHmac('sha256', key);
    for (const part of parts) hmac.update(part);
    const wanted = hmac.digest();
    for (const each of given)
      if (each.length === wanted.length && timingSafeEqual(each, wanted)) isSigned = true;
  }
  return isSigned;
}

/** The bytes of 64 hexadecimal digits; none of anything else. */
export function fromHex(text: string | undefined): readonly Buffer[] {
  return text !== undefined && /^[0-9a-f]{64}$/i.test(text) ? [Buffer.from(text, 'hex')] : [];
}

/** A name for a request that brings none that is signed: what is signed, hashed. */
export function nameOf(...parts: readonly (string | Buffer)[]): string {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return `sha256-${hash.digest('hex')}`;
}
