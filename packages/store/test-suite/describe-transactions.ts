import { describe, expect, test } from 'vitest';
import { openSampleStore, sampleRow } from './sample-store.ts';
import type { StoreUnderTest } from './store-under-test.ts';

/** Transactions: all or nothing, and apart from the group commits around them. */
export function describeTransactions(subject: StoreUnderTest): void {
  describe('transactions', () => {
    test('keep everything when they are committed', async () => {
      await using store = await openSampleStore(subject);
      await store.queries.transaction().execute(async (transaction) => {
        await transaction.insertInto('items').values(sampleRow('a')).execute();
        await transaction.insertInto('items').values(sampleRow('b')).execute();
      });
      expect(await store.ids()).toEqual(['a', 'b']);
    });

    test('keep nothing when their function throws', async () => {
      await using store = await openSampleStore(subject);
      const transaction = store.queries.transaction().execute(async (transaction) => {
        await transaction.insertInto('items').values(sampleRow('a')).execute();
        throw new TypeError('changed my mind');
      });
      await expect(transaction).rejects.toThrow('changed my mind');
      expect(await store.ids()).toEqual([]);
    });

    test('see their own writes, which nobody else does before the commit', async () => {
      await using store = await openSampleStore(subject);
      const seen = await store.queries.transaction().execute(async (transaction) => {
        await transaction.insertInto('items').values(sampleRow('a')).execute();
        const inside = await transaction.selectFrom('items').select('id').execute();
        return { inside: inside.length, outside: (await store.ids()).length };
      });
      expect(seen).toEqual({ inside: 1, outside: 0 });
    });

    test('do not take the writes of others with them when they roll back', async () => {
      await using store = await openSampleStore(subject);
      let others: Promise<unknown> = Promise.resolve();
      const transaction = store.queries.transaction().execute(async (transaction) => {
        await transaction.insertInto('items').values(sampleRow('taken-back')).execute();
        others = Promise.all([
          store.database.append('items', [sampleRow('appended')]),
          store.queries.insertInto('items').values(sampleRow('inserted')).execute(),
        ]);
        await transaction.insertInto('items').values(sampleRow('taken-back-too')).execute();
        throw new TypeError('changed my mind');
      });
      await expect(transaction).rejects.toThrow('changed my mind');
      await others;
      expect(await store.ids()).toEqual(['appended', 'inserted']);
    });

    test('that change one row at the same time lose no change', async () => {
      await using store = await openSampleStore(subject);
      await store.database.append('items', [sampleRow('counter', { size: 0 })]);
      const addOne = (): Promise<unknown> =>
        store.queries.transaction().execute(async (transaction) => {
          await transaction
            .updateTable('items')
            .set((row) => ({ size: row('size', '+', 1) }))
            .where('id', '=', 'counter')
            .execute();
          await transaction.selectFrom('items').select('size').execute();
        });
      await Promise.all(Array.from({ length: 50 }, addOne));
      const counter = await store.queries.selectFrom('items').select('size').executeTakeFirst();
      expect(counter?.size).toBe(50);
    });

    test('go back to a savepoint without losing what came before it', async () => {
      await using store = await openSampleStore(subject);
      const transaction = await store.queries.startTransaction().execute();
      await transaction.insertInto('items').values(sampleRow('before')).execute();
      const saved = await transaction.savepoint('here').execute();
      await saved.insertInto('items').values(sampleRow('after')).execute();
      await saved.rollbackToSavepoint('here').execute();
      await transaction.commit().execute();
      expect(await store.ids()).toEqual(['before']);
    });
  });
}
