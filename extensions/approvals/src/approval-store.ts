import type { JsonObject, SecretVault } from '@signalbox/sdk';
import type { Database } from '@signalbox/store';
import type { ApprovalRecord, ApprovalState } from './approval-record.ts';
import type { ApprovalRow, ApprovalTables } from './approval-tables.ts';

/** Which approvals are listed. */
export interface ApprovalQuery {
  readonly org: string;
  readonly state?: ApprovalState | undefined;
  readonly before?: string | undefined;
  readonly limit: number;
}

/** An answer to an approval. */
export interface ApprovalAnswer {
  readonly state: 'approved' | 'refused';
  readonly by: string;
  readonly reason?: string | undefined;
}

/** Keeps approvals over a restart. Every change of state is one compare-and-set, so each happens once on all nodes. */
export class ApprovalStore {
  readonly #database: Database;
  readonly #vault: SecretVault;

  constructor(database: Database, vault: SecretVault) {
    this.#database = database;
    this.#vault = vault;
  }

  async add(record: ApprovalRecord, args: JsonObject): Promise<void> {
    const sealed = await this.#vault.seal(placeOf(record), JSON.stringify(args));
    await this.#queries.insertInto('approvals').values(toRow(record, sealed)).execute();
  }

  async find(org: string, id: string): Promise<ApprovalRecord | undefined> {
    const row = await this.#rows(org).where('id', '=', id).executeTakeFirst();
    return row && fromRow(row);
  }

  /** The arguments a call would be made with. Errors: `store_corrupt`. */
  async argumentsOf({ org, id }: Pick<ApprovalRecord, 'org' | 'id'>): Promise<JsonObject> {
    const row = await this.#rows(org).where('id', '=', id).executeTakeFirstOrThrow();
    // Only add() writes the column.
    return JSON.parse(await this.#vault.open(placeOf({ org, id }), row.sealed_args)) as JsonObject;
  }

  /** Those that are bound to this, in these states and not too old, newest first. */
  async findBound(
    { org, key, states }: { org: string; key: string; states: readonly ApprovalState[] },
    now: number,
  ): Promise<readonly ApprovalRecord[]> {
    const rows = await this.#rows(org)
      .where('bound', '=', key)
      .where('state', 'in', states)
      .where('expires_at', '>', now)
      .orderBy('id', 'desc')
      .execute();
    return rows.map(fromRow);
  }

  /** How many wait in an organization, and of one requester. */
  async countPending(org: string, requester: string, now: number): Promise<{ all: number; own: number }> {
    const rows = await this.#queries
      .selectFrom('approvals')
      .select(['requester', (select) => select.fn.countAll<number>().as('count')])
      .where('org', '=', org)
      .where('state', '=', 'pending')
      .where('expires_at', '>', now)
      .groupBy('requester')
      .execute();
    const counts = new Map(rows.map((row) => [row.requester, row.count]));
    return {
      all: [...counts.values()].reduce((sum, each) => sum + each, 0),
      own: counts.get(requester) ?? 0,
    };
  }

  /** Those that wait, oldest first. */
  async listPending(org: string, now: number, limit: number): Promise<readonly ApprovalRecord[]> {
    const rows = await this.#rows(org)
      .where('state', '=', 'pending')
      .where('expires_at', '>', now)
      .orderBy('id')
      .limit(limit)
      .execute();
    return rows.map(fromRow);
  }

  async list({ org, state, before, limit }: ApprovalQuery): Promise<readonly ApprovalRecord[]> {
    let select = this.#rows(org);
    if (state !== undefined) select = select.where('state', '=', state);
    if (before !== undefined) select = select.where('id', '<', before);
    return (await select.orderBy('id', 'desc').limit(limit).execute()).map(fromRow);
  }

  /** Answers one that waits; false when it waits no more. */
  async answer(
    org: string,
    id: string,
    { state, by, reason }: ApprovalAnswer,
    now: number,
  ): Promise<boolean> {
    const { numUpdatedRows } = await this.#queries
      .updateTable('approvals')
      .set({ state, answered_by: by, answered_at: now, reason: reason ?? null })
      .where('org', '=', org)
      .where('id', '=', id)
      .where('state', '=', 'pending')
      .where('expires_at', '>', now)
      .executeTakeFirst();
    return numUpdatedRows === 1n;
  }

  /** Uses an approval; false when another call has, or it is too old. */
  async use(org: string, id: string, now: number): Promise<boolean> {
    const { numUpdatedRows } = await this.#queries
      .updateTable('approvals')
      .set({ state: 'used' })
      .where('org', '=', org)
      .where('id', '=', id)
      .where('state', '=', 'approved')
      .where('expires_at', '>', now)
      .executeTakeFirst();
    return numUpdatedRows === 1n;
  }

  /** Lets a call that was made go on once with its approval; what was given before is worth nothing. */
  async letContinue(org: string, id: string, hash: string): Promise<void> {
    await this.#queries
      .updateTable('approvals')
      .set({ continuation: hash })
      .where('org', '=', org)
      .where('id', '=', id)
      .where('state', '=', 'used')
      .execute();
  }

  /** Goes on with the approval of a call that was made; false when somebody has, when it is another call, or too late. */
  async goOn(
    { org, id, key, hash }: { org: string; id: string; key: string; hash: string },
    now: number,
  ): Promise<boolean> {
    const { numUpdatedRows } = await this.#queries
      .updateTable('approvals')
      .set({ continuation: null })
      .where('org', '=', org)
      .where('id', '=', id)
      .where('bound', '=', key)
      .where('state', '=', 'used')
      .where('continuation', '=', hash)
      .where('expires_at', '>', now)
      .executeTakeFirst();
    return numUpdatedRows === 1n;
  }

  /** Removes every approval of an organization. */
  async removeOrganization(org: string): Promise<void> {
    await this.#queries.deleteFrom('approvals').where('org', '=', org).execute();
  }

  /** Marks what nobody answered or used in time, and removes what is kept no longer. */
  async tidy(now: number, keepMs: number): Promise<void> {
    await this.#queries
      .updateTable('approvals')
      .set({ state: 'expired' })
      .where('state', 'in', ['pending', 'approved'])
      .where('expires_at', '<=', now)
      .execute();
    await this.#queries
      .deleteFrom('approvals')
      .where('expires_at', '<=', now - keepMs)
      .execute();
  }

  #rows(org: string) {
    return this.#queries.selectFrom('approvals').selectAll().where('org', '=', org);
  }

