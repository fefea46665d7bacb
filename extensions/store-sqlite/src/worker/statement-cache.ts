import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { StoreFault } from './store-fault.ts';

/** A prepared statement with the columns it gives; none for a plain write. */
export interface PreparedStatement {
  readonly statement: StatementSync;
  readonly columns: readonly string[];
}

/** Prepared statements of one connection, the least recently used dropped beyond a bound. */
export class StatementCache {
  readonly #connection: DatabaseSync;
  readonly #entries = new Map<string, PreparedStatement>();
  readonly #maxEntries: number;

  constructor(connection: DatabaseSync, maxEntries = 256) {
    this.#connection = connection;
    this.#maxEntries = maxEntries;
  }

  /** Gives the statement for a text. Throws `unsupported` for a text with more than one statement. */
  get(sql: string): PreparedStatement {
    const known = this.#entries.get(sql);
    if (known !== undefined) {
      this.#entries.delete(sql);
      this.#entries.set(sql, known);
      return known;
    }
    const prepared = prepare(this.#connection, sql);
    this.#entries.set(sql, prepared);
    if (this.#entries.size > this.#maxEntries) this.#dropOldest();
    return prepared;
  }

  /** Forgets everything; needed after a change of the schema, for the columns may have changed. */
  clear(): void {
    this.#entries.clear();
  }

  #dropOldest(): void {
    const oldest = this.#entries.keys().next();
    if (!oldest.done) this.#entries.delete(oldest.value);
  }
}

function prepare(connection: DatabaseSync, sql: string): PreparedStatement {
  const statement = connection.prepare(sql);
  // SQLite prepares the first statement of a text and silently drops the rest.
  if (/[^\s;]/.test(sql.slice(statement.sourceSQL.length)))
    throw new StoreFault('unsupported', 'a query is one statement; run the others by themselves');
  statement.setReturnArrays(true);
  return { statement, columns: statement.columns().map(({ name }) => name) };
}
