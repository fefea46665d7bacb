import { quoteName, storeError } from '@signalbox/store';
import {
  type DatabaseConnection,
  type Dialect,
  type DialectAdapter,
  type Driver,
  SqliteIntrospector,
  SqliteQueryCompiler,
} from 'kysely';
import { StoreConnection } from './store-connection.ts';
import type { StoreWriter } from './store-writer.ts';
import type { WorkerLink } from './worker-link.ts';

/** Kysely's SQLite dialect over the worker. */
export function createStoreDialect(link: WorkerLink, writer: StoreWriter): Dialect {
  return {
    createAdapter: () => adapter,
    createQueryCompiler: () => new SqliteQueryCompiler(),
    createIntrospector: (queries) => new SqliteIntrospector(queries),
    createDriver: () => createStoreDriver(link, writer),
  };
}

// Kysely's own SQLite adapter lets one query run at a time, which would leave group commits nothing to group.
const adapter: DialectAdapter = {
  supportsMultipleConnections: true,
  supportsTransactionalDdl: true,
  supportsReturning: true,
  acquireMigrationLock: refuseKyselyMigrations,
  releaseMigrationLock: refuseKyselyMigrations,
};

async function refuseKyselyMigrations(): Promise<never> {
  throw storeError('unsupported', 'Kysely does not migrate this store; use migrate() of the store');
}

function createStoreDriver(link: WorkerLink, writer: StoreWriter): Driver {
  return {
    init: async () => undefined,
    acquireConnection: async () => new StoreConnection(link, writer),
    // Isolation levels do not matter: a transaction here is always serializable.
    beginTransaction: async (connection) => ours(connection).begin(),
    commitTransaction: async (connection) => ours(connection).commit(),
    rollbackTransaction: async (connection) => ours(connection).rollback(),
    savepoint: async (connection, name) => ours(connection).control(`savepoint ${quoteName(name)}`),
    rollbackToSavepoint: async (connection, name) =>
      ours(connection).control(`rollback to ${quoteName(name)}`),
    releaseSavepoint: async (connection, name) => ours(connection).control(`release ${quoteName(name)}`),
    releaseConnection: async (connection) => ours(connection).rollback(),
    destroy: async () => undefined,
  };
}

function ours(connection: DatabaseConnection): StoreConnection {
  if (connection instanceof StoreConnection) return connection;
  throw storeError('statement', 'a connection of another store was handed to this one');
}
