import { SignalboxError, type Viewer } from '@signalbox/sdk';
import type { Core } from '../core.ts';
import { makeSecret } from '../secrets.ts';
import type { WebhookUpdate } from '../store/webhook-store.ts';
import type { Webhook } from '../webhook.ts';
import { requireUsable } from './add-webhook.ts';
import { openWebhook } from './open-webhook.ts';

/** Disables a webhook, with what it had to tell, or goes on with one. Errors: `not_found`. */
export async function changeWebhook(
  core: Core,
  viewer: Viewer,
  named: string,
  status: 'active' | 'disabled',
): Promise<Webhook> {
  const webhook = await openWebhook(core, viewer, named);
  const { row } = webhook;
  if (row.status === status) return webhook;
  const { kind, id } = viewer.principal;
  const reason = status === 'disabled' ? `disabled by ${kind} ${id}` : null;
  const written = await write(core, webhook, {
    status,
    status_reason: reason,
    failing_since: null,
    failed_at: null,
  });
  if (status === 'disabled') await core.deliveries.dropWaiting(row.org, row.id, 'the webhook was disabled');
  return written;
}

/**
 * Gives a webhook another secret; the one from before is good as long as it is said. Errors: `not_found`, `invalid_params` for a secret of
 * one's own where the hub signs, or that its scheme cannot sign with.
 */
export async function rotateWebhook(
  core: Core,
  viewer: Viewer,
  named: string,
  { overlapMs, secret: given }: { readonly overlapMs: number; readonly secret: string | undefined },
): Promise<{ readonly webhook: Webhook; readonly secret: string }> {
  const webhook = await openWebhook(core, viewer, named);
  const { row, definition } = webhook;
  if (given !== undefined && definition.direction === 'out')
    throw new SignalboxError('invalid_params', 'the secret of a webhook that goes out is made by the hub');
  const secret = given ?? makeSecret(core.randomBytes(32));
  requireUsable(secret, definition.direction === 'in' ? definition.scheme : 'standard');
  const written = await write(core, webhook, {
    secret: await core.secrets.seal(row.org, row.id, secret),
    old_secret: overlapMs > 0 ? row.secret : null,
    old_until: overlapMs > 0 ? core.clock.now() + overlapMs : null,
  });
  return { webhook: written, secret };
}

/** Removes a webhook with everything of it. Errors: `not_found`. */
export async function removeWebhook(core: Core, viewer: Viewer, named: string): Promise<Webhook> {
  const webhook = await openWebhook(core, viewer, named);
  await core.webhooks.remove(webhook.row);
  return webhook;
}

async function write({ webhooks, clock }: Core, webhook: Webhook, set: WebhookUpdate): Promise<Webhook> {
  const change = { ...set, updated_at: clock.now() };
  if (await webhooks.update(webhook.row, change)) return { ...webhook, row: { ...webhook.row, ...change } };
  throw new SignalboxError('not_found', `the webhook "${webhook.row.name}" was removed in the meantime`);
}
