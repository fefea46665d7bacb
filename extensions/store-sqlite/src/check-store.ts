import type { DatabaseReport } from '@signalbox/store';
import { runStoreTask } from './run-store-task.ts';

/** Checks a store file nobody needs to have open: pages, references, migrations. Throws `not_found`. */
export function checkStore(path: string): Promise<DatabaseReport> {
  return runStoreTask('check', { path });
}
