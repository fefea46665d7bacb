import { type WebhookDefinition, webhookBody } from '@signalbox/api';
import { levels, SignalboxError, type StandIn } from '@signalbox/sdk';
import { z } from 'zod';
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

const standIn = z.object({
  kind: z.enum(['user', 'service']),
  id: z.string(),
  org: z.string(),
  level: z.enum(levels),
  scopes: z.array(z.string()).exactOptional(),
  client: z.string().exactOptional(),
});

/** Reads a row. Errors: `store_corrupt`. */
export function readWebhook(row: WebhookRow): Webhook {
  try {
    const runAs = standIn.parse(JSON.parse(row.run_as));
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
