import { type DatabaseReport, type ReadRow, readAppliedMigrations } from '@signalbox/store';
import type { Pool } from 'pg';
import { toMigrationSession } from './migration-executor.ts';
import { type PooledClient, takeClient } from './pooled-client.ts';
import { toPostgresError } from './postgres-error.ts';

/** Checks what the hub relies on: connection, version, durable settings, schema, history, and that it may write. */
export async function checkPostgres(pool: Pool, schema: string): Promise<DatabaseReport> {
  const problems: string[] = [];
  let found: Pick<DatabaseReport, 'sizeBytes' | 'migrations'> = { sizeBytes: 0, migrations: [] };
  try {
    const client = await takeClient(pool);
    try {
      problems.push(...(await findServerProblems(client)), ...(await findBrokenIndexes(client, schema)));
      found = { sizeBytes: await measureSchema(client, schema), migrations: await readMigrations(client) };
      await tryToWrite(client);
    } finally {
      client.release();
    }
  } catch (error) {
    problems.push(toPostgresError(error).message);
  }
  return { dialect: 'postgres', isSound: problems.length === 0, problems, ...found };
}

/** Says what is wrong with the server itself; empty when it is fit for the hub. */
export async function findServerProblems(client: PooledClient): Promise<string[]> {
  const { rows } = await client.run(serverQuestion);
  const [server = {}] = rows;
  const problems: string[] = [];
  if (Number(server['version']) < oldestVersion)
    problems.push(`PostgreSQL ${String(server['version_text'])} is too old; use 15 or newer`);
  if (server['is_replica'] === true)
    problems.push('the server is a read-only replica; connect to the primary');
  if (Number(server['checksum_failures']) > 0)
    problems.push(`PostgreSQL found ${String(server['checksum_failures'])} damaged pages; restore a backup`);
  for (const setting of ['fsync', 'full_page_writes', 'synchronous_commit'])
    if (server[setting] === 'off') problems.push(`${setting} is off: written rows may be lost; switch it on`);
  return problems;
}

async function findBrokenIndexes(client: PooledClient, schema: string): Promise<string[]> {
  const { rows } = await client.run(
    `select class.relname as name from pg_index
     join pg_class class on class.oid = indexrelid
     where class.relnamespace = $1::text::regnamespace and not (indisvalid and indisready)`,
    [schema],
  );
  return rows.map((row) => `the index "${textOf(row, 'name')}" is not valid; rebuild it with REINDEX`);
}

async function measureSchema(client: PooledClient, schema: string): Promise<number> {
  const { rows } = await client.run(
    `select coalesce(sum(pg_total_relation_size(oid)), 0) as bytes from pg_class
     where relnamespace = $1::text::regnamespace and relkind in ('r', 'm')`,
    [schema],
  );
  return Number(rows[0]?.['bytes'] ?? 0);
}

async function readMigrations(client: PooledClient): Promise<DatabaseReport['migrations']> {
  const applied = await readAppliedMigrations(toMigrationSession(client));
  return applied.map(({ owner, id, name }) => ({ owner, id, name }));
}

async function tryToWrite(client: PooledClient): Promise<void> {
  await client.run('begin');
  try {
    await client.run(
      "insert into signalbox_migrations (owner, id, name, checksum, applied_at) values ('check', -1, '', '', 0)",
    );
  } finally {
    await client.run('rollback');
  }
}

function textOf(row: ReadRow, column: string): string {
  return typeof row[column] === 'string' ? row[column] : '';
}

const oldestVersion = 150_000;

const serverQuestion = `select
  current_setting('server_version_num')::int as version,
  current_setting('server_version') as version_text,
  pg_is_in_recovery() as is_replica,
  current_setting('fsync') as fsync,
  current_setting('full_page_writes') as full_page_writes,
  current_setting('synchronous_commit') as synchronous_commit,
  (select coalesce(max(checksum_failures), 0) from pg_stat_database where datname = current_database()) as checksum_failures`;