  get #queries() {
    return this.#database.queries<ApprovalTables>();
  }
}

function placeOf({ org, id }: Pick<ApprovalRecord, 'org' | 'id'>) {
  return { org, owner: 'approvals', name: id };
}

function toRow(record: ApprovalRecord, sealedArgs: string): ApprovalRow {
  const [requester] = record.chain;
  return {
    org: record.org,
    id: record.id,
    bound: record.key,
    state: record.state,
    requester: `${requester?.kind} ${requester?.id}`,
    chain: JSON.stringify(record.chain),
    interface: record.interface,
    kind: record.kind,
    target: record.target,
    source: record.source,
    original_name: record.originalName,
    rules: JSON.stringify(record.rules),
    policy_version: record.policyVersion,
    sealed_args: sealedArgs,
    created_at: record.createdAt,
    expires_at: record.expiresAt,
    answered_by: null,
    answered_at: null,
    reason: null,
    continuation: null,
  };
}

function fromRow(row: ApprovalRow): ApprovalRecord {
  return {
    org: row.org,
    id: row.id,
    key: row.bound,
    // Only this store writes these columns.
    state: row.state as ApprovalState,
    chain: JSON.parse(row.chain) as ApprovalRecord['chain'],
    interface: row.interface,
    kind: row.kind,
    target: row.target,
    source: row.source,
    originalName: row.original_name,
    rules: JSON.parse(row.rules) as string[],
    policyVersion: row.policy_version,
    createdAt: row.created_at,
    expiresAt: row.expires_at,
    ...(row.answered_by === null ? {} : { answeredBy: row.answered_by }),
    ...(row.answered_at === null ? {} : { answeredAt: row.answered_at }),
    ...(row.reason === null ? {} : { reason: row.reason }),
  };
}
