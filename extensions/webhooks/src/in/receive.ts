import { randomBytes } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import {
  type Clock,
  type Directory,
  isSignalboxError,
  type PublishedEvent,
  principalOfStandIn,
  type Scheduler,
  SignalboxError,
  taskInterface,
} from '@signalbox/sdk';
import { type Origin, originHeader } from '../origin.ts';
import type { Secrets } from '../secrets.ts';
import type { WebhookSettings } from '../settings.ts';
import type { WebhookStore } from '../store/webhook-store.ts';
import { type Incoming, isIncoming, type Webhook } from '../webhook.ts';
import { type BodyKind, readPayload, textAt } from './read-payload.ts';
import type { RefusalReason, Refusals } from './refusals.ts';
import type { RequestRate } from './request-rate.ts';
import type { Verdict } from './schemes/signed-request.ts';
import { verifiers } from './schemes/verifiers.ts';
import { toEvent } from './to-event.ts';

/** What requests are received with. */
export interface ReceiveParts {
  readonly settings: WebhookSettings;
  readonly clock: Clock;
  readonly webhooks: WebhookStore;
  readonly secrets: Secrets;
  readonly origin: Origin;
  readonly rate: RequestRate;
  readonly refusals: Refusals;
  readonly directory: () => Directory | undefined;
  readonly scheduler: () => Scheduler | undefined;
}

/** A request to a webhook, read and not yet believed. */
export interface Received {
  readonly id: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
  readonly kind: BodyKind;
  readonly address?: string | undefined;
}

/** What the sender is answered: where its event is, or the challenge it wants back. */
export type Reception =
  | {
      readonly event: {
        readonly id: string;
        readonly event_id: string;
        readonly topic: string;
        readonly is_new: boolean;
      };
    }
  | { readonly challenge: string };

/**
 * Takes a request: the webhook is found, its signature is checked on the bytes as they came, and only then they are read. The answer is
 * given when the event is on disk. Errors: `unauthenticated`, one and the same for a webhook that is not there, that is disabled, and for
 * whatever is wrong with the signature; `conflict` for what this hub has sent itself, `rate_limited`, `invalid_params`, `too_large`, those of the scheduler.
 */
export async function receive(parts: ReceiveParts, request: Received): Promise<Reception> {
  const { webhook, signedId } = await believe(parts, request);
  if (await parts.origin.isOwn(request.headers[originHeader])) throw ownWord(parts, request, webhook);
  const waitMs = parts.rate.take(webhook.row.id);
  if (waitMs !== undefined)
    throw new SignalboxError('rate_limited', 'this webhook gets too many requests; come back later', {
      details: { retryAfterMs: waitMs },
    });
  const { headers } = request;
  const payload = readPayload(request.body, request.kind);
  const challenge = textAt(payload, 'challenge');
  if (webhook.definition.scheme === 'slack' && textAt(payload, 'type') === 'url_verification' && challenge)
    return { challenge };
  const event = toEvent(webhook, { headers, payload, signedId });
  const { id, event_id, is_new } = await publish(parts, request, webhook, event);
  return { event: { id, event_id, topic: event.topic, is_new } };
}

async function believe(
  parts: ReceiveParts,
  request: Received,
): Promise<{ readonly webhook: Webhook<Incoming>; readonly signedId: string }> {
  const webhook = await parts.webhooks.findAnywhere(request.id);
  if (!webhook || !isIncoming(webhook)) {
    // The work of a webhook that is there.
    check(parts, request, 'standard', [randomBytes(32)]);
    throw refusal(parts, request, { org: 'local', id: 'unknown' }, 'unknown');
  }
  const keys = await parts.secrets.keysOf(webhook, parts.clock.now());
  const verdict = check(parts, request, webhook.definition.scheme, keys);
  if (!verdict.isGood) throw refusal(parts, request, webhook.row, verdict.reason);
  if (webhook.row.status === 'disabled') throw refusal(parts, request, webhook.row, 'disabled');
  return { webhook, signedId: verdict.id };
}

function check(
  { settings, clock }: ReceiveParts,
  { headers, body }: Received,
  scheme: Incoming['scheme'],
  keys: readonly Uint8Array[],
): Verdict {
  const toleranceMs = settings.toleranceSeconds * 1_000;
  return verifiers[scheme]({ headers, body, keys, nowMs: clock.now(), toleranceMs });
}

async function publish(
  parts: ReceiveParts,
  request: Received,
  { row, runAs }: Webhook,
  event: Parameters<Scheduler['publishEvent']>[1],
): Promise<PublishedEvent> {
  const principal = await principalOfStandIn(parts.directory(), runAs, row.id);
  if (!principal) throw refusal(parts, request, row, 'owner-gone');
  const tasks = parts.scheduler();
  if (!tasks) throw new SignalboxError('overloaded', 'nobody hears of events now; come back later');
  try {
    return await tasks.publishEvent({ principal, interface: taskInterface }, event);
  } catch (error) {
    // What they may do is nothing a sender is told of.
    if (isSignalboxError(error) && (error.code === 'forbidden' || error.code === 'insufficient_scope'))
      throw refusal(parts, request, row, 'owner-gone');
    throw error;
  }
}

/** A hub that told itself would go on for ever, each time as if it came from outside. */
function ownWord({ refusals }: ReceiveParts, { address }: Received, { row }: Webhook): SignalboxError {
  refusals.count('own', row, address);
  return new SignalboxError(
    'conflict',
    'this comes of a webhook of this very hub; have a pipeline tell the event with publish_event instead',
  );
}

function refusal(
  { refusals }: ReceiveParts,
  { address }: Received,
  target: { readonly org: string; readonly id: string },
  reason: RefusalReason,
): SignalboxError {
  refusals.count(reason, target, address);
  return new SignalboxError(
    'unauthenticated',
    'there is no such webhook, or the request is not signed for it',
  );
}
