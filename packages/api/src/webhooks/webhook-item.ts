import { z } from 'zod';
import { instant, subject } from '../tasks/shared.ts';

/** How requests that come in are signed. */
const signatureSchemes = ['standard', 'github', 'slack', 'stripe'] as const;

/** What others may be told of by webhooks that go out, besides events. */
const toldKinds = [
  'run.succeeded',
  'run.failed',
  'run.canceled',
  'run.timed_out',
  'run.waiting',
  'task.paused',
  'task.invalid',
] as const;

const topicPattern = z
  .string()
  .max(206)
  .regex(
    /^event:(?:\*|[A-Za-z0-9_-]+)(?:\.(?:\*|[A-Za-z0-9_-]+))*$/,
    'must be a kind such as "run.failed", or "event:" with a topic or a pattern of topics',
  );

const name = z
  .string()
  .min(1)
  .max(64)
  .regex(/^[A-Za-z0-9][A-Za-z0-9._-]*$/, 'must be letters, digits, dots, dashes and underscores')
  .describe('Names it in the organization');

/** What a webhook that comes in does. */
const incoming = {
  direction: z.literal('in'),
  scheme: z
    .enum(signatureSchemes)
    .default('standard')
    .describe('How requests are signed: Standard Webhooks, or as GitHub, Slack or Stripe do it'),
  topic: z
    .string()
    .max(200)
    .regex(
      /^(?:[A-Za-z0-9_-]+|\{event\})(?:\.(?:[A-Za-z0-9_-]+|\{event\}))*$/,
      'must be parts with dots between, such as "github.{event}"',
    )
    .describe('The topic of its events; {event} stands for what the sender calls the event'),
};

/** What a webhook that goes out tells, and where. */
const outgoing = {
  direction: z.literal('out'),
  url: z
    .url({ protocol: /^https?$/ })
    .max(2_000)
    .describe('Where it is told'),
  on: z
    .array(z.union([z.enum(toldKinds), topicPattern]))
    .min(1)
    .max(50)
    .describe('What is told: kinds such as "run.failed", and "event:" with a topic or a pattern'),
  tasks: z
    .array(z.string().min(1).max(64))
    .min(1)
    .max(100)
    .optional()
    .describe('Only what concerns these tasks, by their ids'),
  include: z
    .array(z.enum(['params', 'output', 'payload']))
    .max(3)
    .default([])
    .describe('What of runs and events is told besides what happened; nothing unless said'),
};

/** A webhook as somebody wants it. */
export const webhookBody = z
  .discriminatedUnion('direction', [
    z.strictObject({
      ...incoming,
      name,
      secret: z
        .string()
        .min(16)
        .max(500)
        .optional()
        .describe('The secret the sender has chosen; made here unless said'),
    }),
    z.strictObject({ ...outgoing, name }),
  ])
  .meta({ id: 'WebhookInput' });

/** A {@link webhookBody}, read. */
export type WebhookDefinition = z.output<typeof webhookBody>;

const facts = {
  id: z.string(),
  name: z.string(),
  status: z.enum(['active', 'disabled']),
  status_reason: z.string().optional(),
  created_by: subject,
  run_as: subject.describe('Whose rights it has'),
  created_at: instant,
  updated_at: instant,
  old_secret_until: instant.optional().describe('Until then the secret from before is good, too'),
};

/** A webhook as it stands; its secret is never shown again. */
export const webhookItem = z
  .discriminatedUnion('direction', [
    z.object({ ...facts, ...incoming, path: z.string().describe('Where senders find it on this hub') }),
    z.object({
      ...facts,
      ...outgoing,
      failing_since: instant.optional().describe('Since when nothing has been delivered'),
    }),
  ])
  .meta({ id: 'Webhook' });

/** A webhook as it stands. */
export type WebhookItem = z.output<typeof webhookItem>;

/** A webhook with its secret, which is shown this once. */
export const webhookSecret = z
  .object({ webhook: webhookItem, secret: z.string() })
  .meta({ id: 'WebhookSecret' });

/** What became of one thing a webhook had to tell. */
export const deliveryItem = z
  .object({
    id: z.string().describe('The "webhook-id" the receiver gets with every try'),
    type: z.string().describe('What is told, such as "run.failed"'),
    about: z.string().describe('Id of the run, task or event'),
    status: z
      .enum(['waiting', 'delivered', 'failed', 'dropped'])
      .describe('"dropped" was not sent, for the reason'),
    reason: z.string().optional(),
    tries: z.int(),
    answer: z.int().optional().describe('HTTP status of the last answer'),
    at: instant.describe('When it happened'),
    tried_at: instant.optional(),
    next_at: instant.optional().describe('When it is tried again'),
  })
  .meta({ id: 'WebhookDelivery' });

/** What became of one thing a webhook had to tell. */
export type DeliveryItem = z.output<typeof deliveryItem>;
