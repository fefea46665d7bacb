import type { StoreWrite } from '@signalbox/sdk';
import { type ReadRow, type StoredValue, storeError, toStoredValue } from '@signalbox/store';
import type { PostgresCursor, PostgresPoolClient, PostgresQueryResult } from 'kysely';
import type { Pool, PoolClient } from 'pg';
import { isServerError, toPostgresError } from './postgres-error.ts';
import type { PreparedTexts } from './prepared-texts.ts';
import { type FlightFailure, StatementFlight } from './statement-flight.ts';

/** What a statement gave. */
export interface ServerResult {
  readonly command: string;
  readonly rowCount: number;
  readonly rows: readonly ReadRow[];
}

/** Takes a connection from the pool. Rejects with `store_failed` when none is to be had in time. */
export async function takeClient(pool: Pool): Promise<PooledClient> {
  try {
    return new PooledClient(await pool.connect());
  } catch (error) {
    throw toPostgresError(error);
  }
}

/** A connection taken from the pool: every failure on it is a store's error, and a lost one is not given back. */
export class PooledClient implements PostgresPoolClient {
  readonly #client: PoolClient;
  #isLost = false;

  constructor(client: PoolClient) {
    this.#client = client;
  }

  query<Row>(sql: string, parameters: readonly unknown[]): Promise<PostgresQueryResult<Row>>;
  query<Row>(cursor: PostgresCursor<Row>): PostgresCursor<Row>;
  query(sql: unknown, parameters: readonly unknown[] = []): unknown {
    if (typeof sql === 'string') return this.#runForKysely(sql, parameters);
    throw storeError('unsupported', 'a connection of the store runs text only');
  }

  /** Runs a statement; without parameters the text may hold several, and then gives no rows. */
  async run(sql: string, values: readonly StoredValue[] = [], timeoutMs?: number): Promise<ServerResult> {
    const limit = timeoutMs === undefined ? {} : { query_timeout: timeoutMs };
    try {
      const { command, rowCount, rows } = await this.#client.query<ReadRow>({
        text: sql,
        values: [...values],
        ...limit,
      });
      return { command, rowCount: rowCount ?? 0, rows };
    } catch (error) {
      throw this.#noteLoss(error);
    }
  }

  /** Sends statements in one flight; all of them are done when nothing failed, and none otherwise. */
  fly(steps: readonly StoreWrite[], prepared: PreparedTexts): Promise<FlightFailure | undefined> {
    return new Promise((resolve) => {
      const onEnd = (failure?: FlightFailure): void => {
        this.#isLost ||= failure?.isAnswered === false;
        resolve(failure);
      };
      this.#client.query(new StatementFlight(steps, prepared, onEnd));
    });
  }

  /** Gives the connection back; a lost one is closed instead, and the pool makes another. */
  release(isUnusable = false): void {
    this.#client.release(isUnusable || this.#isLost);
  }

  async #runForKysely(sql: string, parameters: readonly unknown[]): Promise<ServerResult> {
    const result = await this.run(sql, parameters.map(toStoredValue));
    // PostgreSQL answers COMMIT with ROLLBACK when a statement inside had failed.
    if (sql === 'commit' && result.command === 'ROLLBACK')
      throw storeError(
        'statement',
        'the transaction was rolled back, because a statement inside it had failed',
      );
    return result;
  }

  #noteLoss(error: unknown): Error {
    const wrapped = toPostgresError(error);
    // A silent server leaves its answer outstanding: nobody may use the connection after that.
    this.#isLost ||= !isServerError(error);
    return wrapped;
  }
}
