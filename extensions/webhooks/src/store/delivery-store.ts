import type { Database } from '@signalbox/store';
import { type Kysely, sql } from 'kysely';
import type { DeliveryRow, WebhookTables } from './webhook-tables.ts';

/** Names a delivery, and who holds it: what is written under an older epoch changes nothing. */
export type DeliveryHold = Pick<DeliveryRow, 'org' | 'webhook' | 'message' | 'lease_epoch'>;

/** What of a delivery is written by who holds it. */
export type DeliveryUpdate = Partial<
  Pick<
    DeliveryRow,
    'status' | 'reason' | 'body' | 'tries' | 'next_at' | 'tried_at' | 'answer' | 'lease_until'
  >
>;

/** Keeps what webhooks have to tell. A node that sends something holds it by a lease, so that no other sends it, too. */
export class DeliveryStore {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  async insert(row: DeliveryRow): Promise<void> {
    await this.#rows.insertInto('webhook_deliveries').values(row).execute();
  }

  /** Those that are due and nobody holds, the longest due first, but of the webhooks and organizations named. */
  async due(
    now: number,
    { webhooks, orgs }: { readonly webhooks: readonly string[]; readonly orgs: readonly string[] },
    limit: number,
  ): Promise<readonly DeliveryRow[]> {
    let query = this.#rows
      .selectFrom('webhook_deliveries')
      .selectAll()
      .where('next_at', '<=', now)
      .where('lease_until', '<=', now);
    if (webhooks.length > 0) query = query.where('webhook', 'not in', [...webhooks]);
    if (orgs.length > 0) query = query.where('org', 'not in', [...orgs]);
    return query.orderBy('next_at').limit(limit).execute();
  }

  /** When the next is due that nobody holds. */
  async nextDueAt(): Promise<number | undefined> {
    const row = await this.#rows
      .selectFrom('webhook_deliveries')
      .select('next_at')
      .where('next_at', 'is not', null)
      .where('lease_until', '=', 0)
      .orderBy('next_at')
      .limit(1)
      .executeTakeFirst();
    return row?.next_at ?? undefined;
  }

  /** Takes hold of one; undefined when somebody else has. */
  async claim(row: DeliveryRow, now: number, leaseMs: number): Promise<DeliveryRow | undefined> {
    const held = { lease_epoch: row.lease_epoch + 1, lease_until: now + leaseMs };
    const { numUpdatedRows } = await this.#one(row)
      .set(held)
      .where('lease_until', '<=', now)
      .where('next_at', 'is not', null)
      .executeTakeFirst();
    return numUpdatedRows === 1n ? { ...row, ...held } : undefined;
  }

  /** Writes for who holds it; false when they do not hold it any more. */
  async write(hold: DeliveryHold, set: DeliveryUpdate): Promise<boolean> {
    const { numUpdatedRows } = await this.#one(hold).set(set).executeTakeFirst();
    return numUpdatedRows === 1n;
  }

  /** Forgets one that is not to be told after all. */
  async forget({ org, webhook, message, lease_epoch: epoch }: DeliveryHold): Promise<void> {
    await this.#rows
      .deleteFrom('webhook_deliveries')
      .where('org', '=', org)
      .where('webhook', '=', webhook)
      .where('message', '=', message)
      .where('lease_epoch', '=', epoch)
      .execute();
  }

  async find(org: string, webhook: string, message: string): Promise<DeliveryRow | undefined> {
    return this.#of(org, webhook).where('message', '=', message).executeTakeFirst();
  }

  /** Newest first. */
  async list(
    org: string,
    webhook: string,
    {
      status,
      before,
      limit,
    }: {
      readonly status: DeliveryRow['status'] | undefined;
      readonly before: string | undefined;
      readonly limit: number;
    },
  ): Promise<readonly DeliveryRow[]> {
    let query = this.#of(org, webhook);
    if (status !== undefined) query = query.where('status', '=', status);
    if (before !== undefined) query = query.where('message', '<', before);
    return query.orderBy('message', 'desc').limit(limit).execute();
  }

  /** Makes one due now, whatever became of it; false when it is being sent. */
  async sendAgain(row: DeliveryRow, now: number): Promise<boolean> {
    const { numUpdatedRows } = await this.#one(row)
      .set({ status: 'waiting', reason: null, tries: 0, next_at: now, lease_until: 0 })
      .where('lease_until', '<=', now)
      .executeTakeFirst();
    return numUpdatedRows === 1n;
  }

  /** What waits of a webhook that is disabled is not sent. */
  async dropWaiting(org: string, webhook: string, reason: string): Promise<void> {
    await this.#rows
      .updateTable('webhook_deliveries')
      .set({ status: 'dropped', reason, next_at: null, lease_until: 0, lease_epoch: sql`lease_epoch + 1` })
      .where('org', '=', org)
      .where('webhook', '=', webhook)
      .where('next_at', 'is not', null)
      .execute();
  }

  /** Lets go of everything: on a store of one process, whoever held something is gone. */
  async releaseAll(): Promise<void> {
    await this.#rows
      .updateTable('webhook_deliveries')
      .set({ lease_until: 0 })
      .where('next_at', 'is not', null)
      .where('lease_until', '>', 0)
      .execute();
  }

  /** Removes what is over and older than an instant. */
  async tidy(before: number): Promise<void> {
    await this.#rows
      .deleteFrom('webhook_deliveries')
      .where('at', '<', before)
      .where('next_at', 'is', null)
      .execute();
  }

  #one({ org, webhook, message, lease_epoch: epoch }: DeliveryHold) {
    return this.#rows
      .updateTable('webhook_deliveries')
      .where('org', '=', org)
      .where('webhook', '=', webhook)
      .where('message', '=', message)
      .where('lease_epoch', '=', epoch);
  }

  #of(org: string, webhook: string) {
    return this.#rows
      .selectFrom('webhook_deliveries')
      .selectAll()
      .where('org', '=', org)
      .where('webhook', '=', webhook);
  }

  get #rows(): Kysely<WebhookTables> {
    return this.#database.queries<WebhookTables>();
  }
}
