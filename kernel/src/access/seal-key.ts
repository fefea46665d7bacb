import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { SignalboxError } from '@signalbox/sdk';
import { placeFile, readOwnFile } from './own-file.ts';

const bytes = 32;

/**
 * Reads the key that seals what callers carry for the hub, or mints one (0600); all hubs on one data folder share it.
 * Errors: those of {@link openKeyFile}.
 */
export function openSealKey(dataDir: string): Buffer {
  return openKeyFile(dataDir, 'seal', 'calls that wait for answers then start anew');
}

/**
 * Reads a key of 32 bytes from a file of the data folder, or mints one (0600). `loss` says what goes with a lost key.
 * Errors: `invalid_settings` when the file is readable by others, is a link, is damaged, or cannot be written.
 */
export function openKeyFile(dataDir: string, name: string, loss: string): Buffer {
  const path = join(dataDir, `${name}.key`);
  const text = readOwnFile(path, `${name} key`) ?? mint(path, name);
  const key = Buffer.from(text, 'base64url');
  if (key.length === bytes) return key;
  throw new SignalboxError(
    'invalid_settings',
    `the ${name} key ${path} is damaged; restore it from a backup, or delete it, and a new one is minted (${loss})`,
  );
}

function mint(path: string, name: string): string {
  const text = randomBytes(bytes).toString('base64url');
  return placeFile(path, text, `${name} key`) ? text : (readOwnFile(path, `${name} key`) ?? text);
}
