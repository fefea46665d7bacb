import { type AuditFilter, auditFilters } from '@signalbox/sdk';
import { z } from 'zod';
import { auditItem } from './audit-entry.ts';
import { pageOf, pageQuery } from './page.ts';
import { describeRoute } from './route-description.ts';

const instant = z.coerce.number<number>().int().min(0).optional().describe('UTC milliseconds');
const times = { since: instant, until: instant };

type Filters = { [filter in AuditFilter]: z.ZodOptional<z.ZodString> };

const filters = Object.fromEntries(
  Object.entries(auditFilters).map(([name, about]) => [
    name,
    z.string().min(1).max(8192).optional().describe(about),
  ]),
  // The names are those of the table just read.
) as Filters;

const readsAudit = {
  tag: 'audit',
  access: 'principal',
  minLevel: 'trusted',
  permission: 'audit:read',
} as const;

/** Lists what happened, newest first. */
export const listAudit = describeRoute({
  method: 'GET',
  path: '/api/v1/audit',
  id: 'listAudit',
  summary: 'List what happened in the organization, newest first',
  ...readsAudit,
  query: z.object({
    ...filters,
    ...times,
    before: z.string().min(1).max(64).optional().describe('Only entries older than the one with this id'),
    limit: pageQuery.limit,
  }),
  answer: pageOf(auditItem)
    .extend({ dropped: z.int().describe('Entries lost because the store was behind; zero in health') })
    .meta({ id: 'AuditPage' }),
});

const entryLine = z.object({ type: z.literal('entry'), ...auditItem.shape });

/** Follows what happens. */
export const followAudit = describeRoute({
  method: 'GET',
  path: '/api/v1/audit/follow',
  id: 'followAudit',
  summary: 'Follow what happens in the organization at this hub as it is written down',
  ...readsAudit,
  query: z.object(filters),
  answer: z
    .discriminatedUnion('type', [
      entryLine,
      z.object({ type: z.literal('alive').describe('Every 15 s, so that a silent line is known as one') }),
    ])
    .meta({ id: 'AuditFollowItem' }),
  isStream: true,
});

const chainLine = z.object({
  type: z.literal('chain'),
  org: z.string(),
  node: z.string(),
  publicKey: z.string().describe('SPKI, base64 of DER'),
  firstSeq: z.int(),
  prevHash: z.string(),
  untilSeq: z.int().optional(),
});

const checkpointLine = z.object({
  type: z.literal('checkpoint'),
  org: z.string(),
  node: z.string(),
  number: z.int(),
  seq: z.int(),
  hash: z.string(),
  openFrom: z.int(),
  at: z.int(),
  signature: z.string(),
});

const tombstoneLine = z.object({
  type: z.literal('tombstone'),
  org: z.string(),
  node: z.string(),
  firstSeq: z.int(),
  lastSeq: z.int(),
  prevHash: z.string(),
  lastHash: z.string(),
  checkpoint: z.int(),
  at: z.int(),
  signature: z.string(),
});

const ocsfLine = z
  .looseObject({ class_uid: z.literal([3001, 3002, 3003, 3004, 3005, 6003]) })
  .describe('A call or an event as the Open Cybersecurity Schema Framework has it');

/** Writes out what happened, with what it takes to verify it elsewhere. */
export const exportAudit = describeRoute({
  method: 'GET',
  path: '/api/v1/audit/export',
  id: 'exportAudit',
  summary: 'Export the audit of the organization, oldest first',
  ...readsAudit,
  query: z.object({
    ...times,
    format: z
      .enum(['ndjson', 'ocsf'])
      .default('ndjson')
      .describe('ndjson can be verified; ocsf is for other systems and has entries only'),
  }),
  answer: z
    .union([z.discriminatedUnion('type', [chainLine, checkpointLine, tombstoneLine, entryLine]), ocsfLine])
    .meta({ id: 'AuditExportLine' }),
  isStream: true,
});

const problem = z.object({
  kind: z.enum(['deleted', 'altered', 'reordered', 'truncated', 'checkpoint', 'tombstone', 'key']),
  seq: z.int().describe('The first entry concerned'),
  message: z.string(),
});

/** Walks the chains. */
export const verifyAudit = describeRoute({
  method: 'GET',
  path: '/api/v1/audit/verify',
  id: 'verifyAudit',
  summary: 'Verify the audit of the organization: hashes, signatures, gaps',
  ...readsAudit,
  answer: z
    .object({
      isIntact: z.boolean(),
      chains: z
        .array(
          z.object({
            org: z.string(),
            node: z.string(),
            entries: z.int(),
            firstSeq: z.int(),
            lastSeq: z.int(),
            removedThrough: z.int().describe('Entries up to this one were removed for their age'),
            checkpoints: z.int(),
            sealedThrough: z.int().describe('A cut at the end beyond this entry cannot be seen'),
            problem: problem.optional().describe('The first thing that is wrong'),
          }),
        )
        .readonly(),
    })
    .meta({ id: 'AuditReport' }),
});
