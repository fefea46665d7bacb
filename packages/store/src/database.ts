import { defineService } from '@signalbox/sdk';
import type { Kysely } from 'kysely';

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

/** A row as columns and scalar values; JSON goes in as text. */
export type Row = { readonly [column: string]: string | number | bigint | null | Uint8Array };

/** What a check of the store found. */
export interface DatabaseReport {
  readonly dialect: Dialect;
  readonly isSound: boolean;
  readonly problems: readonly string[];
  readonly sizeBytes: number;
  readonly migrations: readonly { readonly owner: string; readonly id: number; readonly name: string }[];
}

/**
 * The hub's store. A promise that resolves means the data is on disk.
 * Errors: `store_failed` (may be tried again), `store_corrupt`, `unsupported`.
 */
export interface Database {
  readonly dialect: Dialect;
  /** The query builder over the tables its owner has migrated. Transactions are Kysely's. */
  readonly queries: <Tables>() => Kysely<Tables>;
  /** Brings an owner's tables up to date; refuses changed or missing history with `store_corrupt`. */
  readonly migrate: (owner: string, migrations: readonly Migration[]) => Promise<void>;
  /** Adds many rows at once; they share the next group commit. */
  readonly append: (table: string, rows: readonly Row[]) => Promise<void>;
  /** Writes a consistent copy while the hub runs; `unsupported` where the database has its own tools. */
  readonly backup: (path: string) => Promise<void>;
  readonly check: () => Promise<DatabaseReport>;
}

/** A store extension offers itself under this token. */
export const database = defineService<Database>('database', { inProcess: true });
