import { parseJsonText } from '@signalbox/protocol';
import { isJsonObject, type Principal } from '@signalbox/sdk';
import type { Database } from '@signalbox/store';
import { ownerOf, type TaskRecord } from './task-record.ts';
import type { McpTables } from './task-table.ts';

// A record holds a result, and results are bounded by the gate.
const bounds = { maxDepth: 128, maxNodes: 1_000_000 };

/** Keeps tasks over a restart. What is written is on disk when the promise resolves. */
export class TaskStore {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  async write(record: TaskRecord): Promise<void> {
    const { id, principal, status, createdAt, ttlMs } = record;
    const changing = { status, expires_at: createdAt + ttlMs, record: JSON.stringify(record) };
    await this.#queries
      .insertInto('mcp_tasks')
      .values({ org: principal.org, id, owner: ownerOf(principal), created_at: createdAt, ...changing })
      .onConflict((conflict) => conflict.columns(['org', 'id']).doUpdateSet(changing))
      .execute();
  }

  /** A task of this principal; undefined for another's and for none. */
  async find(principal: Principal, id: string): Promise<TaskRecord | undefined> {
    const row = await this.#queries
      .selectFrom('mcp_tasks')
      .select('record')
      .where('org', '=', principal.org)
      .where('id', '=', id)
      .where('owner', '=', ownerOf(principal))
      .executeTakeFirst();
    return row && read(row.record);
  }

  /** Tasks of a principal, oldest first, after the one named. */
  async list(principal: Principal, after: string | undefined, limit: number): Promise<readonly TaskRecord[]> {
    let select = this.#queries
      .selectFrom('mcp_tasks')
      .select('record')
      .where('org', '=', principal.org)
      .where('owner', '=', ownerOf(principal));
    if (after !== undefined) select = select.where('id', '>', after);
    // Ids are made in the order of time.
    const rows = await select.orderBy('id').limit(limit).execute();
    return rows.flatMap(({ record }) => read(record) ?? []);
  }

  /** Every task that had not ended. */
  async unfinished(): Promise<readonly TaskRecord[]> {
    const rows = await this.#queries
      .selectFrom('mcp_tasks')
      .select('record')
      .where('status', 'in', ['working', 'input_required'])
      .execute();
    return rows.flatMap(({ record }) => read(record) ?? []);
  }

  /** Removes what is kept no longer. */
  async prune(now: number): Promise<void> {
    await this.#queries.deleteFrom('mcp_tasks').where('expires_at', '<=', now).execute();
  }

  get #queries() {
    return this.#database.queries<McpTables>();
  }
}

/** A row that cannot be read is as if it were not there. */
function read(text: string): TaskRecord | undefined {
  try {
    const value = parseJsonText(text, bounds);
    // Only this store writes the column.
    return isJsonObject(value) ? (value as unknown as TaskRecord) : undefined;
  } catch {
    return undefined;
  }
}
