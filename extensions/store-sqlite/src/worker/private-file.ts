import { chmodSync, closeSync, existsSync, fsyncSync, mkdirSync, openSync, statSync } from 'node:fs';
import { dirname } from 'node:path';

/** Makes sure a file is there and only its owner may read it; missing folders are made private as well. */
export function ensurePrivateFile(path: string): void {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  if (!existsSync(path)) closeSync(openSync(path, 'a', 0o600));
  if ((statSync(path).mode & 0o077) !== 0) chmodSync(path, 0o600);
}

/** Makes an empty private file. Throws when one is there. */
export function createPrivateFile(path: string): void {
  closeSync(openSync(path, 'wx', 0o600));
}

/** Forces a file to disk, and the entry of its folder with it. */
export function flushToDisk(path: string): void {
  flush(path, 'r+');
  flushFolderOf(path);
}

/** Forces to disk which files are in the folder of this one; the file itself is not opened. */
export function flushFolderOf(path: string): void {
  flush(dirname(path), 'r');
}

function flush(path: string, flags: string): void {
  const descriptor = openSync(path, flags);
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
