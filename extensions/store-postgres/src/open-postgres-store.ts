import { type Clock, type HealthReport, systemClock } from '@signalbox/sdk';
import { CommitQueue, type Database, storeError } from '@signalbox/store';
import type { Pool } from 'pg';
import { findServerProblems } from './check-postgres.ts';
import { commitGroup, type Together } from './commit-group.ts';
import { createPool, type PoolBounds } from './create-pool.ts';
import { takeClient } from './pooled-client.ts';
import { createPostgresDatabase } from './postgres-database.ts';
import { toPostgresError } from './postgres-error.ts';
import { PreparedTexts } from './prepared-texts.ts';

/** Which server and schema to use and the bounds to keep; bounds have defaults fit for a hub. */
export interface PostgresStoreOptions extends Partial<PoolBounds> {
  readonly url: string;
  readonly clock?: Clock;
  /** Most rows that wait for their commit; more are refused. */
  readonly maxQueuedRows?: number;
  /** Longest time `close` waits for what is under way. */
  readonly closeTimeoutMs?: number;
}

/** An open store and its end. */
export interface PostgresStore extends AsyncDisposable {
  readonly database: Database;
  readonly health: () => Promise<HealthReport>;
  /** Waits for what is under way and closes every connection. Never takes longer than its deadline. */
  readonly close: () => Promise<void>;
}

/**
 * Connects to a server and makes sure it is fit.
 * Throws `store_failed` when it cannot be reached and `unsupported` when it is older than 15 or a replica.
 */
export async function openPostgresStore(options: PostgresStoreOptions): Promise<PostgresStore> {
  const { clock = systemClock, schema = 'signalbox' } = options;
  const maxConnections = options.maxConnections ?? 10;
  const bounds = {
    url: checkUrl(options.url),
    schema,
    connectTimeoutMs: options.connectTimeoutMs ?? 5_000,
    statementTimeoutMs: options.statementTimeoutMs ?? 30_000,
    maxTransactionMs: options.maxTransactionMs ?? 30_000,
  };
  const pool = createPool({ ...bounds, maxConnections: maxConnections - 1 });
  await refuseUnfitServer(pool);
  // A connection of its own, so that what is written does not wait behind what is read.
  const writer = createPool({ ...bounds, maxConnections: 1 });
  const prepared = new PreparedTexts();
  const writes = new CommitQueue<Together, void>({
    commit: (group) => commitGroup(writer, prepared, group),
    weigh: ({ rows }) => rows,
    maxQueuedRows: options.maxQueuedRows ?? 50_000,
    maxGroupRows: 1_000,
  });
  const close = once(() =>
    closeStore({ pools: [pool, writer], queue: writes }, clock, options.closeTimeoutMs ?? 10_000),
  );
  const parts = { url: options.url, schema, pool, writes, clock };
  const database = createPostgresDatabase(parts);
  return { database, health: () => reportHealth(pool), close, [Symbol.asyncDispose]: close };
}

function checkUrl(url: string): string {
  if (URL.canParse(url) && /^postgres(?:ql)?:\/\//.test(url)) return url;
  throw storeError(
    'invalid',
    'the PostgreSQL url cannot be read; write it as postgres://user@host:5432/database',
  );
}

async function refuseUnfitServer(pool: Pool): Promise<void> {
  try {
    const client = await takeClient(pool);
    const problems = await findServerProblems(client).finally(() => client.release());
    const [unfit] = problems.filter((problem) => /too old|replica/.test(problem));
    if (unfit !== undefined) throw storeError('unsupported', unfit);
  } catch (error) {
    await pool.end();
    throw error;
  }
}

async function reportHealth(pool: Pool): Promise<HealthReport> {
  try {
    const client = await takeClient(pool);
    await client.run('select 1').finally(() => client.release());
    return { status: 'ok' };
  } catch (error) {
    return { status: 'down', reason: toPostgresError(error).message };
  }
}

async function closeStore(
  { pools, queue }: { readonly pools: readonly Pool[]; readonly queue: CommitQueue<Together, void> },
  clock: Clock,
  timeoutMs: number,
): Promise<void> {
  const closed = storeError('closed', 'the store is closed; start the hub again');
  const ending = queue.finish(closed).then(() => Promise.all(pools.map((pool) => pool.end())));
  await new Promise<void>((resolve) => {
    const cancel = clock.after(timeoutMs, resolve);
    void ending.catch(() => undefined).then(() => resolve(cancel()));
  });
  queue.abandon(closed);
}

function once(action: () => Promise<void>): () => Promise<void> {
  let running: Promise<void> | undefined;
  return () => (running ??= action());
}
