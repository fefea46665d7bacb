import { parseJsonText } from '@signalbox/protocol';
import { isJsonObject, type Principal } from '@signalbox/sdk';
import type { Database } from '@signalbox/store';
import { principalKey } from '../serve/principal-key.ts';
import type { TaskRecord } from './task-record.ts';
import type { McpTables } from './task-table.ts';

// A record holds a result, and results are bounded where they come in; only what this store wrote is read here.
const bounds = { maxDepth: 1_024, maxNodes: 100_000_000 };
const trimmedAtOnce = 100;
const running = ['working', 'input_required'];

/** Some of the tasks of a principal; `last` is where to go on. */
export interface TaskPage {
  readonly records: readonly TaskRecord[];
  readonly last: string | undefined;
}

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
      .values({ org: principal.org, id, owner: principalKey(principal), created_at: createdAt, ...changing })
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
      .where('owner', '=', principalKey(principal))
      .executeTakeFirst();
    return row && read(row.record);
  }

  /** Tasks of a principal that are still kept, oldest first, after the one named. */
  async list(
    principal: Principal,
    { now, after, limit }: { now: number; after: string | undefined; limit: number },
  ): Promise<TaskPage> {
    let select = this.#queries
      .selectFrom('mcp_tasks')
      .select(['id', 'record'])
      .where('org', '=', principal.org)
      .where('owner', '=', principalKey(principal))
      .where('expires_at', '>', now);
    if (after !== undefined) select = select.where('id', '>', after);
    // Ids are made in the order of time.
    const rows = await select
      .orderBy('id')
      .limit(limit + 1)
      .execute();
    const page = rows.slice(0, limit);
    return {
      records: page.flatMap(({ record }) => read(record) ?? []),
      last: rows.length > limit ? page.at(-1)?.id : undefined,
    };
  }

  /** Removes the oldest ended tasks of a principal but for so many. */
  async trim(principal: Principal, keep: number): Promise<void> {
    const ended = this.#queries
      .selectFrom('mcp_tasks')
      .select('id')
      .where('org', '=', principal.org)
      .where('owner', '=', principalKey(principal))
      .where('status', 'not in', running)
      .orderBy('created_at', 'desc')
      .orderBy('id', 'desc');
    const rows = await ended.offset(keep).limit(trimmedAtOnce).execute();
    const ids = rows.map(({ id }) => id);
    if (ids.length === 0) return;
    await this.#queries
      .deleteFrom('mcp_tasks')
      .where('org', '=', principal.org)
      .where('id', 'in', ids)
      .execute();
  }

  /** Every task that had not ended. */
  async unfinished(): Promise<readonly TaskRecord[]> {
    const rows = await this.#queries
      .selectFrom('mcp_tasks')
      .select('record')
      .where('status', 'in', running)
      .execute();
    return rows.flatMap(({ record }) => read(record) ?? []);
  }

  /** Removes every task of an organization. */
  async removeOrganization(org: string): Promise<void> {
    await this.#queries.deleteFrom('mcp_tasks').where('org', '=', org).execute();
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
