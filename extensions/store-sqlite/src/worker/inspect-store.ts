import { existsSync, statSync } from 'node:fs';
import type { DatabaseSync } from 'node:sqlite';
import type { DatabaseReport } from '@signalbox/store';
import { openReader } from './open-connection.ts';
import { describeFailure, StoreFault } from './store-fault.ts';

/**
 * Reads every page of a store and says what is wrong with it; never changes it.
 * Throws `not_found` when there is no file; a file that is no database is a finding, not an error.
 */
export function inspectStore(path: string): DatabaseReport {
  if (!existsSync(path)) throw new StoreFault('not_found', `there is no store at ${path}; check the path`);
  const sizeBytes = sizeOf(path) + sizeOf(`${path}-wal`);
  const findings = readFindings(path);
  return { dialect: 'sqlite', isSound: findings.problems.length === 0, sizeBytes, ...findings };
}

/** What was written last is in the write-ahead log until a checkpoint moves it. */
function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}

type Findings = Pick<DatabaseReport, 'problems' | 'migrations'>;

function readFindings(path: string): Findings {
  let connection: DatabaseSync | undefined;
  try {
    connection = openReader(path);
    const problems = [...findDamage(connection), ...findBrokenReferences(connection)];
    const migrations = readMigrations(connection);
    if (migrations === undefined)
      problems.push('the table signalbox_migrations is missing: not a signalbox store');
    return { problems, migrations: migrations ?? [] };
  } catch (error) {
    const { reason, message } = describeFailure(error);
    if (reason !== 'corrupt') throw error;
    return { problems: [message], migrations: [] };
  } finally {
    connection?.close();
  }
}

function findDamage(connection: DatabaseSync): string[] {
  const lines = connection.prepare('pragma integrity_check(20)').all();
  return lines.map((line) => String(line['integrity_check'])).filter((line) => line !== 'ok');
}

function findBrokenReferences(connection: DatabaseSync): string[] {
  const rows = connection.prepare(`
    select count(*) || ' rows of "' || "table" || '" name a row of "' || parent || '" that is not there' as problem
    from pragma_foreign_key_check group by "table", parent`);
  return rows.all().map((row) => String(row['problem']));
}

function readMigrations(connection: DatabaseSync): DatabaseReport['migrations'] | undefined {
  const table = connection.prepare(
    "select 1 from sqlite_schema where type = 'table' and name = 'signalbox_migrations'",
  );
  if (table.get() === undefined) return undefined;
  const rows = connection
    .prepare('select owner, id, name from signalbox_migrations order by owner, id')
    .all();
  return rows.map((row) => ({
    owner: String(row['owner']),
    id: Number(row['id']),
    name: String(row['name']),
  }));
}
