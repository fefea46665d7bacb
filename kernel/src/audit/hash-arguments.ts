import { hkdfSync, randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { SignalboxError } from '@signalbox/sdk';
import { placeFile, readOwnFile } from '../access/own-file.ts';
import { hmacSha256 } from './hmac-sha256.ts';

const what = 'audit secret';
const bytes = 32;

/** Hashes a text for an organization: the same text gives the same hash there, and tells nothing to those without the key. */
export type HashArguments = (org: string, canonicalArguments: string) => string;

/**
 * HMAC-SHA-256, base64url, under a key of the organization that is derived (RFC 5869) from a secret of the data folder,
 * minted where there is none (0600). Arguments are often guessable, so a bare hash would give them away.
 * Errors: `invalid_settings` when the file is readable by others, is a link, is damaged, or cannot be written.
 */
export function openArgumentsHash(dataDir: string): HashArguments {
  const secret = openSecret(join(dataDir, 'audit-arguments.key'));
  const hashers = new Map<string, (text: string) => string>();
  const hasherOf = (org: string): ((text: string) => string) => {
    const known = hashers.get(org);
    if (known) return known;
    const key = Buffer.from(hkdfSync('sha256', secret, '', `arguments in the audit of ${org}`, bytes));
    const hasher = hmacSha256(key);
    hashers.set(org, hasher);
    return hasher;
  };
  return (org, text) => hasherOf(org)(text);
}

function openSecret(path: string): Buffer {
  const secret = Buffer.from(readOwnFile(path, what) ?? mint(path), 'base64url');
  if (secret.length === bytes) return secret;
  throw new SignalboxError(
    'invalid_settings',
    `the ${what} ${path} is damaged; put it back from a backup, or delete it: equal arguments then get other hashes`,
  );
}

function mint(path: string): string {
  const text = randomBytes(bytes).toString('base64url');
  return placeFile(path, text, what) ? text : (readOwnFile(path, what) ?? text);
}
