import type { BackupOptions } from '@signalbox/store';
import { runStoreTask } from './run-store-task.ts';

/** Which store to copy where. */
export interface BackupStoreOptions extends BackupOptions {
  readonly from: string;
  readonly to: string;
}

/**
 * Writes a consistent, checked copy of a store file, whether a hub runs on it or not.
 * Throws `conflict` when the target is there and may not be replaced, `not_found`, `store_corrupt`, `store_failed`.
 */
export function backupStore({ from, to, overwrite = false }: BackupStoreOptions): Promise<void> {
  return runStoreTask('backup', { from, to, overwrite });
}
