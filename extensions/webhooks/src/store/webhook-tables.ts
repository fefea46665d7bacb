import type { Migration } from '@signalbox/store';

/** One webhook as stored. */
export interface WebhookRow {
  readonly org: string;
  readonly id: string;
  readonly name: string;
  readonly direction: 'in' | 'out';
  readonly status: 'active' | 'disabled';
  readonly status_reason: string | null;
  /** JSON, as the management API takes it. */
  readonly definition: string;
  readonly run_as: string;
  readonly created_kind: string;
  readonly created_by: string;
  /** Encrypted, as is the one from before. */
  readonly secret: string;
  readonly old_secret: string | null;
  readonly old_until: number | null;
  /** Of the first failure since the last delivery; begins anew after a long quiet. */
  readonly failing_since: number | null;
  /** Of the last failure. */
  readonly failed_at: number | null;
  readonly created_at: number;
  readonly updated_at: number;
}

/** What a webhook that goes out wants to be told of; `task` is empty for that of every task. */
export interface WantRow {
  readonly org: string;
  readonly kind: string;
  readonly task: string;
  readonly webhook: string;
}

/** Something a webhook has to tell, and how far that has come. */
export interface DeliveryRow {
  readonly org: string;
  readonly webhook: string;
  /** The same for every webhook that tells it, and for every try. */
  readonly message: string;
  readonly kind: string;
  readonly about: string;
  readonly detail: string | null;
  readonly at: number;
  readonly status: 'waiting' | 'delivered' | 'failed' | 'dropped';
  readonly reason: string | null;
  /** Made before the first try, so that every try has the same. */
  readonly body: string | null;
  readonly tries: number;
  readonly next_at: number | null;
  readonly tried_at: number | null;
  readonly answer: number | null;
  readonly lease_epoch: number;
  readonly lease_until: number;
}

/** The tables of webhooks as the query builder knows them. */
export interface WebhookTables {
  readonly webhooks: WebhookRow;
  readonly webhook_wants: WantRow;
  readonly webhook_deliveries: DeliveryRow;
}

const webhooks = `create table webhooks (
  org text not null,
  id text not null,
  name text not null,
  direction text not null,
  status text not null,
  status_reason text,
  definition text not null,
  run_as text not null,
  created_kind text not null,
  created_by text not null,
  secret text not null,
  old_secret text,
  old_until bigint,
  failing_since bigint,
  created_at bigint not null,
  updated_at bigint not null,
  primary key (org, id)
)
;;
create unique index webhooks_id on webhooks (id)
;;
create unique index webhooks_name on webhooks (org, name)
;;
create table webhook_wants (
  org text not null,
  kind text not null,
  task text not null,
  webhook text not null,
  primary key (org, kind, task, webhook)
)`;

const deliveries = `create table webhook_deliveries (
  org text not null,
  webhook text not null,
  message text not null,
  kind text not null,
  about text not null,
  detail text,
  at bigint not null,
  status text not null,
  reason text,
  body text,
  tries bigint not null,
  next_at bigint,
  tried_at bigint,
  answer bigint,
  lease_epoch bigint not null,
  lease_until bigint not null,
  primary key (org, webhook, message)
)
;;
create index webhook_deliveries_due on webhook_deliveries (next_at) where next_at is not null
;;
create index webhook_deliveries_age on webhook_deliveries (at)`;

/** The schema of webhooks. */
export const webhookMigrations: readonly Migration[] = [
  { id: 1, name: 'webhooks and what they tell of', sql: webhooks },
  { id: 2, name: 'deliveries', sql: deliveries },
  {
    id: 3,
    name: 'webhooks know their last failure',
    sql: 'alter table webhooks add column failed_at bigint',
  },
];
