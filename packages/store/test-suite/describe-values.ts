import { sql } from 'kysely';
import { describe, expect, test } from 'vitest';
import type { Row } from '../src/database.ts';
import { openSampleStore, sampleRow } from './sample-store.ts';
import type { StoreUnderTest } from './store-under-test.ts';

const largest = Number.MAX_SAFE_INTEGER;

/** Values: what goes in comes out the same on every dialect, or is refused. */
export function describeValues(subject: StoreUnderTest): void {
  describe('values', () => {
    test('come back as they went in, by append and by query', async () => {
      await using store = await openSampleStore(subject);
      const fields = { size: -largest, body: 'ș, 语, 🚉, "\';\\ \n', data: new Uint8Array([0, 1, 255]) };
      await store.database.append('items', [sampleRow('append', fields)]);
      await store.queries.insertInto('items').values(sampleRow('query', fields)).execute();
      expect(await store.queries.selectFrom('items').selectAll().orderBy('id').execute()).toEqual([
        sampleRow('append', fields),
        sampleRow('query', fields),
      ]);
    });

    test('of integers reach ±(2^53 - 1)', async () => {
      await using store = await openSampleStore(subject);
      await store.database.append('items', [
        sampleRow('a', { size: largest }),
        sampleRow('b', { size: -largest }),
      ]);
      await store.database.append('items', [{ id: 'c', size: BigInt(largest) }]);
      const rows = await store.queries.selectFrom('items').select('size').orderBy('id').execute();
      expect(rows).toEqual([{ size: largest }, { size: -largest }, { size: largest }]);
    });

    test('that would lose digits are refused on the way out', async () => {
      await using store = await openSampleStore(subject);
      await store.database.append('items', [sampleRow('a', { size: largest })]);
      const sum = store.queries.selectFrom('items').select(sql`size + 1`.as('sum')).execute();
      await expect(sum).rejects.toMatchObject({ code: 'invalid_params' });
      expect(await store.ids()).toEqual(['a']);
    });

    const refused: readonly { what: string; value: unknown }[] = [
      { what: 'an integer of 2^53', value: largest + 1 },
      { what: 'a bigint of 2^53', value: BigInt(largest) + 1n },
      { what: 'not a number', value: Number.NaN },
      { what: 'a boolean', value: true },
      { what: 'a date', value: new Date(0) },
      { what: 'an object', value: {} },
      { what: 'a text with U+0000', value: 'a\0b' },
    ];
    test.for(refused)('are refused on the way in: $what', async ({ value }) => {
      await using store = await openSampleStore(subject);
      const insert = store.queries
        .insertInto('items')
        .values({ id: sql`${value}`, batch: null })
        .execute();
      await expect(insert).rejects.toMatchObject({ code: 'invalid_params' });
      expect(await store.ids()).toEqual([]);
    });

    test('of a text column keep a number as its digits', async () => {
      await using store = await openSampleStore(subject);
      await store.database.append('items', [{ id: 'a', body: 5 }]);
      expect(await store.queries.selectFrom('items').select('body').execute()).toEqual([{ body: '5' }]);
    });

    test('of several megabytes come back whole', async () => {
      await using store = await openSampleStore(subject);
      const data = Uint8Array.from({ length: 5_000_000 }, (_, index) => (index * 31) % 256);
      await store.database.append('items', [sampleRow('large', { data })]);
      const row = await store.queries.selectFrom('items').select('data').executeTakeFirst();
      expect(Buffer.compare(row?.data ?? new Uint8Array(), data)).toBe(0);
    });

    test('of a buffer may be reused as soon as the write was asked for', async () => {
      await using store = await openSampleStore(subject);
      const data = new Uint8Array([1, 2, 3]);
      const append = store.database.append('items', [sampleRow('a', { data })]);
      data.fill(9);
      await append;
      expect(await store.queries.selectFrom('items').select('data').execute()).toEqual([
        { data: new Uint8Array([1, 2, 3]) },
      ]);
    });

    test('of sums and counts are numbers', async () => {
      await using store = await openSampleStore(subject);
      await store.database.append('items', [sampleRow('a', { size: 2 }), sampleRow('b', { size: 3 })]);
      const totals = store.queries
        .selectFrom('items')
        .select(({ fn }) => [fn.countAll().as('rows'), fn.sum('size').as('sum')]);
      expect(await totals.execute()).toEqual([{ rows: 2, sum: 5 }]);
    });

    const malformed: readonly { what: string; rows: readonly Row[]; table?: string }[] = [
      { what: 'different columns', rows: [{ id: 'a' }, { id: 'b', body: 'b' }] },
      { what: 'no columns', rows: [{}] },
      { what: 'a column that is no name', rows: [{ 'id") --': 'a' }] },
      { what: 'a table that is no name', rows: [{ id: 'a' }], table: 'items; drop table items' },
    ];
    test.for(malformed)('of appended rows are refused: $what', async ({ rows, table }) => {
      await using store = await openSampleStore(subject);
      await expect(store.database.append(table ?? 'items', rows)).rejects.toMatchObject({
        code: 'invalid_params',
      });
    });

    test('are not streamed', async () => {
      await using store = await openSampleStore(subject);
      const read = async (): Promise<void> => {
        for await (const _row of store.queries.selectFrom('items').selectAll().stream()) continue;
      };
      await expect(read()).rejects.toMatchObject({ code: 'unsupported' });
    });
  });
}
