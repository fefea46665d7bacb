import { constants, copyFileSync, existsSync, linkSync, renameSync, rmSync, statSync } from 'node:fs';
import type { RestoreRequest } from '../worker-messages.ts';
import { inspectStore } from './inspect-store.ts';
import { openWriter } from './open-connection.ts';
import { ensurePrivateFile, flushToDisk } from './private-file.ts';
import { StoreFault } from './store-fault.ts';
import { acquireStoreLock } from './store-lock.ts';

/**
 * Puts a backup in the place of a store, after checking a copy of it; the replaced file stays beside it.
 * At every moment one whole store has the name. Throws `locked` while a hub runs, `corrupt` for a bad backup.
 */
export function replaceStore({ from, to, startedAt }: RestoreRequest): {
  readonly keptAs: string | undefined;
} {
  refuseUnfinished(from);
  const lock = acquireStoreLock(to, startedAt);
  const candidate = `${to}.restoring`;
  try {
    removeStore(candidate);
    copyFileSync(from, candidate, constants.COPYFILE_EXCL);
    ensurePrivateFile(candidate);
    refuseUnsound(from, candidate);
    flushToDisk(candidate);
    const keptAs = keepReplaced(to, startedAt);
    renameSync(candidate, to);
    flushToDisk(to);
    return { keptAs };
  } finally {
    removeStore(candidate);
    lock.release();
  }
}

function refuseUnfinished(from: string): void {
  if (!existsSync(from)) throw new StoreFault('not_found', `there is no backup at ${from}; check the path`);
  if (!existsSync(`${from}-wal`) || statSync(`${from}-wal`).size === 0) return;
  throw new StoreFault(
    'corrupt',
    `${from} has a write-ahead log beside it, so it is not a whole backup; make one with "signalbox db backup"`,
  );
}

function refuseUnsound(from: string, candidate: string): void {
  const { isSound, problems } = inspectStore(candidate);
  if (isSound) return;
  throw new StoreFault('corrupt', `${from} is not a sound backup and nothing was changed: ${problems[0]}`);
}

function keepReplaced(to: string, at: number): string | undefined {
  if (!existsSync(to)) return undefined;
  const keptAs = `${to}.before-restore-${new Date(at).toISOString().replaceAll(':', '-')}`;
  writeLogBack(to);
  // The old log must never be replayed into the new file.
  if (existsSync(`${to}-wal`)) renameSync(`${to}-wal`, `${keptAs}-wal`);
  rmSync(`${to}-shm`, { force: true });
  linkSync(to, keptAs);
  return keptAs;
}

// A store too damaged to open keeps its log as it is.
function writeLogBack(to: string): void {
  try {
    const connection = openWriter({ path: to, startedAt: 0 });
    connection.exec('pragma wal_checkpoint(truncate)');
    connection.close();
  } catch {
    return;
  }
}

function removeStore(path: string): void {
  for (const suffix of ['', '-wal', '-shm', '-journal']) rmSync(`${path}${suffix}`, { force: true });
}
