import { DatabaseSync } from 'node:sqlite';
import { type Database, splitStatements } from '@signalbox/store';
import { Kysely, SqliteDialect } from 'kysely';

/** A store in memory, on node:sqlite itself: migrations and queries are real, durability is not wanted. */
export function memoryDatabase(): Database {
  const sqlite = new DatabaseSync(':memory:');
  const done = new Set<string>();
  const queries = new Kysely<never>({ dialect: new SqliteDialect({ database: adapt(sqlite) }) });
  return {
    dialect: 'sqlite',
    queries: <Tables>() => queries as unknown as Kysely<Tables>,
    migrate: async (owner, migrations) => {
      for (const { id, sql } of migrations) {
        if (done.has(`${owner}/${id}`)) continue;
        for (const statement of splitStatements(typeof sql === 'string' ? sql : sql.sqlite))
          sqlite.exec(statement);
        done.add(`${owner}/${id}`);
      }
    },
    append: () => Promise.reject(new Error('not needed here')),
    together: () => Promise.reject(new Error('not needed here')),
    backup: () => Promise.reject(new Error('not needed here')),
    check: () => Promise.reject(new Error('not needed here')),
  };
}

function adapt(sqlite: DatabaseSync) {
  return {
    close: () => sqlite.close(),
    prepare: (text: string) => {
      const statement = sqlite.prepare(text);
      return {
        reader: /^\s*select/i.test(text),
        all: (values: readonly never[]) => statement.all(...values),
        run: (values: readonly never[]) => statement.run(...values),
        iterate: (values: readonly never[]) => statement.iterate(...values),
      };
    },
  };
}
