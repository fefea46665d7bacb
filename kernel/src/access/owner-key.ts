import { hash, randomBytes } from 'node:crypto';
import { linkSync, lstatSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { SignalboxError } from '@signalbox/sdk';
import { openDataFolder } from './data-folder.ts';

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
  return placeKey(path, text) ? text : (readKey(path) ?? text);
}

/** Puts a whole key in its place, unless another starter was faster; then that one's key counts. */
function placeKey(path: string, text: string): boolean {
  const draft = `${path}.${randomBytes(8).toString('hex')}`;
  try {
    writeFileSync(draft, `${text}\n`, { mode: 0o600, flag: 'wx' });
    // A link is made whole or not at all, and never over a file that is there.
    linkSync(draft, path);
    return true;
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false;
    throw new SignalboxError(
      'invalid_settings',
      `the owner key ${path} cannot be written (${codeOf(error)}); check the permissions of its folder`,
      { cause: error },
    );
  } finally {
    rmSync(draft, { force: true });
  }
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
}

function readKey(path: string): string | undefined {
  const stats = lstatSync(path, { throwIfNoEntry: false });
  if (!stats) return undefined;
  if (stats.isSymbolicLink()) {
    throw new SignalboxError(
      'invalid_settings',
      `the owner key ${path} is a symbolic link; put the key file itself there, or delete the link to mint a new one`,
    );
  }
  const text = readIfPresent(path)?.trim();
  if (text === undefined) return undefined;
  if (process.platform !== 'win32' && (stats.mode & 0o077) !== 0) {
    throw new SignalboxError(
      'invalid_settings',
      `the owner key ${path} can be read by others; run "chmod 600 ${path}"`,
    );
  }
  if (!isWellFormed(text)) {
    throw new SignalboxError(
      'invalid_settings',
      `the owner key ${path} is damaged; delete it and start again to mint a new one`,
    );
  }
  return text;
}

function isThere(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
}

function readIfPresent(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw new SignalboxError(
      'invalid_settings',
      `the owner key ${path} cannot be read; check its owner and permissions`,
      { cause: error },
    );
  }
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
