import { type SecretPlace, type SecretVault, SignalboxError } from '@signalbox/sdk';
import type { DataKeys } from './data-keys.ts';
import { decrypt, encrypt } from './sealing.ts';

const format = 'v1';

/** Seals as `v1.KEY.CIPHERTEXT`: the key is one of the organization's, the place is authenticated with the secret. */
export function makeSecretVault(keys: DataKeys): SecretVault {
  return {
    seal: async (place, secret) => {
      const { id, key } = await keys.current(place.org);
      const sealed = encrypt(key, textOf(place), Buffer.from(secret, 'utf8'));
      return `${format}.${id}.${sealed.toString('base64url')}`;
    },
    open: async (place, text) => {
      const [version, id = '', sealed = '', ...rest] = text.split('.');
      if (version !== format || rest.length > 0) throw damaged(place);
      const { key } = await keys.find(place.org, id);
      const secret = decrypt(key, textOf(place), Buffer.from(sealed, 'base64url'));
      if (!secret) throw damaged(place);
      return secret.toString('utf8');
    },
  };
}

function textOf({ org, owner, name }: SecretPlace): string {
  return JSON.stringify([format, org, owner, name]);
}

function damaged({ owner, name }: SecretPlace): SignalboxError {
  return new SignalboxError(
    'store_corrupt',
    `the secret "${name.slice(0, 100)}" of ${owner} does not open: it was changed or moved; set it again`,
  );
}
