import type { Clock, StoreWrite } from '@signalbox/sdk';
import {
  checkSteps,
  type Database,
  insertHead,
  type MigrationExecutor,
  type MigrationSession,
  type Row,
  runMigrations,
  toRowBatch,
} from '@signalbox/store';
import { Kysely } from 'kysely';
import { runStoreTask } from './run-store-task.ts';
import { createStoreDialect } from './store-dialect.ts';
import type { StoreTransaction } from './store-transaction.ts';
import type { StoreWriter } from './store-writer.ts';
import { toObjects } from './to-objects.ts';
import type { WorkerLink } from './worker-link.ts';

/** The parts an open store is made of. */
export interface SqliteDatabaseParts {
  readonly path: string;
  readonly link: WorkerLink;
  readonly writer: StoreWriter;
  readonly clock: Clock;
}

/** The store's contract over an open file. */
export function createSqliteDatabase({ path, link, writer, clock }: SqliteDatabaseParts): Database {
  const queries = new Kysely<never>({ dialect: createStoreDialect(link, writer) });
  const executor = createMigrationExecutor(writer, clock);
  return {
    dialect: 'sqlite',
    // Which tables there are is the caller's word.
    queries: <Tables>() => queries as unknown as Kysely<Tables>,
    migrate: (owner, migrations) => runMigrations(executor, owner, migrations),
    append: (table, rows) => appendRows(writer, table, rows),
    together: (steps) => writeTogether(writer, steps),
    backup: (to, options) =>
      runStoreTask('backup', { from: path, to, overwrite: options?.overwrite ?? false }, clock),
    check: () => runStoreTask('check', { path }, clock),
  };
}

async function appendRows(writer: StoreWriter, table: string, rows: readonly Row[]): Promise<void> {
  if (rows.length === 0) return;
  const batch = toRowBatch(table, rows);
  const sql = `${insertHead(batch)} (${batch.columns.map(() => '?').join(', ')})`;
  await writer.write({ kind: 'rows', sql, rows: batch.rows });
}

async function writeTogether(writer: StoreWriter, steps: readonly StoreWrite[]): Promise<void> {
  checkSteps(steps);
  if (steps.length > 0) await writer.write({ kind: 'together', steps });
}

function createMigrationExecutor(writer: StoreWriter, clock: Clock): MigrationExecutor {
  return {
    dialect: 'sqlite',
    now: () => clock.now(),
    exclusively: async (steps) => {
      const transaction = await writer.begin();
      try {
        const result = await steps(toMigrationSession(transaction));
        await transaction.commit();
        return result;
      } finally {
        await transaction.rollback();
      }
    },
  };
}

function toMigrationSession(transaction: StoreTransaction): MigrationSession {
  return {
    script: (sql) => transaction.script(sql),
    query: async (sql, parameters) => toObjects(await transaction.run(sql, parameters)),
  };
}
