import { defineService } from './service-token.ts';

/** Where a secret belongs; all of it is authenticated with the ciphertext, so that a secret moved elsewhere does not open. */
export interface SecretPlace {
  readonly org: string;
  /** What keeps it, e.g. `upstream-credentials`. */
  readonly owner: string;
  readonly name: string;
}

/** Encrypts what may be read only by the hub: AES-256-GCM under a key of the organization, itself under the root key. */
export interface SecretVault {
  /** Ciphertext that is safe to store. */
  readonly seal: (place: SecretPlace, secret: string) => Promise<string>;
  /** Errors: `store_corrupt` for a text that was changed, moved, or sealed under a key that is not there. */
  readonly open: (place: SecretPlace, sealed: string) => Promise<string>;
}

/** The extension that holds keys offers this. */
export const secretVault = defineService<SecretVault>('secret-vault', { inProcess: true });
