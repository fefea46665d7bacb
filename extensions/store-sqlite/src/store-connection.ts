import { storeError, toStoredValue } from '@signalbox/store';
import type { CompiledQuery, DatabaseConnection, QueryResult } from 'kysely';
import { wayOfStatement } from './statement-way.ts';
import type { StoreTransaction } from './store-transaction.ts';
import type { StoreWriter } from './store-writer.ts';
import { toObjects } from './to-objects.ts';
import type { WorkerLink } from './worker-link.ts';
import type { StatementResult } from './worker-messages.ts';

/** What Kysely sees as a connection: reads go past the writers, writes join a group, a transaction keeps both. */
export class StoreConnection implements DatabaseConnection {
  readonly #link: WorkerLink;
  readonly #writer: StoreWriter;
  #transaction: StoreTransaction | undefined;

  constructor(link: WorkerLink, writer: StoreWriter) {
    this.#link = link;
    this.#writer = writer;
  }

  /** Runs one statement. */
  async executeQuery<Row>({ sql, parameters, query }: CompiledQuery): Promise<QueryResult<Row>> {
    const way = query.kind === 'SelectQueryNode' ? 'read' : wayOfStatement(sql);
    const values = parameters.map(toStoredValue);
    if (this.#transaction !== undefined) return toQueryResult(await this.#transaction.run(sql, values));
    if (way === 'read') return toQueryResult(await this.#link.request('read', { sql, parameters: values }));
    return toQueryResult(await this.#writer.write({ kind: 'statement', sql, parameters: values }));
  }

  /** Refused on both dialects alike: page by id instead. */
  streamQuery(): never {
    throw storeError('unsupported', 'the store gives no streams of rows; select pages ordered by id');
  }

  /** Opens a transaction on this connection. */
  async begin(): Promise<void> {
    this.#transaction = await this.#writer.begin();
  }

  /** Commits the transaction of this connection. */
  async commit(): Promise<void> {
    await this.#transaction?.commit();
    this.#transaction = undefined;
  }

  /** Rolls back what this connection has open; safe to call at any time. */
  async rollback(): Promise<void> {
    const transaction = this.#transaction;
    this.#transaction = undefined;
    await transaction?.rollback();
  }

  /** Runs one of the commands around savepoints. */
  async control(sql: string): Promise<void> {
    await this.#transaction?.run(sql, []);
  }
}

function toQueryResult<Row>(result: StatementResult | undefined): QueryResult<Row> {
  if (result === undefined) return { rows: [] };
  const changed =
    result.columns.length > 0
      ? {}
      : { numAffectedRows: BigInt(result.changes), insertId: BigInt(result.insertId) };
  // Kysely's contract: the row's type is the caller's word, the driver cannot check it.
  return { rows: toObjects(result) as Row[], ...changed };
}
