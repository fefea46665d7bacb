import type { Dialect, Migration } from './database.ts';
import { type AppliedMigration, type PlannedMigration, planMigrations } from './plan-migrations.ts';
import { splitStatements } from './split-statements.ts';
import { storeError } from './store-error.ts';
import type { StoredValue } from './stored-value.ts';

/** A row as a driver gives it back. */
export type ReadRow = { readonly [column: string]: unknown };

/** One open transaction, as the migration runner uses it. */
export interface MigrationSession {
  /** Runs text that gives no rows. */
  readonly script: (sql: string) => Promise<void>;
  /** Runs one statement; parameters stand as `?` in the text. */
  readonly query: (sql: string, parameters: readonly StoredValue[]) => Promise<readonly ReadRow[]>;
}

/** What a driver hands to the migration runner. */
export interface MigrationExecutor {
  readonly dialect: Dialect;
  readonly now: () => number;
  /** Runs the steps in one transaction; two starters are never in it at the same time. */
  readonly exclusively: <Result>(steps: (session: MigrationSession) => Promise<Result>) => Promise<Result>;
}

/**
 * Brings an owner's tables up to date, each migration in its own transaction together with its row of history.
 * Throws `store_corrupt` when history and program disagree, and the driver's error when a statement fails.
 */
export async function runMigrations(
  executor: MigrationExecutor,
  owner: string,
  migrations: readonly Migration[],
): Promise<void> {
  if (owner === '') throw storeError('invalid', 'migrations need the name of their owner');
  while (await executor.exclusively((session) => runNextMigration(session, executor, owner, migrations)));
}

/** Reads the whole history, ordered by owner and id; empty where no migration ever ran. */
export async function readAppliedMigrations(session: MigrationSession): Promise<readonly AppliedMigration[]> {
  const rows = await session.query(
    'select owner, id, name, checksum from signalbox_migrations order by owner, id',
    [],
  );
  return rows.map(toAppliedMigration);
}

async function runNextMigration(
  session: MigrationSession,
  { dialect, now }: MigrationExecutor,
  owner: string,
  given: readonly Migration[],
): Promise<boolean> {
  await session.script(historyTable);
  const history = await readAppliedMigrations(session);
  const applied = history.filter((row) => row.owner === owner);
  const [next, ...later] = planMigrations({ owner, dialect, given, applied });
  if (next === undefined) return false;
  for (const statement of splitStatements(next.sql)) await session.script(statement);
  await remember(session, next, now());
  return later.length > 0;
}

async function remember(session: MigrationSession, ran: PlannedMigration, appliedAt: number): Promise<void> {
  await session.query(
    'insert into signalbox_migrations (owner, id, name, checksum, applied_at) values (?, ?, ?, ?, ?)',
    [ran.owner, ran.id, ran.name, ran.checksum, appliedAt],
  );
}

function toAppliedMigration(row: ReadRow): AppliedMigration {
  const { owner, id, name, checksum } = row;
  if (
    typeof owner === 'string' &&
    typeof id === 'number' &&
    typeof name === 'string' &&
    typeof checksum === 'string'
  )
    return { owner, id, name, checksum };
  throw storeError('corrupt', 'the table signalbox_migrations has a malformed row; restore a backup');
}

const historyTable = `create table if not exists signalbox_migrations (
  owner text not null,
  id bigint not null,
  name text not null,
  checksum text not null,
  applied_at bigint not null,
  primary key (owner, id)
)`;
