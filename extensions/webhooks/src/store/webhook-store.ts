import { type Database, storeStep } from '@signalbox/store';
import { type Kysely, sql } from 'kysely';
import { readWebhook, type Webhook } from '../webhook.ts';
import type { WantRow, WebhookRow, WebhookTables } from './webhook-tables.ts';

/** What of a webhook is written. */
export type WebhookUpdate = Partial<
  Pick<
    WebhookRow,
    | 'status'
    | 'status_reason'
    | 'secret'
    | 'old_secret'
    | 'old_until'
    | 'failing_since'
    | 'failed_at'
    | 'updated_at'
  >
>;

/** Keeps webhooks. */
export class WebhookStore {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  async insert(row: WebhookRow, wants: readonly Pick<WantRow, 'kind' | 'task'>[]): Promise<void> {
    const { org, id: webhook } = row;
    await this.#database.together([
      storeStep(this.#rows.insertInto('webhooks').values(row)),
      ...wants.map((want) =>
        storeStep(
          this.#rows
            .insertInto('webhook_wants')
            .values({ org, webhook, ...want })
            .onConflict((conflict) => conflict.doNothing()),
        ),
      ),
    ]);
  }

  /** By its id or its name. */
  async find(org: string, named: string): Promise<Webhook | undefined> {
    const row = await this.#rows
      .selectFrom('webhooks')
      .selectAll()
      .where('org', '=', org)
      .where((where) => where.or([where('id', '=', named), where('name', '=', named)]))
      .orderBy('created_at')
      .executeTakeFirst();
    return row && readWebhook(row);
  }

  /** By its id, in whatever organization. */
  async findAnywhere(id: string): Promise<Webhook | undefined> {
    const row = await this.#rows.selectFrom('webhooks').selectAll().where('id', '=', id).executeTakeFirst();
    return row && readWebhook(row);
  }

  /** Newest first; those of one who made them, or all. */
  async list(
    org: string,
    {
      by,
      before,
      limit,
    }: {
      readonly by: { readonly kind: string; readonly id: string } | undefined;
      readonly before: string | undefined;
      readonly limit: number;
    },
  ): Promise<readonly Webhook[]> {
    let query = this.#rows.selectFrom('webhooks').selectAll().where('org', '=', org);
    if (by) query = query.where('created_kind', '=', by.kind).where('created_by', '=', by.id);
    if (before !== undefined) query = query.where('id', '<', before);
    return (await query.orderBy('id', 'desc').limit(limit).execute()).map(readWebhook);
  }

  async count(org: string): Promise<number> {
    const row = await this.#rows
      .selectFrom('webhooks')
      .select((select) => select.fn.countAll<number>().as('count'))
      .where('org', '=', org)
      .executeTakeFirst();
    return row?.count ?? 0;
  }

  /** True when it was there. */
  async update({ org, id }: WebhookRow, set: WebhookUpdate): Promise<boolean> {
    const { numUpdatedRows } = await this.#rows
      .updateTable('webhooks')
      .set(set)
      .where('org', '=', org)
      .where('id', '=', id)
      .executeTakeFirst();
    return numUpdatedRows === 1n;
  }

  /** Disables one that is active; false when it was not. */
  async disable({ org, id }: WebhookRow, reason: string, now: number): Promise<boolean> {
    const { numUpdatedRows } = await this.#rows
      .updateTable('webhooks')
      .set({ status: 'disabled', status_reason: reason, updated_at: now })
      .where('org', '=', org)
      .where('id', '=', id)
      .where('status', '=', 'active')
      .executeTakeFirst();
    return numUpdatedRows === 1n;
  }

  /**
   * Notes a failure: nothing can be delivered since the first that no delivery has followed. After a quiet longer than `quietMs` nobody
   * knows how the receiver was meanwhile, and it counts from now.
   */
  async noteFailure({ org, id }: WebhookRow, now: number, quietMs: number): Promise<void> {
    await this.#rows
      .updateTable('webhooks')
      .set((set) => ({
        failing_since: set
          .case()
          .when('failed_at', '>=', now - quietMs)
          .then(set.fn.coalesce('failing_since', sql<number>`cast(${now} as bigint)`))
          .else(sql<number>`cast(${now} as bigint)`)
          .end(),
        failed_at: now,
      }))
      .where('org', '=', org)
      .where('id', '=', id)
      .execute();
  }

  /** Takes it back after a delivery, whoever has noted a failure meanwhile. */
  async noteDelivery({ org, id }: WebhookRow): Promise<void> {
    await this.#rows
      .updateTable('webhooks')
      .set({ failing_since: null, failed_at: null })
      .where('org', '=', org)
      .where('id', '=', id)
      .where('failed_at', 'is not', null)
      .execute();
  }

  /** Removes it with what it tells of and had to tell. */
  async remove({ org, id }: WebhookRow): Promise<void> {
    await this.#database.together([
      storeStep(this.#rows.deleteFrom('webhooks').where('org', '=', org).where('id', '=', id)),
      storeStep(this.#rows.deleteFrom('webhook_wants').where('org', '=', org).where('webhook', '=', id)),
      storeStep(this.#rows.deleteFrom('webhook_deliveries').where('org', '=', org).where('webhook', '=', id)),
    ]);
  }

  async removeOrganization(org: string): Promise<void> {
    await this.#database.together(
      (['webhooks', 'webhook_wants', 'webhook_deliveries'] as const).map((table) =>
        storeStep(this.#rows.deleteFrom(table).where('org', '=', org)),
      ),
    );
  }

  get #rows(): Kysely<WebhookTables> {
    return this.#database.queries<WebhookTables>();
  }
}
