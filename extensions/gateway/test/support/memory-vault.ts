import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { type SecretPlace, type SecretVault, SignalboxError } from '@signalbox/sdk';

/** A vault with a key of its own in memory; what was sealed with another key does not open. */
export function memoryVault(key = randomBytes(32)): SecretVault {
  return {
    seal: async (place, secret) => {
      const nonce = randomBytes(12);
      const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(Buffer.from(JSON.stringify(place)));
      const sealed = Buffer.concat([
        nonce,
        cipher.update(secret, 'utf8'),
        cipher.final(),
        cipher.getAuthTag(),
      ]);
      return `test.${sealed.toString('base64url')}`;
    },
    open: async (place: SecretPlace, text) => {
      const sealed = Buffer.from(text.slice('test.'.length), 'base64url');
      const opening = createDecipheriv('aes-256-gcm', key, sealed.subarray(0, 12));
      opening.setAAD(Buffer.from(JSON.stringify(place))).setAuthTag(sealed.subarray(-16));
      try {
        return Buffer.concat([opening.update(sealed.subarray(12, -16)), opening.final()]).toString('utf8');
      } catch {
        throw new SignalboxError('store_corrupt', `the secret "${place.name}" does not open`);
      }
    },
  };
}
