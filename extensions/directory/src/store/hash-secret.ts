import { hash, randomBytes } from 'node:crypto';

/** A one-time secret of 160 random bits, as text for an address. */
export function newSecret(): string {
  return randomBytes(20).toString('hex');
}

/** What is kept of a secret of 160 random bits: its SHA-256, which so much chance needs no slower. */
export function hashSecret(secret: string): string {
  return hash('sha256', secret, 'hex');
}
