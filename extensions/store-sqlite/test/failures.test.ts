import { stat, writeFile } from 'node:fs/promises';
import { storeError } from '@signalbox/store';
import { type SampleTables, sampleMigrations, sampleOwner, sampleRow } from '@signalbox/store/suite';
import { sql } from 'kysely';
import { expect, test } from 'vitest';
import { openOverLink, openSqliteStore } from '../src/open-sqlite-store.ts';
import { WorkerLink } from '../src/worker-link.ts';
import { makeTemporaryFolder } from './temporary-folder.ts';

test('a full disk fails the writes, turns health down, and lets smaller writes go on', async () => {
  await using folder = await makeTemporaryFolder();
  await using store = await openSqliteStore({ path: folder.path('signalbox.db'), maxPages: 40 });
  await store.database.migrate(sampleOwner, sampleMigrations);
  const outcomes = await Promise.allSettled([
    store.database.append('items', [sampleRow('small')]),
    store.database.append('items', [sampleRow('large', { body: 'x'.repeat(1_000_000) })]),
    store.database.append('items', [sampleRow('small-too')]),
  ]);
  expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  expect(outcomes[1]).toMatchObject({ reason: { code: 'store_failed', details: { reason: 'full' } } });
  const alone = store.database.append('items', [sampleRow('large', { body: 'x'.repeat(1_000_000) })]);
  await expect(alone).rejects.toMatchObject({ code: 'store_failed' });
  expect(store.health()).toMatchObject({ status: 'down', reason: expect.stringContaining('free space') });
  await store.database.append('items', [sampleRow('small-again')]);
  expect(store.health()).toEqual({ status: 'ok' });
  const transaction = store.database.queries<SampleTables>().transaction();
  const large = sampleRow('large', { body: 'x'.repeat(1_000_000) });
  const inside = transaction.execute((queries) => queries.insertInto('items').values(large).execute());
  await expect(inside).rejects.toMatchObject({ code: 'store_failed', details: { reason: 'full' } });
  expect(store.health().status).toBe('down');
});

test('the death of the worker rejects everything under way and turns health down', async () => {
  await using folder = await makeTemporaryFolder();
  const link = new WorkerLink();
  await using store = await openOverLink(link, { path: folder.path('signalbox.db') });
  await store.database.migrate(sampleOwner, sampleMigrations);
  const queries = store.database.queries<SampleTables>();
  const pending = [
    store.database.append('items', [sampleRow('a')]),
    queries.selectFrom('items').selectAll().execute(),
    queries.transaction().execute((transaction) => transaction.selectFrom('items').selectAll().execute()),
  ];
  const outcomes = Promise.allSettled(pending);
  await link.terminate(storeError('worker', 'the worker was ended by a test'));
  for (const outcome of await outcomes)
    expect(outcome).toMatchObject({ reason: { code: 'store_failed', details: { reason: 'worker' } } });
  await expect(store.database.append('items', [sampleRow('b')])).rejects.toMatchObject({
    code: 'store_failed',
  });
  expect(store.health()).toEqual({ status: 'down', reason: 'the worker was ended by a test' });
});

test('a worker that ends by itself is noticed', async () => {
  const link = new WorkerLink();
  const ended = new Promise((resolve) => link.onDeath(resolve));
  await link.request('close', undefined);
  expect(await ended).toMatchObject({ code: 'store_failed', details: { reason: 'worker' } });
});

test('an answer that does not come in time is a failure, and health is down until it comes', async () => {
  await using folder = await makeTemporaryFolder();
  const link = new WorkerLink({ answerTimeoutMs: 1_000 });
  await using store = await openOverLink(link, { path: folder.path('signalbox.db') });
  const endless = sql<{
    n: number;
  }>`with recursive count(n) as (select 1 union all select n + 1 from count limit 25000000)
    select max(n) as n from count`;
  const late = endless.execute(store.database.queries());
  await expect(late).rejects.toMatchObject({ code: 'store_failed', details: { reason: 'timeout' } });
  expect(store.health().status).toBe('down');
  while (link.isOverdue) await new Promise((resolve) => setImmediate(resolve));
  expect(store.health()).toEqual({ status: 'ok' });
});

test('a transaction that holds the store for too long is rolled back, and others go on', async () => {
  await using folder = await makeTemporaryFolder();
  await using store = await openSqliteStore({ path: folder.path('signalbox.db'), maxTransactionMs: 100 });
  await store.database.migrate(sampleOwner, sampleMigrations);
  const queries = store.database.queries<SampleTables>();
  const stuck = queries.transaction().execute(async (transaction) => {
    await transaction.insertInto('items').values(sampleRow('stuck')).execute();
    await store.database.append('items', [sampleRow('waited')]);
    await transaction.insertInto('items').values(sampleRow('stuck-too')).execute();
  });
  await expect(stuck).rejects.toMatchObject({ code: 'store_failed', details: { reason: 'timeout' } });
  expect(await queries.selectFrom('items').select('id').execute()).toEqual([{ id: 'waited' }]);
});

