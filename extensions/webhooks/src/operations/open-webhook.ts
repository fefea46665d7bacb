import { SignalboxError, type Viewer } from '@signalbox/sdk';
import { mayManage, schedulerOf } from '../access.ts';
import type { Core } from '../core.ts';
import type { Webhook } from '../webhook.ts';

/** The webhook somebody named, who may manage it. Errors: `not_found`, also for what is of others; those of rights. */
export async function openWebhook(core: Core, viewer: Viewer, named: string): Promise<Webhook> {
  schedulerOf(core).requirePermission(viewer, 'tasks:run');
  const webhook = await core.webhooks.find(viewer.principal.org, named);
  if (webhook && mayManage(core, viewer, webhook)) return webhook;
  throw new SignalboxError(
    'not_found',
    `there is no webhook "${named.slice(0, 64)}" of yours; "signalbox webhook ls" lists them`,
  );
}
