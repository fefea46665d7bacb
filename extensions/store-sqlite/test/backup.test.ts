import { copyFile, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { type SampleTables, sampleMigrations, sampleOwner, sampleRow } from '@signalbox/store/suite';
import { describe, expect, test } from 'vitest';
import { backupStore, checkStore, openSqliteStore, restoreStore } from '../src/index.ts';
import { damageTablePages } from './damage-table-pages.ts';
import { makeTemporaryFolder, type TemporaryFolder } from './temporary-folder.ts';

describe('a backup', () => {
  test('made while rows are written is whole, private, and holds what was acknowledged before it', async () => {
    await using folder = await makeTemporaryFolder();
    await using store = await openSqliteStore({ path: folder.path('signalbox.db') });
    await store.database.migrate(sampleOwner, sampleMigrations);
    await store.database.append('items', rowsOf('before', 500));
    const progress = { isDone: false };
    const backup = store.database.backup(folder.path('backup.db')).finally(() => (progress.isDone = true));
    let rounds = 0;
    while (!progress.isDone) await store.database.append('items', rowsOf(`during-${rounds++}`, 2));
    await backup;
    const ids = readIds(folder.path('backup.db'));
    expect(ids.filter((id) => id.startsWith('before'))).toHaveLength(500);
    expect(ids.length % 2).toBe(0);
    expect(rounds).toBeGreaterThan(0);
    expect(await checkStore(folder.path('backup.db'))).toMatchObject({ isSound: true, problems: [] });
    expect((await stat(folder.path('backup.db'))).mode & 0o777).toBe(0o600);
    expect(await namesIn(folder)).not.toContainEqual(expect.stringContaining('unfinished'));
  });

  test('does not replace a file unless it is told to', async () => {
    await using folder = await makeTemporaryFolder();
    await writeStore(folder.path('signalbox.db'), ['a']);
    await writeFile(folder.path('backup.db'), 'precious');
    const [from, to] = [folder.path('signalbox.db'), folder.path('backup.db')];
    await expect(backupStore({ from, to })).rejects.toMatchObject({ code: 'conflict' });
    expect(await readFile(to, 'utf8')).toBe('precious');
    await backupStore({ from, to, overwrite: true });
    expect(readIds(to)).toEqual(['a']);
  });

  test('of a damaged store is refused and leaves no file', async () => {
    await using folder = await makeTemporaryFolder();
    await writeStore(folder.path('signalbox.db'), idsOf('row', 2_000));
    await damageTablePages(folder.path('signalbox.db'));
    const backup = backupStore({ from: folder.path('signalbox.db'), to: folder.path('backup.db') });
    await expect(backup).rejects.toMatchObject({ code: 'store_corrupt' });
    expect(await namesIn(folder)).not.toContainEqual(expect.stringContaining('backup'));
  });

  test('of a store that is not there, or into a folder that is not there, is refused', async () => {
    await using folder = await makeTemporaryFolder();
    const missing = backupStore({ from: folder.path('none.db'), to: folder.path('backup.db') });
    await expect(missing).rejects.toMatchObject({ code: 'not_found' });
    await writeStore(folder.path('signalbox.db'), ['a']);
    const nowhere = backupStore({ from: folder.path('signalbox.db'), to: folder.path('none/backup.db') });
    await expect(nowhere).rejects.toMatchObject({ code: 'not_found' });
  });
});

describe('a restore', () => {
  test('puts the backup in place, keeps the replaced store beside it, and leaves the backup', async () => {
    await using folder = await makeTemporaryFolder();
    const [store, backup] = [folder.path('signalbox.db'), folder.path('backup.db')];
    await writeStore(store, ['old']);
    await backupStore({ from: store, to: backup });
    await writeStore(store, ['newer']);
    const { keptAs } = await restoreStore({ from: backup, to: store });
    expect([readIds(store), readIds(keptAs ?? ''), readIds(backup)]).toEqual([
      ['old'],
      ['newer', 'old'],
      ['old'],
    ]);
    expect(keptAs).toMatch(/signalbox\.db\.before-restore-\d{4}-/);
  });

  test('makes a store where there is none', async () => {
    await using folder = await makeTemporaryFolder();
    await writeStore(folder.path('signalbox.db'), ['a']);
    await backupStore({ from: folder.path('signalbox.db'), to: folder.path('backup.db') });
    const restored = await restoreStore({
      from: folder.path('backup.db'),
      to: folder.path('new/signalbox.db'),
    });
    expect([restored, readIds(folder.path('new/signalbox.db'))]).toEqual([{ keptAs: undefined }, ['a']]);
  });

  test('never replays the log of the replaced store into the restored one', async () => {
    await using folder = await makeTemporaryFolder();
    const [store, backup] = [folder.path('signalbox.db'), folder.path('backup.db')];
    await writeStore(store, ['old']);
    await backupStore({ from: store, to: backup });
    await leaveUnfinishedLog(store, folder, ['only-in-the-log']);
    const { keptAs } = await restoreStore({ from: backup, to: store });
    expect([readIds(store), readIds(keptAs ?? '')]).toEqual([['old'], ['old', 'only-in-the-log']]);
  });

  const unfit: readonly { what: string; make: (path: string) => Promise<void> }[] = [
    {
      what: 'no database',
      make: (path) => writeFile(path, 'this is no database, it is a letter '.repeat(200)),
    },
    { what: 'an empty file', make: (path) => writeFile(path, '') },
    { what: 'the database of another program', make: async (path) => writeForeignDatabase(path) },
    { what: 'a damaged backup', make: writeDamagedBackup },
    { what: 'a backup cut short', make: writeShortBackup },
    { what: 'a copy of a running store without its log', make: writeCopyWithLog },
  ];
  test.for(unfit)('of $what is refused and changes nothing', async ({ make }) => {
    await using folder = await makeTemporaryFolder();
    const store = folder.path('signalbox.db');
    await writeStore(store, ['kept']);
    await make(folder.path('unfit.db'));
    const names = await namesIn(folder);
    await expect(restoreStore({ from: folder.path('unfit.db'), to: store })).rejects.toMatchObject({
      code: 'store_corrupt',
    });
    expect(readIds(store)).toEqual(['kept']);
    expect(await namesIn(folder)).toEqual([...new Set([...names, 'signalbox.db.lock'])].sort());
  });

  test('of a backup that is not there is refused', async () => {
    await using folder = await makeTemporaryFolder();
    const restore = restoreStore({ from: folder.path('none.db'), to: folder.path('signalbox.db') });
    await expect(restore).rejects.toMatchObject({ code: 'not_found' });
  });
});

async function writeStore(path: string, ids: readonly string[]): Promise<void> {
  await using store = await openSqliteStore({ path });
  await store.database.migrate(sampleOwner, sampleMigrations);
  await store.database.append(
    'items',
    ids.map((id) => sampleRow(id, { batch: id, body: 'x'.repeat(200) })),
  );
}

async function leaveUnfinishedLog(
  path: string,
  folder: TemporaryFolder,
  ids: readonly string[],
): Promise<void> {
  await using store = await openSqliteStore({ path });
  await store.database.append(
    'items',
    ids.map((id) => sampleRow(id)),
  );
  for (const suffix of ['', '-wal']) await copyFile(`${path}${suffix}`, folder.path(`crashed${suffix}`));
  await store.close();
  for (const suffix of ['', '-wal']) await copyFile(folder.path(`crashed${suffix}`), `${path}${suffix}`);
}

function writeForeignDatabase(path: string): void {
  const foreign = new DatabaseSync(path);
  foreign.exec('create table songs (title text)');
  foreign.close();
}

async function writeDamagedBackup(path: string): Promise<void> {
  await writeStore(`${path}.source`, idsOf('row', 2_000));
  await backupStore({ from: `${path}.source`, to: path });
  await damageTablePages(path);
}

async function writeShortBackup(path: string): Promise<void> {
  await writeStore(`${path}.source`, idsOf('row', 2_000));
  await backupStore({ from: `${path}.source`, to: path });
  await writeFile(path, (await readFile(path)).subarray(0, 40_000));
}

async function writeCopyWithLog(path: string): Promise<void> {
  await using store = await openSqliteStore({ path: `${path}.source` });
  await store.database.migrate(sampleOwner, sampleMigrations);
  for (const suffix of ['', '-wal']) await copyFile(`${path}.source${suffix}`, `${path}${suffix}`);
}

function readIds(path: string): string[] {
  const connection = new DatabaseSync(path);
  const rows = connection.prepare('select id from items order by id').all();
  connection.close();
  return rows.map((row) => String(row['id']));
}

async function namesIn(folder: TemporaryFolder): Promise<string[]> {
  return (await readdir(dirname(folder.path('any')))).sort();
}

function idsOf(prefix: string, count: number): string[] {
  return Array.from({ length: count }, (_, index) => `${prefix}-${index}`);
}

function rowsOf(prefix: string, count: number): SampleTables['items'][] {
  return idsOf(prefix, count).map((id) => sampleRow(id));
}
