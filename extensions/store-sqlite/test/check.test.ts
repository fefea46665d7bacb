import { copyFile, stat } from 'node:fs/promises';
import { DatabaseSync } from 'node:sqlite';
import { sampleMigrations, sampleOwner, sampleRow } from '@signalbox/store/suite';
import { expect, test } from 'vitest';
import { checkStore, openSqliteStore } from '../src/index.ts';
import { damageTablePages } from './damage-table-pages.ts';
import { makeTemporaryFolder } from './temporary-folder.ts';

test('a check of a sound store says so, with its migrations and size', async () => {
  await using folder = await makeTemporaryFolder();
  await using store = await openSqliteStore({ path: folder.path('signalbox.db') });
  await store.database.migrate(sampleOwner, sampleMigrations);
  const report = await store.database.check();
  expect(report).toEqual({
    dialect: 'sqlite',
    isSound: true,
    problems: [],
    sizeBytes: await sizeOf(folder.path('signalbox.db'), folder.path('signalbox.db-wal')),
    migrations: sampleMigrations.map(({ id, name }) => ({ owner: sampleOwner, id, name })),
  });
  expect(report.sizeBytes).toBeGreaterThanOrEqual(4_096);
});

async function sizeOf(...paths: readonly string[]): Promise<number> {
  const sizes = await Promise.all(paths.map(async (path) => (await stat(path)).size));
  return sizes.reduce((sum, size) => sum + size, 0);
}

test('a check finds flipped bytes, and changes nothing', async () => {
  await using folder = await makeTemporaryFolder();
  const path = folder.path('signalbox.db');
  await writeRows(path);
  await copyFile(path, folder.path('damaged.db'));
  await damageTablePages(folder.path('damaged.db'));
  const damaged = await checkStore(folder.path('damaged.db'));
  expect(damaged.isSound).toBe(false);
  expect(damaged.problems.length).toBeGreaterThan(0);
  expect((await checkStore(path)).problems).toEqual([]);
});

test('a check finds references to rows that are not there', async () => {
  await using folder = await makeTemporaryFolder();
  const path = folder.path('signalbox.db');
  await writeRows(path);
  const careless = new DatabaseSync(path, { enableForeignKeyConstraints: false });
  careless.exec("create table marks (item text references items(id)); insert into marks values ('gone')");
  careless.close();
  expect((await checkStore(path)).problems).toEqual([
    '1 rows of "marks" name a row of "items" that is not there',
  ]);
});

test('a check of a file that is not there is refused', async () => {
  await using folder = await makeTemporaryFolder();
  await expect(checkStore(folder.path('none.db'))).rejects.toMatchObject({ code: 'not_found' });
});

test('using a damaged store fails with store_corrupt', async () => {
  await using folder = await makeTemporaryFolder();
  const path = folder.path('signalbox.db');
  await writeRows(path);
  await damageTablePages(path);
  await using store = await openSqliteStore({ path });
  const read = store.database
    .queries<{ items: { body: string } }>()
    .selectFrom('items')
    .selectAll()
    .execute();
  await expect(read).rejects.toMatchObject({ code: 'store_corrupt' });
});

async function writeRows(path: string): Promise<void> {
  await using store = await openSqliteStore({ path });
  await store.database.migrate(sampleOwner, sampleMigrations);
  const rows = Array.from({ length: 2_000 }, (_, index) => sampleRow(`${index}`, { body: 'x'.repeat(200) }));
  await store.database.append('items', rows);
}
