import { z } from 'zod';

/** The section `webhooks` of signalbox.yaml. */
export const webhookSettings = z.strictObject({
  maxWebhooks: z.int().min(1).max(10_000).default(100).describe('Webhooks of one organization'),
  maxBodyBytes: z
    .int()
    .min(1_024)
    .max(1_048_576)
    .default(262_144)
    .describe('Largest request a webhook takes, and largest body one sends'),
  perMinute: z
    .int()
    .min(1)
    .max(100_000)
    .default(300)
    .describe('Requests one webhook takes in a minute, on each node; more are answered with 429'),
  toleranceSeconds: z
    .int()
    .min(10)
    .max(3_600)
    .default(300)
    .describe('How old, or how far ahead, a signed request may be'),
  allowPrivate: z
    .array(z.string().max(300))
    .max(100)
    .default([])
    .describe('Hosts on private networks (host or host:port) that webhooks may tell, by plain http, too'),
  timeoutMs: z.int().min(100).max(60_000).default(15_000).describe('How long a receiver has to answer'),
  maxAtOnce: z.int().min(1).max(256).default(16).describe('Requests a node sends at a time'),
  disableAfterDays: z
    .int()
    .min(1)
    .max(365)
    .default(5)
    .describe('A webhook nothing could be delivered to for so long is disabled'),
  keepDays: z.int().min(1).max(365).default(14).describe('How long is kept what became of deliveries'),
});

/** The section `webhooks`, read. */
export type WebhookSettings = z.output<typeof webhookSettings>;
