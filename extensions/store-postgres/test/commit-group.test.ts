import { storeStep } from '@signalbox/store';
import { type SampleTables, sampleMigrations, sampleOwner, sampleRow } from '@signalbox/store/suite';
import { describe, expect, test } from 'vitest';
import { createTestSchema, findTestServer } from './test-server.ts';

const url = findTestServer();

describe.skipIf(url === '')('writes of one moment', () => {
  test('are one transaction of the server, however many statements they have', async () => {
    await using place = createTestSchema(url);
    await using store = await place.open();
    await store.database.migrate(sampleOwner, sampleMigrations);
    const queries = store.database.queries<SampleTables>();
    const insert = (id: string) => storeStep(queries.insertInto('items').values(sampleRow(id)));
    await Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        store.database.together([insert(`a${index}`), insert(`b${index}`)]),
      ),
    );
    const transactions = await place.administer(
      `select distinct xmin::text as xmin from ${place.schema}.items`,
    );
    expect(transactions).toHaveLength(1);
  });

  test('of which several are refused leave each of the others whole, and the statements known to the connection', async () => {
    await using place = createTestSchema(url);
    await using store = await place.open();
    await store.database.migrate(sampleOwner, sampleMigrations);
    const queries = store.database.queries<SampleTables>();
    const insert = (id: string) => storeStep(queries.insertInto('items').values(sampleRow(id)));
    const grow = (id: string) =>
      storeStep(queries.updateTable('items').set({ size: 9 }).where('id', '=', id), 1);
    for (const round of [1, 2, 3]) {
      const outcomes = await Promise.allSettled([
        store.database.together([insert(`first-${round}`)]),
        store.database.together([insert(`lost-${round}`), grow('nobody')]),
        store.database.together([insert(`second-${round}`), grow(`second-${round}`)]),
        store.database.together([insert(`first-${round}`)]),
        store.database.together([insert(`third-${round}`)]),
      ]);
      expect(
        outcomes.map((outcome) =>
          outcome.status === 'fulfilled'
            ? 'done'
            : (outcome.reason as { details: { reason: string } }).details.reason,
        ),
      ).toEqual(['done', 'stale', 'done', 'conflict', 'done']);
    }
    const ids = await queries.selectFrom('items').select('id').orderBy('id').execute();
    expect(ids.map(({ id }) => id)).toEqual(
      ['first', 'second', 'third'].flatMap((name) => [1, 2, 3].map((round) => `${name}-${round}`)),
    );
  });
});
