import { z } from 'zod';
import { pageOf, pageQuery } from '../page.ts';
import { describeRoute } from '../route-description.ts';
import { forEverybody, id, instant, label, level, orgQuery, removed } from './shared.ts';

const key = z
  .object({
    id,
    name: z.string(),
    subject: z.object({ kind: z.enum(['user', 'service']), id: z.string(), name: z.string() }),
    scopes: z.array(z.string()),
    grant: level.describe('The highest level the key gives'),
    addresses: z.array(z.string()).optional().describe('Where it may come from; anywhere where absent'),
    createdAt: instant,
    expiresAt: instant,
    lastUsedAt: instant.optional().describe('Written at most once a minute'),
    revokedAt: instant.optional(),
  })
  .meta({ id: 'ApiKey' });

/** What is known of an API key; never the key itself. */
export type KeyItem = z.output<typeof key>;

const params = z.object({ key: id });
const query = z.object(orgQuery);
const common = { tag: 'keys', ...forEverybody } as const;
const dayMs = 86_400_000;

/** Lists keys: your own, or those of everybody in the organization. */
export const listKeys = describeRoute({
  method: 'GET',
  path: '/api/v1/keys',
  id: 'listKeys',
  summary: 'List your own keys, or with admin:org those of everybody in the organization',
  ...common,
  query: z.object({
    ...pageQuery,
    ...orgQuery,
    all: z.enum(['true', 'false']).default('false').describe('Those of everybody; needs admin:org'),
  }),
  answer: pageOf(key).meta({ id: 'KeyPage' }),
});

/** Makes a key; only this answer holds it. */
export const addKey = describeRoute({
  method: 'POST',
  path: '/api/v1/keys',
  id: 'addKey',
  summary: 'Make a key for yourself, or with admin:org for another; only this answer holds it',
  ...common,
  query,
  body: z.strictObject({
    name: label,
    user: id.optional().describe('Id or login of another person'),
    service: id.optional().describe('Id or name of a service account'),
    scopes: z.array(z.string().min(1).max(100)).min(1).max(100),
    grant: level.default('trusted'),
    addresses: z
      .array(z.string().min(2).max(60))
      .min(1)
      .max(100)
      .optional()
      .describe('IP addresses or networks such as 192.0.2.0/24'),
    lifeMs: z
      .int()
      .min(60_000)
      .max(366 * dayMs)
      .default(90 * dayMs)
      .describe('How long it is good, in milliseconds; 90 days where absent, a year at most'),
  }),
  answer: z.object({ key: z.string(), item: key }).meta({ id: 'NewKey' }),
  status: 201,
});

/** Shows what is known of one key. */
export const getKey = describeRoute({
  method: 'GET',
  path: '/api/v1/keys/{key}',
  id: 'getKey',
  summary: 'Show what is known of one key',
  ...common,
  params,
  query,
  answer: key,
});

/** Revokes a key at once. */
export const revokeKey = describeRoute({
  method: 'DELETE',
  path: '/api/v1/keys/{key}',
  id: 'revokeKey',
  effect: 'less',
  summary: 'Revoke a key at once',
  ...common,
  params,
  query,
  answer: removed,
});
