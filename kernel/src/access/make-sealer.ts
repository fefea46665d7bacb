import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';
import { canonicalJson, parseJsonText } from '@signalbox/protocol';
import { isSignalboxError, type JsonValue, type Sealer } from '@signalbox/sdk';

const cipher = 'aes-256-gcm';
const format = 1;
const nonceBytes = 12;
const tagBytes = 16;
// What the hub seals itself stays far below this; anything longer was not made here.
const maxTextLength = 1_048_576;

/**
 * Seals with AES-256-GCM under a key made for sealing alone (RFC 5869): format, nonce, ciphertext and tag as base64url.
 * The purpose is authenticated with it, so a seal of one kind is never taken for another.
 */
export function makeSealer(secret: Uint8Array): Sealer {
  const key = new Uint8Array(hkdfSync('sha256', secret, '', 'seals of a hub, version 1', 32));
  return {
    seal: (purpose, value) => {
      const nonce = randomBytes(nonceBytes);
      const sealing = createCipheriv(cipher, key, nonce).setAAD(Buffer.from(purpose));
      const text = sealing.update(canonicalJson(value), 'utf8');
      const rest = sealing.final();
      return Buffer.concat([Buffer.of(format), nonce, text, rest, sealing.getAuthTag()]).toString(
        'base64url',
      );
    },
    open: (purpose, text) => (text.length > maxTextLength ? undefined : unseal(key, purpose, text)),
  };
}

function unseal(key: Uint8Array, purpose: string, text: string): JsonValue | undefined {
  const sealed = Buffer.from(text, 'base64url');
  const isWhole = sealed[0] === format && sealed.length > nonceBytes + tagBytes;
  // Node reads base64url leniently; a seal has one spelling only.
  if (!isWhole || sealed.toString('base64url') !== text) return undefined;
  const nonce = sealed.subarray(1, 1 + nonceBytes);
  const opening = createDecipheriv(cipher, key, nonce).setAAD(Buffer.from(purpose));
  opening.setAuthTag(sealed.subarray(-tagBytes));
  try {
    const body = opening.update(sealed.subarray(1 + nonceBytes, -tagBytes));
    return parseJsonText(Buffer.concat([body, opening.final()]).toString('utf8'));
  } catch (error) {
    if (error instanceof Error || isSignalboxError(error)) return undefined;
    throw error;
  }
}
