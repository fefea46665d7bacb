export { checksumOf } from './checksum-of.ts';
export { CommitQueue, type CommitQueueOptions, type ReleaseHold, type WriteOutcome } from './commit-queue.ts';
export {
  type BackupOptions,
  type Database,
  type DatabaseReport,
  type Dialect,
  database,
  type Migration,
  type Row,
} from './database.ts';
export { joinedRead } from './joined-read.ts';
export {
  type AppliedMigration,
  type MigrationState,
  type PlannedMigration,
  planMigrations,
} from './plan-migrations.ts';
export { preparedRead, preparedWrite } from './prepared-query.ts';
export { insertHead, quoteName, type RowBatch, toRowBatch } from './row-batch.ts';
export {
  type MigrationExecutor,
  type MigrationSession,
  type ReadRow,
  readAppliedMigrations,
  runMigrations,
} from './run-migrations.ts';
export { splitStatements } from './split-statements.ts';
export { type StoreFailureReason, storeError } from './store-error.ts';
export { type CompilableQuery, checkSteps, staleMessage, storeStep } from './store-step.ts';
export { type StoredValue, toSafeNumber, toStoredValue } from './stored-value.ts';
