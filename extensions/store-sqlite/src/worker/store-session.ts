import { DatabaseSync } from 'node:sqlite';
import type { GroupOutcome, OpenRequest, SqlText, StatementResult, Write } from '../worker-messages.ts';
import { commitGroup, rollbackOpen } from './commit-group.ts';
import { openReader, openWriter } from './open-connection.ts';
import { flushFolderOf } from './private-file.ts';
import { runStatement } from './run-statement.ts';
import { StatementCache } from './statement-cache.ts';
import { StoreFault } from './store-fault.ts';
import { acquireStoreLock, type StoreLock } from './store-lock.ts';

interface Connection {
  readonly handle: DatabaseSync;
  readonly statements: StatementCache;
}

interface OpenedStore {
  readonly lock: StoreLock;
  readonly writer: Connection;
  readonly reader: Connection;
}

/** The store as the worker holds it: the lock, one connection that writes and one that reads. */
export class StoreSession {
  #opened: OpenedStore | undefined;
  #hasNewSchema = false;

  /** Throws `locked` when another process owns the file, and `corrupt` when it is no sound database. */
  open(request: OpenRequest): void {
    const lock = acquireStoreLock(request.path, request.startedAt);
    try {
      const writer = toConnection(openWriter(request));
      this.#opened = { lock, writer, reader: toConnection(openReader(request.path)) };
      // A file whose entry in the folder is lost with the power takes every acknowledged row with it.
      flushFolderOf(request.path);
    } catch (error) {
      lock.release();
      throw error;
    }
  }

  commitGroup(writes: readonly Write[]): readonly GroupOutcome[] {
    const { writer } = this.#store();
    const outcomes = commitGroup(writer.handle, writer.statements, writes);
    if (writes.some((write) => write.kind !== 'together' && changesSchema(write.sql))) this.#forgetSchema();
    return outcomes;
  }

  read({ sql, parameters }: SqlText): StatementResult {
    return runStatement(this.#store().reader.statements, sql, parameters);
  }

  begin(): void {
    this.#store().writer.statements.get('begin immediate').statement.run();
  }

  run({ sql, parameters }: SqlText): StatementResult {
    const { writer } = this.#transaction();
    this.#hasNewSchema ||= changesSchema(sql);
    return runStatement(writer.statements, sql, parameters);
  }

  script(sql: string): void {
    this.#hasNewSchema = true;
    this.#transaction().writer.handle.exec(sql);
  }

  commit(): void {
    const { writer } = this.#transaction();
    try {
      writer.statements.get('commit').statement.run();
    } catch (error) {
      rollbackOpen(writer.handle);
      throw error;
    } finally {
      if (this.#hasNewSchema) this.#forgetSchema();
    }
  }

  rollback(): void {
    rollbackOpen(this.#store().writer.handle);
    if (this.#hasNewSchema) this.#forgetSchema();
  }

  /** Writes the log back into the file and gives up the lock. */
  close(): void {
    const store = this.#opened;
    if (store === undefined) return;
    this.#opened = undefined;
    rollbackOpen(store.writer.handle);
    store.reader.handle.close();
    store.writer.handle.exec('pragma wal_checkpoint(truncate)');
    store.writer.handle.close();
    store.lock.release();
  }

  #store(): OpenedStore {
    if (this.#opened !== undefined) return this.#opened;
    throw new StoreFault('closed', 'the store is closed; start the hub again');
  }

  // Without this a statement after an automatic rollback would commit by itself.
  #transaction(): OpenedStore {
    const store = this.#store();
    if (store.writer.handle.isTransaction) return store;
    throw new StoreFault(
      'statement',
      'the transaction was rolled back by the store; make it again from its start',
    );
  }

  #forgetSchema(): void {
    this.#hasNewSchema = false;
    for (const { handle, statements } of [this.#store().writer, this.#store().reader]) {
      statements.clear();
      // A connection notices a new schema when it runs something; until then it prepares with the old columns.
      handle.prepare('select count(*) from sqlite_schema').get();
    }
  }
}

function toConnection(handle: DatabaseSync): Connection {
  return { handle, statements: new StatementCache(handle) };
}

function changesSchema(sql: string): boolean {
  return /^\s*(?:create|alter|drop)\b/i.test(sql);
}
