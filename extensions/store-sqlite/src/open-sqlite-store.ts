import { type Clock, type HealthReport, systemClock } from '@signalbox/sdk';
import { type Database, storeError } from '@signalbox/store';
import { createSqliteDatabase } from './sqlite-database.ts';
import { StoreWriter, type WriterLimits } from './store-writer.ts';
import { WorkerLink } from './worker-link.ts';

/** Which file to open and the bounds to keep; bounds have defaults fit for a hub. */
export interface SqliteStoreOptions extends Partial<WriterLimits> {
  /** Absolute path of the file; it and missing folders are made, for their owner alone. */
  readonly path: string;
  readonly clock?: Clock;
  /** Most pages (4096 bytes each) the file may grow to; absent means as many as the disk holds. */
  readonly maxPages?: number;
  /** Longest time `close` waits for what is under way. */
  readonly closeTimeoutMs?: number;
}

/** An open store and its end. */
export interface SqliteStore extends AsyncDisposable {
  readonly database: Database;
  readonly health: () => HealthReport;
  /** Waits for what is under way, writes the log back, gives up the file. Never takes longer than its deadline. */
  readonly close: () => Promise<void>;
}

/**
 * Opens a store file and owns it until it is closed or this process ends.
 * Throws `store_locked` when another process owns it, `store_corrupt`, or `store_failed`.
 */
export async function openSqliteStore(options: SqliteStoreOptions): Promise<SqliteStore> {
  const link = new WorkerLink(options.clock === undefined ? {} : { clock: options.clock });
  try {
    return await openOverLink(link, options);
  } catch (error) {
    await link.terminate(storeError('closed', 'the store could not be opened'));
    throw error;
  }
}

/** The same over a worker the caller started, and may end. */
export async function openOverLink(link: WorkerLink, options: SqliteStoreOptions): Promise<SqliteStore> {
  const { path, clock = systemClock, maxPages, closeTimeoutMs = 10_000 } = options;
  await link.request('open', {
    path,
    startedAt: clock.now(),
    ...(maxPages === undefined ? {} : { maxPages }),
  });
  const writer = new StoreWriter(link, clock, {
    maxQueuedRows: options.maxQueuedRows ?? 50_000,
    maxTransactionMs: options.maxTransactionMs ?? 30_000,
  });
  const close = once(() => closeStore(link, writer, clock, closeTimeoutMs));
  const database = createSqliteDatabase({ path, link, writer, clock });
  return { database, health: () => reportHealth(link, writer), close, [Symbol.asyncDispose]: close };
}

async function closeStore(
  link: WorkerLink,
  writer: StoreWriter,
  clock: Clock,
  timeoutMs: number,
): Promise<void> {
  const closed = storeError('closed', 'the store is closed; start the hub again');
  const late = new Promise<void>((resolve) => {
    const cancel = clock.after(timeoutMs, resolve);
    link.onDeath(cancel);
    link.onDeath(() => resolve());
  });
  const orderly = writer.finish(closed).then(() => link.request('close', undefined));
  await Promise.race([orderly.catch(() => undefined), late]);
  await link.terminate(closed);
}

function reportHealth(link: WorkerLink, { fault }: StoreWriter): HealthReport {
  if (link.death !== undefined) return { status: 'down', reason: link.death.message };
  if (link.isOverdue)
    return { status: 'down', reason: 'the store does not answer; see what its disk is doing' };
  if (fault !== undefined) return { status: 'down', reason: fault.message };
  return { status: 'ok' };
}

function once(action: () => Promise<void>): () => Promise<void> {
  let running: Promise<void> | undefined;
  return () => (running ??= action());
}
