import type { SafeFetcher } from '@signalbox/safe-fetch';
import {
  type Clock,
  type Directory,
  isSignalboxError,
  type Log,
  principalOfStandIn,
  taskInterface,
} from '@signalbox/sdk';
import { type Origin, originHeader } from '../origin.ts';
import type { Secrets } from '../secrets.ts';
import type { WebhookSettings } from '../settings.ts';
import { standardHeaders } from '../standard-signature.ts';
import type { DeliveryStore } from '../store/delivery-store.ts';
import type { WebhookStore } from '../store/webhook-store.ts';
import type { DeliveryRow } from '../store/webhook-tables.ts';
import { isOutgoing, type Outgoing, type Webhook } from '../webhook.ts';
import { findSubject, type SubjectParts } from './find-subject.ts';
import { makeBody } from './make-body.ts';
import { waitAfter } from './next-try.ts';

/** What deliveries are sent with. */
export interface SendParts extends SubjectParts {
  readonly settings: WebhookSettings;
  readonly clock: Clock;
  readonly log: Log;
  readonly webhooks: WebhookStore;
  readonly deliveries: DeliveryStore;
  readonly secrets: Secrets;
  readonly origin: Origin;
  readonly fetcher: SafeFetcher;
  readonly directory: () => Directory | undefined;
  /** A number from 0 to below 1. */
  readonly random: () => number;
  readonly userAgent: string;
  /** Told when the hub has disabled a webhook by itself. */
  readonly onDisabled: (webhook: Webhook, reason: string) => void;
}

/** How a try ended: the status of the answer, or in words why there was none. */
interface Answer {
  readonly status?: number;
  readonly problem?: string;
}

/** Sends what this node holds, once; whatever comes of it is written down. Errors: those of the store. */
export async function sendDelivery(parts: SendParts, held: DeliveryRow, signal: AbortSignal): Promise<void> {
  const webhook = await parts.webhooks.find(held.org, held.webhook);
  if (!webhook || !isOutgoing(webhook)) return parts.deliveries.forget(held);
  if (webhook.row.status === 'disabled') return drop(parts, held, 'the webhook is disabled');
  const body = await prepare(parts, webhook, held);
  if (body === undefined) return;
  const answer = await post(parts, webhook, { held, body, signal });
  if (!answer) return void (await parts.deliveries.write(held, { lease_until: 0 }));
  await writeDown(parts, webhook, held, answer);
}

/** What is told, once it is decided that it still may be; undefined when it is not. */
async function prepare(
  parts: SendParts,
  webhook: Webhook<Outgoing>,
  held: DeliveryRow,
): Promise<string | undefined> {
  const { deliveries, settings, directory } = parts;
  const principal = await principalOfStandIn(directory(), webhook.runAs, webhook.row.id);
  if (!principal) {
    await disable(parts, webhook, 'whoever made it is not there, or not active, any more');
    return undefined;
  }
  const viewer = { principal, interface: taskInterface };
  const found = await findSubject(parts, viewer, webhook.definition, held);
  if ('dropped' in found) await drop(parts, held, found.dropped);
  else if ('isUnwanted' in found) await deliveries.forget(held);
  else {
    const body = held.body ?? makeBody(held, found.subject, webhook.definition, settings.maxBodyBytes);
    // Also finds out whether it is still held: what another node has is not sent here.
    if (await deliveries.write(held, { body })) return body;
  }
  return undefined;
}

/** Makes the request; undefined when the hub is stopping, which is nothing the receiver can be blamed for. */
async function post(
  { fetcher, secrets, origin, clock, settings, userAgent }: SendParts,
  webhook: Webhook<Outgoing>,
  {
    held,
    body: text,
    signal,
  }: { readonly held: DeliveryRow; readonly body: string; readonly signal: AbortSignal },
): Promise<Answer | undefined> {
  const body = Buffer.from(text, 'utf8');
  const now = clock.now();
  try {
    const keys = await secrets.keysOf(webhook, now);
    const response = await fetcher.fetch(webhook.definition.url, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'user-agent': userAgent,
        [originHeader]: await origin.mark(),
        ...standardHeaders(keys, held.message, now, body),
      },
      body,
      signal,
      timeoutMs: settings.timeoutMs,
    });
    // Nothing a receiver says is wanted but its status.
    response.cancel();
    return { status: response.status };
  } catch (error) {
    if (signal.aborted) return undefined;
    if (isSignalboxError(error)) return { problem: error.message };
    throw error;
  }
}

async function writeDown(
  parts: SendParts,
  webhook: Webhook<Outgoing>,
  held: DeliveryRow,
  { status, problem }: Answer,
): Promise<void> {
  const { clock, deliveries, webhooks, random } = parts;
  const now = clock.now();
  const tries = held.tries + 1;
  const tried = { tries, tried_at: now, answer: status ?? null, lease_until: 0 };
  if (status !== undefined && status >= 200 && status < 300) {
    await deliveries.write(held, { ...tried, status: 'delivered', reason: null, next_at: null });
    await webhooks.noteDelivery(webhook.row);
    return;
  }
  const reason = problem ?? `the receiver answered ${status}`;
  const waitMs = waitAfter(tries, random());
  const isHeld = await deliveries.write(held, {
    ...tried,
    reason,
    ...(waitMs === undefined ? { status: 'failed', next_at: null } : { next_at: now + waitMs }),
  });
  if (!isHeld) return;
  if (status === 410) return disable(parts, webhook, 'the receiver answered 410: it wants no more');
  await noteFailure(parts, webhook, now, reason);
}

const dayMs = 86_400_000;
/** Tries are at most half a day apart; who has heard nothing for so long may have been well. */
const quietMs = 2 * dayMs;

async function noteFailure(parts: SendParts, { row }: Webhook, now: number, reason: string): Promise<void> {
  const { webhooks, settings } = parts;
  await webhooks.noteFailure(row, now, quietMs);
  // As it is by now: another delivery may have been taken meanwhile.
  const webhook = await webhooks.find(row.org, row.id);
  const days = settings.disableAfterDays;
  if (!webhook || now - (webhook.row.failing_since ?? now) < days * dayMs) return;
  await disable(parts, webhook, `nothing could be delivered for ${days} days; the last time ${reason}`);
}

async function disable(parts: SendParts, webhook: Webhook, reason: string): Promise<void> {
  const { webhooks, deliveries, clock, log } = parts;
  const { org, id, name } = webhook.row;
  if (!(await webhooks.disable(webhook.row, reason, clock.now()))) return;
  await deliveries.dropWaiting(org, id, 'the webhook was disabled');
  log.warn('a webhook was disabled', { webhook: name, reason });
  parts.onDisabled(webhook, reason);
}

async function drop({ deliveries }: SendParts, held: DeliveryRow, reason: string): Promise<void> {
  await deliveries.write(held, { status: 'dropped', reason, next_at: null, lease_until: 0 });
}
