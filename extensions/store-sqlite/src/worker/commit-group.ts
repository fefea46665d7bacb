import type { DatabaseSync } from 'node:sqlite';
import type { GroupOutcome, Write } from '../worker-messages.ts';
import { runWrite } from './run-statement.ts';
import type { StatementCache } from './statement-cache.ts';
import { describeFailure } from './store-fault.ts';

/**
 * Commits a group of writes with one flush to disk. A failing write fails alone: it is undone to its savepoint.
 * Where SQLite gives up the whole transaction (a full disk, `or rollback`, a deferred key), each write gets its own.
 */
export function commitGroup(
  connection: DatabaseSync,
  cache: StatementCache,
  writes: readonly Write[],
): readonly GroupOutcome[] {
  try {
    connection.exec('begin immediate');
  } catch (error) {
    const failure = describeFailure(error);
    return writes.map(() => ({ ok: false, failure }));
  }
  try {
    return commitTogether(connection, cache, writes);
  } catch (error) {
    rollbackOpen(connection);
    if (writes.length === 1) return [{ ok: false, failure: describeFailure(error) }];
    return writes.flatMap((write) => commitGroup(connection, cache, [write]));
  }
}

/** Ends a transaction that is still open after a failure; SQLite may have ended it by itself. */
export function rollbackOpen(connection: DatabaseSync): void {
  if (connection.isTransaction) connection.exec('rollback');
}

function commitTogether(
  connection: DatabaseSync,
  cache: StatementCache,
  writes: readonly Write[],
): GroupOutcome[] {
  const [first] = writes;
  // Alone there is nothing to keep when it fails: all of it is undone.
  const outcomes: GroupOutcome[] =
    first && writes.length === 1
      ? [{ ok: true, value: runWrite(cache, first) }]
      : writes.map((write) => attempt(connection, cache, write));
  cache.get('commit').statement.run();
  return outcomes;
}

function attempt(connection: DatabaseSync, cache: StatementCache, write: Write): GroupOutcome {
  cache.get('savepoint one_write').statement.run();
  try {
    const value = runWrite(cache, write);
    cache.get('release one_write').statement.run();
    return { ok: true, value };
  } catch (error) {
    if (!connection.isTransaction) throw error;
    connection.exec('rollback to one_write; release one_write');
    return { ok: false, failure: describeFailure(error) };
  }
}
