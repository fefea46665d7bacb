import { type WebhookDefinition, webhookBody } from '@signalbox/api';
import { SignalboxError, type StandIn, standInKept } from '@signalbox/sdk';
import type { WebhookRow } from './store/webhook-tables.ts';

/** What a webhook that comes in does. */
export type Incoming = Extract<WebhookDefinition, { direction: 'in' }>;
/** What a webhook that goes out tells, and where. */
export type Outgoing = Extract<WebhookDefinition, { direction: 'out' }>;

/** A webhook as it stands. */
export interface Webhook<Definition extends WebhookDefinition = WebhookDefinition> {
  readonly row: WebhookRow;
  readonly definition: Definition;
  readonly runAs: StandIn;
}

/** Reads a row. Errors: `store_corrupt`. */
export function readWebhook(row: WebhookRow): Webhook {
  try {
    const runAs = standInKept.parse(JSON.parse(row.run_as));
    return { row, definition: webhookBody.parse(JSON.parse(row.definition)), runAs };
  } catch (cause) {
    throw new SignalboxError('store_corrupt', `the webhook ${row.id} cannot be read; remove it`, { cause });
  }
}

/** True for one that comes in. */
export function isIncoming(webhook: Webhook): webhook is Webhook<Incoming> {
  return webhook.definition.direction === 'in';
}

/** True for one that goes out. */
export function isOutgoing(webhook: Webhook): webhook is Webhook<Outgoing> {
  return webhook.definition.direction === 'out';
}
