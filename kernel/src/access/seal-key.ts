import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { SignalboxError } from '@signalbox/sdk';
import { placeFile, readOwnFile } from './own-file.ts';

const bytes = 32;

/**
 * Reads the key that seals what callers carry for the hub, or mints one (0600); all hubs on one data folder share it.
 * Errors: `invalid_settings` when the file is readable by others, is a link, is damaged, or cannot be written.
 */
export function openSealKey(dataDir: string): Buffer {
  const path = join(dataDir, 'seal.key');
  const text = readOwnFile(path, 'seal key') ?? mint(path);
  const key = Buffer.from(text, 'base64url');
  if (key.length === bytes) return key;
  throw new SignalboxError(
    'invalid_settings',
    `the seal key ${path} is damaged; delete it, and a new one is minted (calls that wait for answers then start anew)`,
  );
}

function mint(path: string): string {
  const text = randomBytes(bytes).toString('base64url');
  return placeFile(path, text, 'seal key') ? text : (readOwnFile(path, 'seal key') ?? text);
}
