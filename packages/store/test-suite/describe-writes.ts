import { describe, expect, test } from 'vitest';
import { openSampleStore, sampleRow } from './sample-store.ts';
import type { StoreUnderTest } from './store-under-test.ts';

/** Writes: durable when acknowledged, grouped, and each on its own when one fails. */
export function describeWrites(subject: StoreUnderTest): void {
  describe('writes', () => {
    test('are there when the store is opened again', async () => {
      await using place = await subject.createPlace();
      const store = await place.open();
      await store.database.migrate('notes', [{ id: 1, name: 'notes', sql: 'create table notes (id text)' }]);
      await store.database.append('notes', [{ id: 'kept' }]);
      await store.close();
      await using again = await place.open();
      const notes = again.database.queries<{ notes: { id: string } }>().selectFrom('notes');
      expect(await notes.selectAll().execute()).toEqual([{ id: 'kept' }]);
    });

    test('say how many rows they changed', async () => {
      await using store = await openSampleStore(subject);
      await store.database.append('items', [sampleRow('a'), sampleRow('b'), sampleRow('c')]);
      const updated = await store.queries
        .updateTable('items')
        .set({ size: 1 })
        .where('id', '>', 'a')
        .execute();
      const deleted = await store.queries.deleteFrom('items').where('size', '=', 1).returning('id').execute();
      expect([updated[0]?.numUpdatedRows, deleted.map(({ id }) => id).sort()]).toEqual([2n, ['b', 'c']]);
    });

    test('by the thousand at once are all kept', async () => {
      await using store = await openSampleStore(subject);
      const ids = Array.from({ length: 1_000 }, (_, index) => `row-${String(index).padStart(4, '0')}`);
      const write = (id: string, index: number): Promise<unknown> =>
        index % 2 === 0
          ? store.database.append('items', [sampleRow(id)])
          : store.queries.insertInto('items').values(sampleRow(id)).execute();
      await Promise.all(ids.map(write));
      expect(await store.ids()).toEqual(ids);
    });

    test('of one group fail alone, and the others are kept', async () => {
      await using store = await openSampleStore(subject);
      const outcomes = await Promise.allSettled([
        store.database.append('items', [sampleRow('a')]),
        store.database.append('items', [sampleRow('b'), sampleRow('a')]),
        store.queries.insertInto('items').values(sampleRow('c')).execute(),
        store.database.append('nowhere', [{ id: 'd' }]),
        store.database.append('items', [sampleRow('e')]),
      ]);
      expect(outcomes.map(codeOf)).toEqual(['ok', 'conflict', 'ok', 'store_failed', 'ok']);
      expect(await store.ids()).toEqual(['a', 'c', 'e']);
    });

    test('of many rows are seen whole or not at all by those who read meanwhile', async () => {
      await using store = await openSampleStore(subject);
      const counts: number[] = [];
      const countRows = async (): Promise<void> => {
        const row = await store.queries
          .selectFrom('items')
          .select(({ fn }) => fn.countAll<number>().as('rows'))
          .executeTakeFirst();
        counts.push(row?.rows ?? -1);
      };
      for (let round = 0; round < 20; round++) {
        const rows = Array.from({ length: 50 }, (_, index) => sampleRow(`${round}-${index}`));
        await Promise.all([store.database.append('items', rows), countRows(), countRows()]);
      }
      await countRows();
      expect(counts.every((count) => count % 50 === 0)).toBe(true);
      expect(counts.at(-1)).toBe(1_000);
    });

    test('beyond what may wait are refused at once, and taken again later', async () => {
      await using store = await openSampleStore(subject, { maxQueuedRows: 10 });
      const writes = Array.from({ length: 20 }, (_, index) =>
        store.database.append('items', [sampleRow(`${index}`)]),
      );
      const outcomes = await Promise.allSettled(writes);
      expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(10);
      expect(outcomes.at(-1)).toMatchObject({
        reason: { code: 'store_failed', details: { reason: 'overloaded' } },
      });
      await store.database.append('items', [sampleRow('later')]);
      expect(await store.ids()).toHaveLength(11);
    });

    test('after the end of the store are refused', async () => {
      await using place = await subject.createPlace();
      const store = await place.open();
      await store.close();
      const append = store.database.append('items', [sampleRow('a')]);
      await expect(append).rejects.toMatchObject({ code: 'store_failed', details: { reason: 'closed' } });
    });

    test('that were under way when the store was closed are kept', async () => {
      await using place = await subject.createPlace();
      const store = await place.open();
      await store.database.migrate('notes', [{ id: 1, name: 'notes', sql: 'create table notes (id text)' }]);
      const writes = Array.from({ length: 100 }, (_, index) =>
        store.database.append('notes', [{ id: `${index}` }]),
      );
      await Promise.all([store.close(), ...writes]);
      await using again = await place.open();
      const notes = again.database.queries<{ notes: { id: string } }>().selectFrom('notes');
      expect(await notes.selectAll().execute()).toHaveLength(100);
    });
  });
}

function codeOf(outcome: PromiseSettledResult<unknown>): unknown {
  return outcome.status === 'fulfilled' ? 'ok' : outcome.reason.code;
}
