import type { DeliveryItem, WebhookItem } from '@signalbox/api';
import { hookPath } from './in/hook-mount.ts';
import type { DeliveryRow } from './store/webhook-tables.ts';
import { isIncoming, isOutgoing, type Webhook } from './webhook.ts';

/** A webhook as answers have it. */
export function toWebhookItem(webhook: Webhook): WebhookItem {
  const { row, runAs } = webhook;
  const facts = {
    id: row.id,
    status: row.status,
    ...(row.status_reason === null ? {} : { status_reason: row.status_reason }),
    created_by: { kind: row.created_kind, id: row.created_by },
    run_as: { kind: runAs.kind, id: runAs.id },
    created_at: toInstant(row.created_at),
    updated_at: toInstant(row.updated_at),
    ...(row.old_until === null ? {} : { old_secret_until: toInstant(row.old_until) }),
  };
  if (isIncoming(webhook)) return { ...facts, ...webhook.definition, path: `${hookPath}${row.id}` };
  if (!isOutgoing(webhook)) throw new TypeError('a webhook of no direction');
  const failing = row.failing_since === null ? {} : { failing_since: toInstant(row.failing_since) };
  return { ...facts, ...webhook.definition, ...failing };
}

/** Something a webhook had to tell, as answers have it. */
export function toDeliveryItem(row: DeliveryRow): DeliveryItem {
  const { message, kind, about, status, reason, tries, answer, at, tried_at: tried, next_at: next } = row;
  return {
    id: message,
    type: kind,
    about,
    status,
    ...(reason === null ? {} : { reason }),
    tries,
    ...(answer === null ? {} : { answer }),
    at: toInstant(at),
    ...(tried === null ? {} : { tried_at: toInstant(tried) }),
    ...(next === null ? {} : { next_at: toInstant(next) }),
  };
}

function toInstant(ms: number): string {
  return new Date(ms).toISOString();
}
