import type { Migration } from '../src/database.ts';

/** The tables of the suite as Kysely sees them. */
export interface SampleTables {
  readonly items: {
    id: string;
    batch: string | null;
    size: number | null;
    body: string | null;
    data: Uint8Array | null;
  };
}

/** The owner of the suite's tables. */
export const sampleOwner = 'suite';

/** The migrations of the suite. */
export const sampleMigrations: readonly Migration[] = [
  {
    id: 1,
    name: 'items',
    sql: {
      sqlite: 'create table items (id text primary key, batch text, size integer, body text, data blob)',
      postgres: 'create table items (id text primary key, batch text, size bigint, body text, data bytea)',
    },
  },
  {
    id: 2,
    name: 'items-by-batch',
    sql: 'create index items_batch on items (batch)\n;;\ncreate index items_size on items (size)',
  },
];
