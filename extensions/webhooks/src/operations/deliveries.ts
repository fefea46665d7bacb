import { SignalboxError, type Viewer } from '@signalbox/sdk';
import type { Core } from '../core.ts';
import type { DeliveryRow } from '../store/webhook-tables.ts';
import { isOutgoing, type Outgoing, type Webhook } from '../webhook.ts';
import { openWebhook } from './open-webhook.ts';

/** Which deliveries. */
export type DeliverySelection = Parameters<Core['deliveries']['list']>[2];

/** What a webhook had to tell, newest first. Errors: `not_found`, `conflict` for one that comes in. */
export async function listDeliveries(
  core: Core,
  viewer: Viewer,
  named: string,
  selection: DeliverySelection,
): Promise<readonly DeliveryRow[]> {
  const { row } = await openOutgoing(core, viewer, named);
  return core.deliveries.list(row.org, row.id, selection);
}

/** Sends something again under the same id. Errors: `not_found`, `conflict` while it is being sent, or for a webhook that is disabled. */
export async function redeliver(
  core: Core,
  viewer: Viewer,
  named: string,
  message: string,
): Promise<DeliveryRow> {
  const { row } = await openOutgoing(core, viewer, named);
  if (row.status === 'disabled')
    throw new SignalboxError('conflict', `the webhook "${row.name}" is disabled; go on with it first`);
  const found = await findDelivery(core, row, message);
  if (!(await core.deliveries.sendAgain(found, core.clock.now())))
    throw new SignalboxError('conflict', 'it is being sent at this moment; look at it again');
  core.crew.wake();
  return findDelivery(core, row, message);
}

/** A delivery that is there. Errors: `not_found`. */
export async function findDelivery(
  { deliveries }: Core,
  { org, id }: Webhook['row'],
  message: string,
): Promise<DeliveryRow> {
  const found = await deliveries.find(org, id, message);
  if (found) return found;
  throw new SignalboxError(
    'not_found',
    `this webhook had nothing "${message.slice(0, 64)}" to tell; what is long over is not kept`,
  );
}

async function openOutgoing(core: Core, viewer: Viewer, named: string): Promise<Webhook<Outgoing>> {
  const webhook = await openWebhook(core, viewer, named);
  if (isOutgoing(webhook)) return webhook;
  throw new SignalboxError(
    'conflict',
    `the webhook "${webhook.row.name}" comes in; what it told is in the list of events`,
  );
}
