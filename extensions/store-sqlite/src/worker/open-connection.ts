import { DatabaseSync } from 'node:sqlite';
import type { OpenRequest } from '../worker-messages.ts';
import { ensurePrivateFile } from './private-file.ts';

/** Opens the connection that writes: write-ahead log, flushed at every commit, foreign keys enforced. */
export function openWriter({ path, maxPages }: OpenRequest): DatabaseSync {
  ensurePrivateFile(path);
  const connection = new DatabaseSync(path, { timeout: busyTimeoutMs, enableForeignKeyConstraints: true });
  try {
    connection.exec('pragma journal_mode = wal; pragma synchronous = full');
    connection.exec(`pragma journal_size_limit = ${maxIdleLogBytes}`);
    if (maxPages !== undefined) connection.exec(`pragma max_page_count = ${maxPages}`);
    return connection;
  } catch (error) {
    connection.close();
    throw error;
  }
}

/** Opens a connection that cannot write; it sees what was committed, and never waits for the writer. */
export function openReader(path: string): DatabaseSync {
  return new DatabaseSync(path, { readOnly: true, timeout: busyTimeoutMs });
}

const busyTimeoutMs = 5_000;
const maxIdleLogBytes = 67_108_864;
