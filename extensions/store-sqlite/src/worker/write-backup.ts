import { existsSync, linkSync, renameSync, rmSync } from 'node:fs';
import type { BackupRequest } from '../worker-messages.ts';
import { inspectStore } from './inspect-store.ts';
import { openReader } from './open-connection.ts';
import { createPrivateFile, flushToDisk } from './private-file.ts';
import { StoreFault } from './store-fault.ts';

/**
 * Writes a consistent copy of a store, checks it, and only then gives it its name. Writers are not held up.
 * Throws `conflict` when the file is there and may not be replaced; then and after a failure nothing is left.
 */
export function writeBackup({ from, to, overwrite }: BackupRequest): void {
  if (!overwrite && existsSync(to)) throw occupied(to);
  if (!existsSync(from)) throw new StoreFault('not_found', `there is no store at ${from}; check the path`);
  const unfinished = `${to}.unfinished-${process.pid}`;
  rmSync(unfinished, { force: true });
  try {
    copyInto(from, unfinished);
    refuseDamaged(unfinished);
    if (!overwrite) claimName(unfinished, to);
    else renameSync(unfinished, to);
    flushToDisk(to);
  } finally {
    rmSync(unfinished, { force: true });
  }
}

function copyInto(from: string, unfinished: string): void {
  createPrivateFile(unfinished);
  const source = openReader(from);
  try {
    source.prepare('vacuum into ?').run(unfinished);
  } finally {
    source.close();
  }
  flushToDisk(unfinished);
}

function refuseDamaged(unfinished: string): void {
  const { isSound, problems } = inspectStore(unfinished);
  if (isSound) return;
  throw new StoreFault(
    'corrupt',
    `the store is damaged and was not backed up: ${problems[0]}; run "signalbox db check"`,
  );
}

// A link fails where a name is taken, so a file that appeared meanwhile is not replaced.
function claimName(unfinished: string, to: string): void {
  try {
    linkSync(unfinished, to);
  } catch (error) {
    if (existsSync(to)) throw occupied(to);
    throw error;
  }
}

function occupied(to: string): StoreFault {
  return new StoreFault('conflict', `${to} is there already; choose another name or allow overwriting`);
}
