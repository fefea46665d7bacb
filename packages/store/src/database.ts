import { defineService, type StoreWrite } from '@signalbox/sdk';
import type { Kysely } from 'kysely';
import type { StoredValue } from './stored-value.ts';

/** A SQL dialect the hub stores its state in. */
export type Dialect = 'sqlite' | 'postgres';

/**
 * One step of an owner's schema. Ids grow; text never changes once released (its checksum is kept).
 * Where the dialects differ, give one text each. Statements are separated by a line with only `;;`.
 */
export interface Migration {
  readonly id: number;
  readonly name: string;
  readonly sql: string | { readonly [dialect in Dialect]: string };
}

/** A row as columns and scalar values; JSON goes in as text. All rows of one `append` have the same columns. */
export type Row = { readonly [column: string]: StoredValue };

/** What a check of the store found. */
export interface DatabaseReport {
  readonly dialect: Dialect;
  readonly isSound: boolean;
  readonly problems: readonly string[];
  readonly sizeBytes: number;
  readonly migrations: readonly { readonly owner: string; readonly id: number; readonly name: string }[];
}

/** How a backup treats a file that is already there. */
export interface BackupOptions {
  /** True replaces it; otherwise the backup is refused with `conflict`. */
  readonly overwrite?: boolean;
}

/**
 * The hub's store. A promise that resolves means the data is on disk.
 * Errors: `store_failed` (`details.reason` says why; it may be tried again), `store_corrupt`,
 * `conflict` (a unique or foreign key), `invalid_params` (a value no store keeps), `unsupported`.
 */
export interface Database {
  readonly dialect: Dialect;
  /**
   * The query builder over the tables its owner has migrated. Transactions are Kysely's and bounded in time;
   * inside one, use only the transaction: on SQLite every other write waits for its end.
   */
  readonly queries: <Tables>() => Kysely<Tables>;
  /** Brings an owner's tables up to date; refuses changed or missing history with `store_corrupt`. */
  readonly migrate: (owner: string, migrations: readonly Migration[]) => Promise<void>;
  /** Adds many rows at once, all or none; they share the next group commit. */
  readonly append: (table: string, rows: readonly Row[]) => Promise<void>;
  /**
   * Writes several statements, all or none, in one commit they share with others of the same moment. A statement that says how many
   * rows it has to change and changes another number undoes them all: `conflict` with the reason `stale`.
   */
  readonly together: (steps: readonly StoreWrite[]) => Promise<void>;
  /** Writes a consistent, checked copy while the hub runs; `unsupported` where the database has its own tools. */
  readonly backup: (path: string, options?: BackupOptions) => Promise<void>;
  readonly check: () => Promise<DatabaseReport>;
}

/** A store extension offers itself under this token. */
export const database = defineService<Database>('database', { inProcess: true });
