import { z } from 'zod';
import { pageOf } from '../page.ts';
import { describeRoute } from '../route-description.ts';
import { newestFirst } from '../tasks/shared.ts';
import { deliveryItem, webhookBody, webhookItem, webhookSecret } from './webhook-item.ts';

const all = { tag: 'webhooks', access: 'principal', minLevel: 'trusted', permission: 'tasks:run' } as const;
const params = z.object({ webhook: z.string().min(1).max(64).describe('Its id or its name') });
const one = { ...all, params, path: '/api/v1/webhooks/{webhook}' } as const;

/** Lists them. */
export const listWebhooks = describeRoute({
  ...all,
  method: 'GET',
  path: '/api/v1/webhooks',
  id: 'listWebhooks',
  summary: 'List webhooks: your own, and those of everybody for who administers the organization',
  query: z.object(newestFirst),
  answer: pageOf(webhookItem).meta({ id: 'WebhookPage' }),
});

/** Makes one. */
export const addWebhook = describeRoute({
  ...all,
  method: 'POST',
  path: '/api/v1/webhooks',
  id: 'addWebhook',
  summary:
    'Make a webhook: a way in for events, or one that tells of runs, tasks and events; its secret is shown once',
  body: webhookBody,
  answer: webhookSecret,
  status: 201,
});

/** Shows one. */
export const getWebhook = describeRoute({
  ...one,
  method: 'GET',
  id: 'getWebhook',
  summary: 'Show a webhook',
  answer: webhookItem,
});

/** Removes one. */
export const removeWebhook = describeRoute({
  ...one,
  method: 'DELETE',
  id: 'removeWebhook',
  effect: 'less',
  summary: 'Remove a webhook, with its secret and what it had to tell',
  answer: z.object({ id: z.string(), name: z.string() }).meta({ id: 'RemovedWebhook' }),
});

/** Stops one, or goes on with it. */
export const changeWebhook = describeRoute({
  ...one,
  method: 'PATCH',
  id: 'changeWebhook',
  summary: 'Disable a webhook, or go on with one that was disabled',
  effect: ({ body }) => (body['status'] === 'disabled' ? 'less' : 'change'),
  body: z.strictObject({ status: z.enum(['active', 'disabled']) }).meta({ id: 'WebhookChange' }),
  answer: webhookItem,
});

/** Gives it another secret. */
export const rotateWebhook = describeRoute({
  ...one,
  method: 'POST',
  path: '/api/v1/webhooks/{webhook}/rotate',
  id: 'rotateWebhook',
  summary: 'Give a webhook another secret, shown once; the one from before is good a while longer',
  body: z
    .strictObject({
      overlap_seconds: z
        .int()
        .min(0)
        .max(604_800)
        .default(86_400)
        .describe('How long the secret from before is good, too'),
      secret: z
        .string()
        .min(16)
        .max(500)
        .optional()
        .describe('One the sender has chosen, of a webhook that comes in'),
    })
    .meta({ id: 'WebhookRotate' }),
  answer: webhookSecret,
});

/** Tries one. */
export const testWebhook = describeRoute({
  ...one,
  method: 'POST',
  path: '/api/v1/webhooks/{webhook}/test',
  id: 'testWebhook',
  summary:
    'Try a webhook: one that goes out sends "webhook.test", one that comes in tells an event, which tasks hear of',
  body: z.strictObject({}).meta({ id: 'WebhookTest' }),
  answer: z
    .object({
      delivery: deliveryItem.optional(),
      event: z.object({ id: z.string(), topic: z.string() }).optional(),
    })
    .meta({ id: 'WebhookTested' }),
});

/** Lists what it had to tell. */
export const listDeliveries = describeRoute({
  ...one,
  method: 'GET',
  path: '/api/v1/webhooks/{webhook}/deliveries',
  id: 'listDeliveries',
  summary: 'List what a webhook had to tell and what became of it, newest first',
  query: z.object({ status: deliveryItem.shape.status.optional(), ...newestFirst }),
  answer: pageOf(deliveryItem).meta({ id: 'WebhookDeliveryPage' }),
});

/** Sends something again. */
export const redeliver = describeRoute({
  ...one,
  method: 'POST',
  path: '/api/v1/webhooks/{webhook}/deliveries/{delivery}/redeliver',
  id: 'redeliver',
  summary: 'Send something again, with the same id, whatever became of it',
  params: params.extend({ delivery: z.string().min(1).max(64) }),
  body: z.strictObject({}).meta({ id: 'WebhookRedeliver' }),
  answer: deliveryItem,
  status: 202,
});
