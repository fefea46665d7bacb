import { levels } from '@signalbox/sdk';
import { z } from 'zod';
import { pageOf, pageQuery } from './page.ts';
import { describeRoute } from './route-description.ts';

const outcome = z.enum(['ok', 'tool_error', 'denied', 'error', 'timeout', 'cancelled']);

/** What happened to one call. */
const auditItem = z
  .object({
    id: z.string(),
    org: z.string(),
    at: z.int().describe('UTC milliseconds'),
    principal: z.string(),
    onBehalfOf: z.string().optional(),
    interface: z.string(),
    level: z.enum(levels),
    client: z.string().optional(),
    kind: z.string(),
    view: z.string(),
    target: z.string(),
    via: z.string().optional().describe('The tool it was called through, such as call_tool'),
    source: z.string().optional(),
    originalName: z.string().optional(),
    outcome,
    code: z.string().optional().describe('The error code where the outcome is not ok'),
    durationMs: z.number(),
    traceId: z.string().optional(),
  })
  .meta({ id: 'AuditEntry' });

/** What happened to one call. */
export type AuditItem = z.output<typeof auditItem>;

const instant = z.coerce.number<number>().int().min(0).describe('UTC milliseconds');

/** Lists what happened, newest first. */
export const listAudit = describeRoute({
  method: 'GET',
  path: '/api/v1/audit',
  id: 'listAudit',
  summary: 'List what happened to the calls of the organization, newest first',
  tag: 'audit',
  access: 'principal',
  minLevel: 'anchor',
  query: z.object({
    principal: z.string().min(1).max(500).optional(),
    target: z.string().min(1).max(8192).optional(),
    source: z.string().min(1).max(200).optional(),
    outcome: outcome.optional(),
    since: instant.optional(),
    until: instant.optional(),
    before: z.string().min(1).max(64).optional().describe('Only entries older than the one with this id'),
    limit: pageQuery.limit,
  }),
  answer: pageOf(auditItem)
    .extend({ dropped: z.int().describe('Entries lost because the store was behind; zero in health') })
    .meta({ id: 'AuditPage' }),
});
