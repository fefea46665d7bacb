import type { SecretVault } from '@signalbox/sdk';
import type { Incoming, Webhook } from './webhook.ts';

/** What signs, and what is signed with: bytes. */
export type SigningKey = Uint8Array;

const prefix = 'whsec_';

/** A new secret as Standard Webhooks writes them: 32 random bytes. */
export function makeSecret(random: Uint8Array): string {
  return `${prefix}${Buffer.from(random).toString('base64')}`;
}

/** The bytes to sign with. Of Standard Webhooks they are what the base64 after "whsec_" says, else the text itself. */
export function keyOf(secret: string, scheme: Incoming['scheme']): SigningKey {
  if (scheme !== 'standard') return Buffer.from(secret, 'utf8');
  return Buffer.from(secret.startsWith(prefix) ? secret.slice(prefix.length) : secret, 'base64');
}

/** True for a secret of at least 16 bytes that its scheme can sign with. */
export function isUsable(secret: string, scheme: Incoming['scheme']): boolean {
  if (scheme === 'standard' && !/^(?:whsec_)?[A-Za-z0-9+/]+={0,2}$/.test(secret)) return false;
  return keyOf(secret, scheme).length >= 16;
}

/** Keeps secrets of webhooks encrypted. */
export class Secrets {
  readonly #vault: SecretVault;

  constructor(vault: SecretVault) {
    this.#vault = vault;
  }

  seal(org: string, webhook: string, secret: string): Promise<string> {
    return this.#vault.seal(placeOf(org, webhook), secret);
  }

  /** The keys that are good now, the newest first. Errors: `store_corrupt`. */
  async keysOf({ row, definition }: Webhook, now: number): Promise<readonly SigningKey[]> {
    const { org, id, secret, old_secret: old, old_until: until } = row;
    const sealed = old !== null && until !== null && until > now ? [secret, old] : [secret];
    const scheme = definition.direction === 'in' ? definition.scheme : 'standard';
    const texts = await Promise.all(sealed.map((each) => this.#vault.open(placeOf(org, id), each)));
    return texts.map((text) => keyOf(text, scheme));
  }
}

function placeOf(org: string, webhook: string) {
  return { org, owner: 'webhooks', name: webhook };
}
