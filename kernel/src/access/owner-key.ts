import { hash, randomBytes } from 'node:crypto';
import { lstatSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { SignalboxError } from '@signalbox/sdk';
import { openDataFolder } from './data-folder.ts';
import { placeFile, readOwnFile } from './own-file.ts';

/** The key of the local owner: full rights over this hub. */
export interface OwnerKey {
  readonly text: string;
  readonly path: string;
  /** True until `markOwnerKeyShown` told that a person has seen it. */
  readonly isNew: boolean;
}

/**
 * Reads the owner key of a data folder, or mints one (0600, in a folder of 0700).
 * Hubs that start at the same moment get the same one.
 * Errors: `invalid_settings` when the file is readable by others, is a link, holds no key, or cannot be written, and
 * for a data folder that cannot be ours alone.
 */
export function openOwnerKey(dataDir: string): OwnerKey {
  openDataFolder(dataDir);
  const path = join(dataDir, 'owner.key');
  const text = readKey(path) ?? mintInto(path);
  return { text, path, isNew: !isThere(shownPath(path)) };
}

/** Keeps that the key was shown, so that no later start shows it; one that cannot be kept shows it again. */
export function markOwnerKeyShown({ path }: OwnerKey): void {
  try {
    writeFileSync(shownPath(path), '', { mode: 0o600, flag: 'wx' });
  } catch {
    // The key was shown, and the hub serves: no reason to end it.
  }
}

/** What is kept of a key to compare with: a hash, enough for 160 random bits. */
export function hashKey(text: string): string {
  return hash('sha256', text, 'base64url');
}

function shownPath(keyPath: string): string {
  return keyPath.replace(/key$/, 'shown');
}

function mintInto(path: string): string {
  // What was shown is another key, deleted since.
  rmSync(shownPath(path), { force: true });
  const text = mintKey();
  return placeFile(path, text, 'owner key') ? text : (readKey(path) ?? text);
}

function readKey(path: string): string | undefined {
  const text = readOwnFile(path, 'owner key');
  if (text === undefined || isWellFormed(text)) return text;
  throw new SignalboxError(
    'invalid_settings',
    `the owner key ${path} is damaged; delete it and start again to mint a new one`,
  );
}

function isThere(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
}

/** `sbx_owner_{id}_{160 random bits}_{check}`. */
function mintKey(): string {
  const body = `sbx_owner_${randomBytes(4).toString('hex')}_${randomBytes(20).toString('hex')}`;
  return `${body}_${checkOf(body)}`;
}

function isWellFormed(text: string): boolean {
  const end = text.lastIndexOf('_');
  return (
    /^sbx_owner_[0-9a-f]{8}_[0-9a-f]{40}_[0-9a-f]{8}$/.test(text) &&
    text.slice(end + 1) === checkOf(text.slice(0, end))
  );
}

function checkOf(body: string): string {
  return hash('sha256', body, 'hex').slice(0, 8);
}
