import { once } from 'node:events';
import { createServer } from 'node:net';
import { type SampleTables, sampleMigrations, sampleOwner, sampleRow } from '@signalbox/store/suite';
import { sql } from 'kysely';
import { describe, expect, test } from 'vitest';
import { openPostgresStore } from '../src/index.ts';
import { createTestSchema, findTestServer, type TestSchema } from './test-server.ts';

const url = findTestServer();

describe.skipIf(url === '')('with a server', () => {
  test('lost connections fail what was under way, and the next use connects again', async () => {
    await using place = createTestSchema(url);
    await using store = await openPostgresStore({ url: nameConnections(url, place), schema: place.schema });
    await store.database.migrate(sampleOwner, sampleMigrations);
    const queries = store.database.queries<SampleTables>();
    const cut = queries.transaction().execute(async (transaction) => {
      await transaction.insertInto('items').values(sampleRow('cut')).execute();
      await cutConnections(place);
      await transaction.insertInto('items').values(sampleRow('cut-too')).execute();
    });
    await expect(cut).rejects.toMatchObject({ code: 'store_failed', details: { reason: 'connection' } });
    await store.database.append('items', [sampleRow('after')]);
    expect(await queries.selectFrom('items').select('id').execute()).toEqual([{ id: 'after' }]);
    expect(await store.health()).toEqual({ status: 'ok' });
  });

  test('connections lost while nobody uses them are replaced unseen', async () => {
    await using place = createTestSchema(url);
    await using store = await openPostgresStore({ url: nameConnections(url, place), schema: place.schema });
    await store.database.migrate(sampleOwner, sampleMigrations);
    await cutConnections(place);
    await until(async () => (await store.health()).status === 'ok');
    await store.database.append('items', [sampleRow('after')]);
  });

  test('a statement that takes too long is ended with a timeout', async () => {
    await using place = createTestSchema(url);
    await using store = await openPostgresStore({ url, schema: place.schema, statementTimeoutMs: 100 });
    const slow = sql`select pg_sleep(20)`.execute(store.database.queries());
    await expect(slow).rejects.toMatchObject({ code: 'store_failed', details: { reason: 'timeout' } });
    expect(await store.health()).toEqual({ status: 'ok' });
  });

  test('a transaction that does nothing for too long is rolled back', async () => {
    await using place = createTestSchema(url);
    await using store = await openPostgresStore({ url, schema: place.schema, maxTransactionMs: 100 });
    await store.database.migrate(sampleOwner, sampleMigrations);
    const queries = store.database.queries<SampleTables>();
    const stuck = queries.transaction().execute(async (transaction) => {
      await transaction.insertInto('items').values(sampleRow('stuck')).execute();
      const [session] = (await sql<{ pid: number }>`select pg_backend_pid() as pid`.execute(transaction))
        .rows;
      await until(async () => {
        const alive = await place.administer(`select 1 from pg_stat_activity where pid = ${session?.pid}`);
        return alive.length === 0;
      });
      await transaction.insertInto('items').values(sampleRow('stuck-too')).execute();
    });
    await expect(stuck).rejects.toMatchObject({ code: 'store_failed' });
    expect(await queries.selectFrom('items').select('id').execute()).toEqual([]);
  });

  test('a commit of a transaction in which a statement failed is no success', async () => {
    await using place = createTestSchema(url);
    await using store = await place.open();
    await store.database.migrate(sampleOwner, sampleMigrations);
    const queries = store.database.queries<SampleTables>();
    await store.database.append('items', [sampleRow('a')]);
    const careless = queries.transaction().execute(async (transaction) => {
      await transaction.insertInto('items').values(sampleRow('b')).execute();
      await transaction
        .insertInto('items')
        .values(sampleRow('a'))
        .execute()
        .catch(() => undefined);
    });
    await expect(careless).rejects.toMatchObject({ code: 'store_failed', details: { reason: 'statement' } });
  });

  test('more queries than connections wait for one', async () => {
    await using place = createTestSchema(url);
    await using store = await openPostgresStore({ url, schema: place.schema, maxConnections: 2 });
    const queries = store.database.queries();
    const results = await Promise.all(
      Array.from({ length: 40 }, () => sql`select 1 as one`.execute(queries)),
    );
    expect(results.map(({ rows }) => rows)).toEqual(Array.from({ length: 40 }, () => [{ one: 1 }]));
  });

  test('a refused value and a broken rule are told without the value', async () => {
    await using place = createTestSchema(url);
    await using store = await place.open();
    await store.database.migrate(sampleOwner, sampleMigrations);
    await store.database.append('items', [sampleRow('secret-id')]);
    const refusals = await Promise.allSettled([
      store.database.append('items', [{ id: 'a', size: 'secret-number' }]),
      store.database.append('items', [sampleRow('secret-id')]),
    ]);
    expect(refusals).toMatchObject([{ reason: { code: 'store_failed' } }, { reason: { code: 'conflict' } }]);
    for (const refusal of refusals) expect(tellAll(refusal)).not.toContain('secret');
  });

  test('backup names the command that makes one, without the password', async () => {
    await using place = createTestSchema(url);
    const withPassword = new URL(url);
    withPassword.password = 'hidden-word';
    await using store = await openPostgresStore({ url: withPassword.href, schema: place.schema });
    const backup = store.database.backup('/backups/hub.dump');
    await expect(backup).rejects.toMatchObject({
      code: 'unsupported',
      message: expect.stringMatching(
        /pg_dump --dbname='postgres.*' --schema=test_\w+ .*--file='\/backups\/hub\.dump'/,
      ),
    });
    await expect(backup).rejects.not.toMatchObject({ message: expect.stringContaining('hidden-word') });
  });

  test('a check of a fit store says so, with its migrations', async () => {
    await using place = createTestSchema(url);
    await using store = await place.open();
    await store.database.migrate(sampleOwner, sampleMigrations);
    const report = await store.database.check();
    expect(report).toEqual({
      dialect: 'postgres',
      isSound: true,
      problems: [],
      sizeBytes: report.sizeBytes,
      migrations: sampleMigrations.map(({ id, name }) => ({ owner: sampleOwner, id, name })),
    });
    expect(report.sizeBytes).toBeGreaterThan(0);
  });

  test('a check says when the schema is missing, and when it may not write', async () => {
    await using place = createTestSchema(url);
    await using store = await place.open();
    expect(await store.database.check()).toMatchObject({
      isSound: false,
      problems: [expect.stringContaining(place.schema)],
    });
    await store.database.migrate(sampleOwner, sampleMigrations);
    await place.administer(`alter table ${place.schema}.signalbox_migrations add check (owner <> 'check')`);
    expect(await store.database.check()).toMatchObject({
      isSound: false,
      problems: [expect.stringContaining('check')],
    });
  });
});

