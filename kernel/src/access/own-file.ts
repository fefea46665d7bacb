import { randomBytes } from 'node:crypto';
import { linkSync, lstatSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { SignalboxError } from '@signalbox/sdk';

/**
 * The text of a file that only its owner may read; undefined when there is none. `what` names it in messages.
 * Errors: `invalid_settings` when it is a link, readable by others, or cannot be read.
 */
export function readOwnFile(path: string, what: string): string | undefined {
  const stats = lstatSync(path, { throwIfNoEntry: false });
  if (!stats) return undefined;
  if (stats.isSymbolicLink()) {
    throw refusal(
      `the ${what} ${path} is a symbolic link; put the key file itself there, or delete the link to mint a new one`,
    );
  }
  const text = readIfPresent(path, what)?.trim();
  if (text !== undefined && process.platform !== 'win32' && (stats.mode & 0o077) !== 0) {
    throw refusal(`the ${what} ${path} can be read by others; run "chmod 600 ${path}"`);
  }
  return text;
}

/**
 * Puts a whole file in its place (0600); false when another starter was faster: then that one's counts.
 * Errors: `invalid_settings` when it cannot be written.
 */
export function placeFile(path: string, text: string, what: string): boolean {
  const draft = `${path}.${randomBytes(8).toString('hex')}`;
  try {
    writeFileSync(draft, `${text}\n`, { mode: 0o600, flag: 'wx' });
    // A link is made whole or not at all, and never over a file that is there.
    linkSync(draft, path);
    return true;
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false;
    throw refusal(
      `the ${what} ${path} cannot be written (${codeOf(error)}); check the permissions of its folder`,
      error,
    );
  } finally {
    rmSync(draft, { force: true });
  }
}

function readIfPresent(path: string, what: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw refusal(`the ${what} ${path} cannot be read; check its owner and permissions`, error);
  }
}

function refusal(message: string, cause?: unknown): SignalboxError {
  return new SignalboxError('invalid_settings', message, { cause });
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
}
