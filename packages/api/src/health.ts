import { z } from 'zod';
import { describeRoute } from './route-description.ts';

const status = z.enum(['ok', 'degraded', 'down']);

/** How the hub and its parts are. */
const hubHealth = z
  .object({
    status: status.describe('The worst of its parts'),
    version: z.string(),
    url: z.string().optional(),
    pid: z.int(),
    startedAt: z.int().describe('UTC milliseconds'),
    uptimeMs: z.number(),
    dataDir: z.string(),
    configPath: z.string().optional(),
    parts: z.array(z.object({ name: z.string(), status, reason: z.string().optional() })),
    upstreams: z.object({
      total: z.int(),
      available: z.int(),
      connecting: z.int(),
      unavailable: z.int(),
      disabled: z.int(),
    }),
  })
  .meta({ id: 'Health' });

/** How the hub and its parts are. */
export type HubHealth = z.output<typeof hubHealth>;

/** Tells how the hub is. */
export const getHealth = describeRoute({
  method: 'GET',
  path: '/api/v1/health',
  id: 'getHealth',
  summary: 'How the hub and its parts are',
  tag: 'health',
  access: 'principal',
  minLevel: 'trusted',
  permission: 'registry:read',
  answer: hubHealth,
});