test('a server that is not there is a failure that names no password', async () => {
  const refused = openPostgresStore({ url: 'postgres://hub:hidden-word@127.0.0.1:1/none' });
  const [outcome] = await Promise.allSettled([refused]);
  expect(outcome).toMatchObject({ reason: { code: 'store_failed', details: { reason: 'connection' } } });
  expect(tellAll(outcome)).not.toContain('hidden-word');
});

test('a server that does not answer is given up after the connect timeout', async () => {
  const silent = createServer(() => undefined).listen(0, '127.0.0.1');
  await once(silent, 'listening');
  const address = silent.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const open = openPostgresStore({ url: `postgres://hub@127.0.0.1:${port}/none`, connectTimeoutMs: 200 });
  await expect(open).rejects.toMatchObject({ code: 'store_failed', details: { reason: 'connection' } });
  silent.close();
});

test('a url that is none is refused without being shown', async () => {
  const [outcome] = await Promise.allSettled([openPostgresStore({ url: 'hidden-word' })]);
  expect(outcome).toMatchObject({ reason: { code: 'invalid_params' } });
  expect(tellAll(outcome)).not.toContain('hidden-word');
});

function nameConnections(url: string, place: TestSchema): string {
  const named = new URL(url);
  named.searchParams.set('application_name', place.schema);
  return named.href;
}

async function cutConnections(place: TestSchema): Promise<void> {
  const cut = `select pg_terminate_backend(pid) from pg_stat_activity where application_name = '${place.schema}'`;
  expect((await place.administer(cut)).length).toBeGreaterThan(0);
}

async function until(condition: () => Promise<boolean>): Promise<void> {
  while (!(await condition()));
}

function tellAll(outcome: PromiseSettledResult<unknown> | undefined): string {
  const reason: unknown = outcome?.status === 'rejected' ? outcome.reason : undefined;
  const texts: string[] = [];
  for (let error = reason; error instanceof Error; error = error.cause)
    texts.push(String(error.stack), JSON.stringify(error));
  return texts.join('\n');
}