test('a deferred foreign key fails its own write at the commit, and no other', async () => {
  await using folder = await makeTemporaryFolder();
  await using store = await openSqliteStore({ path: folder.path('signalbox.db') });
  const text =
    'create table links (id text primary key, other text references links (id) deferrable initially deferred)';
  await store.database.migrate('links', [{ id: 1, name: 'links', sql: text }]);
  const outcomes = await Promise.allSettled([
    store.database.append('links', [{ id: 'a', other: null }]),
    store.database.append('links', [{ id: 'b', other: 'nobody' }]),
    store.database.append('links', [{ id: 'c', other: 'a' }]),
  ]);
  expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  expect(outcomes[1]).toMatchObject({ reason: { code: 'conflict' } });
});

test('a write that rolls back its whole transaction takes nobody else with it', async () => {
  await using folder = await makeTemporaryFolder();
  await using store = await openSqliteStore({ path: folder.path('signalbox.db') });
  await store.database.migrate(sampleOwner, sampleMigrations);
  const queries = store.database.queries<SampleTables>();
  const outcomes = await Promise.allSettled([
    store.database.append('items', [sampleRow('a')]),
    queries.insertInto('items').orRollback().values(sampleRow('a')).execute(),
    store.database.append('items', [sampleRow('b')]),
  ]);
  expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  expect(await queries.selectFrom('items').select('id').execute()).toEqual([{ id: 'a' }, { id: 'b' }]);
});

test.for([
  'commit',
  'rollback',
  'pragma synchronous = off',
  "attach 'x' as x",
  '/* a */ -- b\n vacuum',
  'begin',
  '',
])('the statement "%s", which would touch what others share, is refused', async (text) => {
  await using folder = await makeTemporaryFolder();
  await using store = await openSqliteStore({ path: folder.path('signalbox.db') });
  const refused = sql.raw(text).execute(store.database.queries());
  await expect(refused).rejects.toMatchObject({ code: 'unsupported' });
});

test('two statements in one text are refused instead of running the first only', async () => {
  await using folder = await makeTemporaryFolder();
  await using store = await openSqliteStore({ path: folder.path('signalbox.db') });
  const two = sql.raw('select 1; select 2').execute(store.database.queries());
  await expect(two).rejects.toMatchObject({ code: 'unsupported' });
});

test('a new column is seen by statements that were used before it', async () => {
  await using folder = await makeTemporaryFolder();
  await using store = await openSqliteStore({ path: folder.path('signalbox.db') });
  const notes = { id: 1, name: 'notes', sql: 'create table notes (id text)' };
  await store.database.migrate('notes', [notes]);
  await store.database.append('notes', [{ id: 'a' }]);
  const all = store.database.queries<{ notes: { id: string } }>().selectFrom('notes').selectAll();
  expect(await all.execute()).toEqual([{ id: 'a' }]);
  const title = { id: 2, name: 'title', sql: "alter table notes add column title text default 'none'" };
  await store.database.migrate('notes', [notes, title]);
  expect(await all.execute()).toEqual([{ id: 'a', title: 'none' }]);
});

test('a path that cannot be a file is a failure with a reason', async () => {
  await using folder = await makeTemporaryFolder();
  await writeFile(folder.path('file'), '');
  const below = openSqliteStore({ path: folder.path('file/signalbox.db') });
  await expect(below).rejects.toMatchObject({ code: 'store_failed', details: { reason: 'io' } });
});

test('a file that is no database is refused with store_corrupt, and left as it is', async () => {
  await using folder = await makeTemporaryFolder();
  await writeFile(folder.path('signalbox.db'), 'this is no database, it is a letter '.repeat(200));
  const open = openSqliteStore({ path: folder.path('signalbox.db') });
  await expect(open).rejects.toMatchObject({ code: 'store_corrupt' });
  expect((await stat(folder.path('signalbox.db'))).size).toBe(7_200);
});

test('the store and its log are readable for their owner alone', async () => {
  await using folder = await makeTemporaryFolder();
  const path = folder.path('data/signalbox.db');
  await using store = await openSqliteStore({ path });
  await store.database.migrate(sampleOwner, sampleMigrations);
  const modes = await Promise.all(
    ['data', 'data/signalbox.db', 'data/signalbox.db-wal'].map((name) => stat(folder.path(name))),
  );
  expect(modes.map(({ mode }) => (mode & 0o777).toString(8))).toEqual(['700', '600', '600']);
});
