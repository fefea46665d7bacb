import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { ensurePrivateFile } from './private-file.ts';
import { describeFailure, StoreFault } from './store-fault.ts';

/** Ownership of a store file by this process. */
export interface StoreLock {
  readonly release: () => void;
}

/**
 * Takes ownership of a store file. The lock is SQLite's own on a file beside it, held by the operating system,
 * so it ends with the process however that ends. Throws `locked` at once when another process has it.
 */
export function acquireStoreLock(path: string, startedAt: number): StoreLock {
  const lockPath = `${path}.lock`;
  ensurePrivateFile(lockPath);
  const holder = new DatabaseSync(lockPath, { timeout: 0 });
  try {
    holder.exec('pragma locking_mode = exclusive; pragma journal_mode = memory; begin exclusive');
  } catch (error) {
    holder.close();
    throw describeFailure(error).reason === 'busy' ? lockedFault(path) : error;
  }
  writeOwner(path, startedAt);
  return {
    release: () => {
      rmSync(ownerPath(path), { force: true });
      holder.close();
    },
  };
}

function writeOwner(path: string, startedAt: number): void {
  const owner = { pid: process.pid, startedAt: new Date(startedAt).toISOString() };
  writeFileSync(ownerPath(path), JSON.stringify(owner), { mode: 0o600 });
}

function lockedFault(path: string): StoreFault {
  return new StoreFault(
    'locked',
    `the store ${path} is in use by ${readOwner(path)}; stop it or use another dataDir`,
  );
}

function readOwner(path: string): string {
  try {
    const owner: unknown = JSON.parse(readFileSync(ownerPath(path), 'utf8'));
    if (typeof owner !== 'object' || owner === null || !('pid' in owner) || !('startedAt' in owner))
      return 'another process';
    return `process ${String(owner.pid)} (signalbox up started ${String(owner.startedAt)})`;
  } catch {
    return 'another process';
  }
}

// Never the locked file itself: closing any descriptor of it would drop the lock (POSIX fcntl).
function ownerPath(path: string): string {
  return `${path}.owner`;
}
