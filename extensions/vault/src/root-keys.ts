import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type KeyFiles, SignalboxError } from '@signalbox/sdk';
import type { VaultSettings } from './settings.ts';

const bytes = 32;
const credentialName = 'signalbox-root-key';

/** A key that encrypts the keys of organizations. */
export interface RootKey {
  /** Names it without telling anything of it. */
  readonly id: string;
  readonly key: Uint8Array;
}

/** The root key in use, and those from before that may still have encrypted something. */
export interface RootKeys {
  readonly current: RootKey;
  readonly former: readonly RootKey[];
}

/**
 * Finds the root key: the setting `vault.rootKey`, else the systemd credential `signalbox-root-key`, else root.key of the
 * data folder, which is minted when it is not there. Errors: `invalid_settings` for a key that is none.
 */
export function findRootKeys(
  { rootKey, formerRootKeys }: VaultSettings,
  files: KeyFiles,
  env: { readonly [name: string]: string | undefined },
): RootKeys {
  const given = rootKey ?? readCredential(env['CREDENTIALS_DIRECTORY']);
  const current = given === undefined ? toRootKey(files.open('root')) : readKey(given, 'vault.rootKey');
  return {
    current,
    former: formerRootKeys.map((text, index) => readKey(text, `vault.formerRootKeys.${index}`)),
  };
}

function readCredential(folder: string | undefined): string | undefined {
  if (folder === undefined) return undefined;
  try {
    return readFileSync(join(folder, credentialName), 'utf8').trim();
  } catch {
    // Other credentials may be there without this one.
    return undefined;
  }
}

function readKey(text: string, where: string): RootKey {
  const key = /^[0-9a-f]{64}$/i.test(text) ? Buffer.from(text, 'hex') : Buffer.from(text, 'base64url');
  if (key.length === bytes) return toRootKey(key);
  throw new SignalboxError(
    'invalid_settings',
    `${where} is no key: it must be 32 random bytes as 64 hex digits or base64url; "openssl rand -hex 32" makes one`,
  );
}

function toRootKey(key: Uint8Array): RootKey {
  const id = createHash('sha256').update('id of a root key').update(key).digest('base64url').slice(0, 16);
  return { id, key };
}
