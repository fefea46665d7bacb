import type { Clock, StoreWrite } from '@signalbox/sdk';
import {
  type CommitQueue,
  checkSteps,
  type Database,
  type Row,
  runMigrations,
  storeError,
} from '@signalbox/store';
import { Kysely, PostgresDialect, type PostgresPool } from 'kysely';
import type { Pool } from 'pg';
import { backupCommand } from './backup-command.ts';
import { checkPostgres } from './check-postgres.ts';
import type { Together } from './commit-group.ts';
import { insertRows } from './insert-rows.ts';
import { createMigrationExecutor } from './migration-executor.ts';
import { takeClient } from './pooled-client.ts';
import { RefusedCursor } from './refused-cursor.ts';

/** The parts an open store is made of. */
export interface PostgresDatabaseParts {
  readonly url: string;
  readonly schema: string;
  readonly pool: Pool;
  readonly writes: CommitQueue<Together, void>;
  readonly clock: Clock;
}

/** The store's contract over a pool of connections. */
export function createPostgresDatabase({
  url,
  schema,
  pool,
  writes,
  clock,
}: PostgresDatabaseParts): Database {
  const dialect = new PostgresDialect({ pool: toKyselyPool(pool), cursor: RefusedCursor });
  const queries = new Kysely<never>({ dialect });
  const executor = createMigrationExecutor(pool, schema, clock);
  return {
    dialect: 'postgres',
    // Which tables there are is the caller's word.
    queries: <Tables>() => queries as unknown as Kysely<Tables>,
    migrate: (owner, migrations) => runMigrations(executor, owner, migrations),
    append: (table, rows) => appendRows(writes, table, rows),
    together: (steps) => writeTogether(writes, steps),
    backup: (path) => refuseBackup(url, schema, path),
    check: () => checkPostgres(pool, schema),
  };
}

async function appendRows(
  writes: CommitQueue<Together, void>,
  table: string,
  rows: readonly Row[],
): Promise<void> {
  if (rows.length > 0) await writes.add({ steps: insertRows(table, rows), rows: rows.length });
}

async function writeTogether(
  writes: CommitQueue<Together, void>,
  steps: readonly StoreWrite[],
): Promise<void> {
  checkSteps(steps);
  if (steps.length > 0) await writes.add({ steps, rows: steps.length });
}

async function refuseBackup(url: string, schema: string, path: string): Promise<never> {
  throw storeError(
    'unsupported',
    `PostgreSQL is backed up with its own tools; run: ${backupCommand(url, schema, path)}`,
  );
}

// The pool's end belongs to the store, not to one of its query builders.
function toKyselyPool(pool: Pool): PostgresPool {
  return { options: {}, connect: () => takeClient(pool), end: async () => undefined };
}
