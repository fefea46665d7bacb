import type { Clock } from '@signalbox/sdk';
import { type MigrationExecutor, type MigrationSession, quoteName } from '@signalbox/store';
import type { Pool } from 'pg';
import { type PooledClient, takeClient } from './pooled-client.ts';

/** Runs migrations in this schema, one starter of all processes at a time. */
export function createMigrationExecutor(pool: Pool, schema: string, clock: Clock): MigrationExecutor {
  return {
    dialect: 'postgres',
    now: () => clock.now(),
    exclusively: async (steps) => {
      const client = await takeClient(pool);
      try {
        await beginExclusively(client, schema);
        const result = await steps(toMigrationSession(client));
        await client.run('commit');
        return result;
      } catch (error) {
        await client.run('rollback').catch(() => undefined);
        throw error;
      } finally {
        client.release();
      }
    },
  };
}

/** Reads and runs as the migration runner asks, on a connection with an open transaction. */
export function toMigrationSession(client: PooledClient): MigrationSession {
  return {
    script: async (sql) => {
      await client.run(sql, [], migrationTimeoutMs);
    },
    query: async (sql, parameters) => {
      let next = 1;
      const { rows } = await client.run(
        sql.replaceAll('?', () => `$${next++}`),
        parameters,
        migrationTimeoutMs,
      );
      return rows;
    },
  };
}

async function beginExclusively(client: PooledClient, schema: string): Promise<void> {
  await client.run('begin');
  await client.run(
    `set local statement_timeout to ${migrationTimeoutMs}; set local lock_timeout to ${lockTimeoutMs}`,
  );
  const lock = 'select pg_advisory_xact_lock(hashtextextended($1, 0))';
  await client.run(lock, [`signalbox migrations of ${schema}`], migrationTimeoutMs);
  const found = await client.run('select 1 as found from pg_namespace where nspname = $1', [schema]);
  // `if not exists` would ask for the right to create even where the schema is there.
  if (found.rowCount === 0) await client.run(`create schema ${quoteName(schema)}`);
}

const migrationTimeoutMs = 600_000;
const lockTimeoutMs = 60_000;
