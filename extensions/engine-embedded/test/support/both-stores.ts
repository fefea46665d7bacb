import storeSqlite from '@signalbox/store-sqlite';
import { describe } from 'vitest';
import { describePostgres, type TestStore } from './test-stores.ts';

/** A block of tests that holds on either store. */
export function describeBothStores(block: (makeStore: () => TestStore) => void): void {
  describe('on SQLite', () =>
    block(() => ({ extension: storeSqlite, settings: {}, [Symbol.asyncDispose]: async () => undefined })));
  describePostgres(block);
}
