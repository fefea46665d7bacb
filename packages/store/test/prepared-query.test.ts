import { DummyDriver, Kysely, SqliteAdapter, SqliteIntrospector, SqliteQueryCompiler } from 'kysely';
import { expect, test } from 'vitest';
import { type Database, preparedWrite } from '../src/index.ts';

interface Tables {
  readonly items: { readonly id: string; readonly size: number; readonly note: string | null };
}

type Change = { readonly id: string; readonly size?: number; readonly note?: string | null };

test('a statement is built once for each set of names, and bound to what it is given', () => {
  let built = 0;
  const database = databaseOf();
  const change = preparedWrite<Tables, Change>((queries, { id, ...set }) => {
    built++;
    return queries.updateTable('items').set(set).where('id', '=', id).where('size', '<', 9);
  }, 1);
  expect(change(database, { id: 'a', size: 1 })).toEqual({
    sql: 'update "items" set "size" = ? where "id" = ? and "size" < ?',
    parameters: [1, 'a', 9],
    changes: 1,
  });
  expect(change(database, { id: 'b', size: 2 }).parameters).toEqual([2, 'b', 9]);
  expect(built).toBe(1);
  expect(change(database, { id: 'c', note: null })).toMatchObject({
    sql: 'update "items" set "note" = ? where "id" = ? and "size" < ?',
    parameters: [null, 'c', 9],
  });
  expect(built).toBe(2);
});

test('each store has its own text', () => {
  let built = 0;
  const insert = preparedWrite<Tables, Tables['items']>((queries, row) => {
    built++;
    return queries.insertInto('items').values(row);
  });
  const row = { id: 'a', size: 1, note: null };
  expect(insert(databaseOf(), row)).toEqual(insert(databaseOf(), row));
  expect(built).toBe(2);
});

test('a value no store keeps is refused whether the statement is new or not', () => {
  const database = databaseOf();
  const insert = preparedWrite<Tables, Tables['items']>((queries, row) =>
    queries.insertInto('items').values(row),
  );
  insert(database, { id: 'a', size: 1, note: null });
  expect(() => insert(database, { id: 'a', size: Number.NaN, note: null })).toThrow(
    expect.objectContaining({ code: 'invalid_params' }),
  );
});

function databaseOf(): Database {
  const queries = new Kysely<never>({
    dialect: {
      createAdapter: () => new SqliteAdapter(),
      createDriver: () => new DummyDriver(),
      createIntrospector: (own) => new SqliteIntrospector(own),
      createQueryCompiler: () => new SqliteQueryCompiler(),
    },
  });
  const refuse = async (): Promise<never> => {
    throw new Error('nothing is asked of it');
  };
  return {
    dialect: 'sqlite',
    queries: <Own>() => queries as unknown as Kysely<Own>,
    migrate: refuse,
    append: refuse,
    together: refuse,
    backup: refuse,
    check: refuse,
  };
}
