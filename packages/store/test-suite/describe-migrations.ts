import { describe, expect, test } from 'vitest';
import type { Migration } from '../src/database.ts';
import type { StoreUnderTest } from './store-under-test.ts';

const first = { id: 1, name: 'notes', sql: 'create table notes (id text primary key)' } satisfies Migration;
const second = { id: 2, name: 'title', sql: 'alter table notes add column title text' } satisfies Migration;

/** Migrations: once, in order, and nothing but what ran before. */
export function describeMigrations(subject: StoreUnderTest): void {
  describe('migrations', () => {
    test('run in order, once, and are remembered with their owner', async () => {
      await using place = await subject.createPlace();
      await using store = await place.open();
      await store.database.migrate('notes', [first]);
      await store.database.migrate('notes', [first, second]);
      await store.database.migrate('notes', [first, second]);
      await store.database.append('notes', [{ id: 'a', title: 'A' }]);
      expect((await store.database.check()).migrations).toEqual([
        { owner: 'notes', id: 1, name: 'notes' },
        { owner: 'notes', id: 2, name: 'title' },
      ]);
    });

    test('keep what ran before a failing one and run it again once it is mended', async () => {
      await using place = await subject.createPlace();
      await using store = await place.open();
      const broken = { ...second, sql: `${second.sql}\n;;\ninsert into nowhere values (1)` };
      await expect(store.database.migrate('notes', [first, broken])).rejects.toMatchObject({
        code: 'store_failed',
        details: { reason: 'statement' },
      });
      await store.database.migrate('notes', [first, second]);
      await store.database.append('notes', [{ id: 'a', title: 'A' }]);
      expect((await store.database.check()).migrations).toHaveLength(2);
    });

    test('are refused when the text of one that ran was changed', async () => {
      await using place = await subject.createPlace();
      await using store = await place.open();
      await store.database.migrate('notes', [first]);
      const changed = store.database.migrate('notes', [{ ...first, sql: `${first.sql} ` }]);
      await expect(changed).rejects.toMatchObject({ code: 'store_corrupt' });
    });

    test('are refused when the store has history the program does not know', async () => {
      await using place = await subject.createPlace();
      await using store = await place.open();
      await store.database.migrate('notes', [first, second]);
      await expect(store.database.migrate('notes', [first])).rejects.toMatchObject({ code: 'store_corrupt' });
    });

    test('of two starters at once run each once', async () => {
      await using place = await subject.createPlace();
      await using one = await place.open();
      await using other = subject.isShared ? await place.open() : undefined;
      const databases = [one.database, (other ?? one).database, one.database, (other ?? one).database];
      await Promise.all(databases.map((database) => database.migrate('notes', [first, second])));
      expect((await one.database.check()).migrations).toHaveLength(2);
    });

    test('of one owner do not touch those of another', async () => {
      await using place = await subject.createPlace();
      await using store = await place.open();
      await store.database.migrate('notes', [first]);
      await store.database.migrate('other', [{ id: 7, name: 'other', sql: 'create table other (id text)' }]);
      await store.database.migrate('notes', [first, second]);
      expect((await store.database.check()).migrations.map(({ owner, id }) => `${owner}/${id}`)).toEqual([
        'notes/1',
        'notes/2',
        'other/7',
      ]);
    });
  });
}
