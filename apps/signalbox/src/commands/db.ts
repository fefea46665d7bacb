import type { Command } from 'commander';
import type { Run } from '../command.ts';
import { addDbBackup } from './db-backup.ts';
import { addDbCheck } from './db-check.ts';
import { addDbRestore } from './db-restore.ts';

/** `db`: the store of the hub. */
export function addDb(parent: Command, run: Run): void {
  const group = parent.command('db').description('back up, check and restore the store');
  addDbBackup(group, run);
  addDbCheck(group, run);
  addDbRestore(group, run);
}
