import { chmodSync, mkdirSync, type Stats, statSync } from 'node:fs';
import { parse, resolve } from 'node:path';
import { SignalboxError } from '@signalbox/sdk';

/**
 * Makes the data folder, or closes the one that is there to everybody but its owner (0700).
 * Errors: `invalid_settings` when the path is no folder, or the folder is open and not ours to close.
 */
export function openDataFolder(path: string): void {
  const stats = makeFolder(path);
  if (process.platform === 'win32' || (stats.mode & 0o077) === 0) return;
  const uid = process.geteuid?.();
  if (uid !== 0 && uid !== stats.uid) {
    throw refusal(
      path,
      'is open to others and belongs to somebody else; set dataDir to a folder of your own',
    );
  }
  // Closing one of these would shut the whole machine out.
  if ((stats.mode & 0o1000) !== 0 || resolve(path) === parse(resolve(path)).root) {
    throw refusal(path, 'is shared by all of this machine; set dataDir to a folder below it');
  }
  try {
    chmodSync(path, 0o700);
  } catch (error) {
    throw refusal(
      path,
      `is open to others and cannot be closed (${codeOf(error)}); run "chmod 700 ${path}"`,
      error,
    );
  }
}

function makeFolder(path: string): Stats {
  try {
    mkdirSync(path, { recursive: true, mode: 0o700 });
    return statSync(path);
  } catch (error) {
    throw refusal(
      path,
      `cannot be made (${codeOf(error)}); set dataDir to a folder, or remove what is in its place`,
      error,
    );
  }
}

function refusal(path: string, why: string, cause?: unknown): SignalboxError {
  return new SignalboxError('invalid_settings', `the data folder ${path} ${why}`, { cause });
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
}
