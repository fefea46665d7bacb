import { type Clock, systemClock } from '@signalbox/sdk';
import { runStoreTask } from './run-store-task.ts';

/** Which backup takes the place of which store. */
export interface RestoreStoreOptions {
  readonly from: string;
  readonly to: string;
  readonly clock?: Clock;
}

/** Where the replaced store is kept; undefined when there was none. */
export interface RestoredStore {
  readonly keptAs: string | undefined;
}

/**
 * Puts a backup in the place of a store no hub runs on. The backup is checked first and left as it is.
 * Throws `store_locked`, `store_corrupt` (a bad or foreign backup; nothing was changed), `not_found`, `store_failed`.
 */
export function restoreStore({ from, to, clock = systemClock }: RestoreStoreOptions): Promise<RestoredStore> {
  return runStoreTask('restore', { from, to, startedAt: clock.now() }, clock);
}
