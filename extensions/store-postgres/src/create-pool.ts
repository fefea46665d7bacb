import { quoteName } from '@signalbox/store';
import { type ClientBase, Pool } from 'pg';
import { createTypeParsers } from './type-parsers.ts';

/** Where to connect and the bounds every connection keeps. */
export interface PoolBounds {
  readonly url: string;
  readonly schema: string;
  readonly maxConnections: number;
  readonly connectTimeoutMs: number;
  readonly statementTimeoutMs: number;
  /** Longest time a transaction may do nothing. */
  readonly maxTransactionMs: number;
}

/** Makes the pool. It connects when first used, drops broken connections and makes new ones by itself. */
export function createPool(bounds: PoolBounds): Pool {
  const pool = new Pool({
    connectionString: bounds.url,
    max: bounds.maxConnections,
    connectionTimeoutMillis: bounds.connectTimeoutMs,
    idleTimeoutMillis: 60_000,
    // The server's own limit comes first; this one is for a server that has gone silent.
    query_timeout: bounds.statementTimeoutMs + bounds.connectTimeoutMs,
    keepAlive: true,
    application_name: 'signalbox',
    types: createTypeParsers(),
    // oxlint-disable-next-line typescript/no-misused-promises -- pg-pool awaits it, its type does not say so
    onConnect: (client) => prepareConnection(client, bounds),
  });
  // Without listeners the loss of a connection would end the process; whoever uses it gets the error.
  pool.on('error', () => undefined);
  return pool;
}

async function prepareConnection(client: ClientBase, bounds: PoolBounds): Promise<void> {
  client.on('error', () => undefined);
  await client.query(`
    set search_path to ${quoteName(bounds.schema)};
    set statement_timeout to ${bounds.statementTimeoutMs};
    set idle_in_transaction_session_timeout to ${bounds.maxTransactionMs};
    set client_min_messages to warning;
    set standard_conforming_strings to on;
    set bytea_output to 'hex'`);
}
