import { describe, expect, test } from 'vitest';
import { storeStep } from '../src/index.ts';
import { openSampleStore, type SampleStore, sampleRow } from './sample-store.ts';
import type { StoreUnderTest } from './store-under-test.ts';

/** Statements written together: all or none, and none when the rows are not what they were thought to be. */
export function describeTogether(subject: StoreUnderTest): void {
  const insert = ({ queries }: SampleStore, id: string) =>
    storeStep(queries.insertInto('items').values(sampleRow(id)));
  const grow = ({ queries }: SampleStore, id: string, from: number, changes = 1) =>
    storeStep(
      queries
        .updateTable('items')
        .set({ size: from + 1 })
        .where('id', '=', id)
        .where('size', '=', from),
      changes,
    );

  describe('statements written together', () => {
    test('are all there afterwards', async () => {
      await using store = await openSampleStore(subject);
      await store.database.together([insert(store, 'a'), insert(store, 'b')]);
      await store.database.together([]);
      expect(await store.ids()).toEqual(['a', 'b']);
    });

    test('are none of them there when one fails', async () => {
      await using store = await openSampleStore(subject);
      await store.database.together([insert(store, 'a')]);
      const writing = store.database.together([insert(store, 'b'), insert(store, 'a')]);
      await expect(writing).rejects.toMatchObject({ code: 'conflict', details: { reason: 'conflict' } });
      expect(await store.ids()).toEqual(['a']);
    });

    test('are none of them there when a row is not what it was thought to be', async () => {
      await using store = await openSampleStore(subject);
      await store.database.append('items', [sampleRow('n', { size: 0 })]);
      const writing = store.database.together([insert(store, 'x'), grow(store, 'n', 7)]);
      await expect(writing).rejects.toMatchObject({ code: 'conflict', details: { reason: 'stale' } });
      expect(await store.ids()).toEqual(['n']);
    });

    test('let exactly one of many change a row from what it was', async () => {
      await using store = await openSampleStore(subject);
      await store.database.append('items', [sampleRow('n', { size: 0 })]);
      const racing = Array.from({ length: 16 }, (_, index) =>
        store.database.together([grow(store, 'n', 0), insert(store, `won-${index}`)]),
      );
      const outcomes = await Promise.allSettled(racing);
      expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
      expect(await store.ids()).toHaveLength(2);
    });

    test('that others fail beside are kept', async () => {
      await using store = await openSampleStore(subject);
      const writes = [
        store.database.together([insert(store, 'a')]),
        store.database.together([grow(store, 'nobody', 0)]),
        store.database.append('items', [sampleRow('b')]),
      ];
      const outcomes = await Promise.allSettled(writes);
      expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
      expect(await store.ids()).toEqual(['a', 'b']);
    });

    test('are refused when they are too many, or no writes', async () => {
      await using store = await openSampleStore(subject);
      const many = Array.from({ length: 20_001 }, (_, index) => insert(store, `${index}`));
      await expect(store.database.together(many)).rejects.toMatchObject({ code: 'invalid_params' });
      const drop = [{ sql: 'drop table items', parameters: [] }];
      await expect(store.database.together(drop)).rejects.toMatchObject({ code: 'invalid_params' });
      expect(await store.ids()).toEqual([]);
    });
  });
}
