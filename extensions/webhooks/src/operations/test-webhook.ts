import { SignalboxError, type Viewer } from '@signalbox/sdk';
import type { Core } from '../core.ts';
import { receive } from '../in/receive.ts';
import { signSample } from '../in/sign-sample.ts';
import { sendDelivery } from '../out/send-delivery.ts';
import type { DeliveryRow } from '../store/webhook-tables.ts';
import { type Incoming, isIncoming, type Webhook } from '../webhook.ts';
import { findDelivery } from './deliveries.ts';
import { openWebhook } from './open-webhook.ts';

/** What a try came to. */
export interface Tried {
  readonly delivery?: DeliveryRow;
  readonly event?: { readonly id: string; readonly topic: string };
}

/**
 * Tries a webhook: one that goes out is sent `webhook.test` at once, one that comes in gets a request that is signed as its sender would,
 * and tells the event. Errors: `not_found`, `conflict` for one that is disabled, those of {@link receive}.
 */
export async function testWebhook(core: Core, viewer: Viewer, named: string): Promise<Tried> {
  const webhook = await openWebhook(core, viewer, named);
  if (webhook.row.status === 'disabled')
    throw new SignalboxError(
      'conflict',
      `the webhook "${webhook.row.name}" is disabled; go on with it first`,
    );
  return isIncoming(webhook) ? tryIn(core, webhook) : tryOut(core, webhook);
}

async function tryIn(core: Core, webhook: Webhook<Incoming>): Promise<Tried> {
  const { row, definition } = webhook;
  const nowMs = core.clock.now();
  const id = core.newId();
  const body = Buffer.from(JSON.stringify({ type: 'webhook.test', id }), 'utf8');
  const [key] = await core.secrets.keysOf(webhook, nowMs);
  if (!key) throw new SignalboxError('internal', 'a webhook without a secret');
  const headers = signSample(definition.scheme, key, { id, nowMs, body });
  const told = await receive(core, { id: row.id, headers, body, kind: 'json' });
  return 'event' in told ? { event: { id: told.event.id, topic: told.event.topic } } : {};
}

async function tryOut(core: Core, { row }: Webhook): Promise<Tried> {
  const now = core.clock.now();
  const held: DeliveryRow = {
    org: row.org,
    webhook: row.id,
    message: core.newId(),
    kind: 'webhook.test',
    about: row.id,
    detail: null,
    at: now,
    status: 'waiting',
    reason: null,
    body: null,
    tries: 0,
    next_at: now,
    tried_at: null,
    answer: null,
    lease_epoch: 1,
    lease_until: now + core.settings.timeoutMs * 4,
  };
  await core.deliveries.insert(held);
  await sendDelivery(core, held, new AbortController().signal);
  core.crew.wake();
  return { delivery: await findDelivery(core, row, held.message) };
}
