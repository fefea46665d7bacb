import { z } from 'zod';
import { jsonObject } from './json-schema.ts';
import { pageOf, pageQuery } from './page.ts';
import { describeRoute } from './route-description.ts';

const state = z.enum(['pending', 'approved', 'refused', 'used', 'expired']);

/** A call that somebody has to approve, or has. */
const approvalItem = z
  .object({
    id: z.string(),
    state,
    requester: z.object({ kind: z.string(), id: z.string() }),
    onBehalfOf: z.array(z.object({ kind: z.string(), id: z.string() })),
    interface: z.string(),
    kind: z.string(),
    target: z.string().describe('As the caller named it'),
    source: z.string(),
    originalName: z.string(),
    rules: z.array(z.string()).describe('The rules that want it'),
    createdAt: z.int().describe('UTC milliseconds'),
    expiresAt: z.int().describe('UTC milliseconds; nobody who answers by then refuses it'),
    answeredBy: z.string().optional(),
    answeredAt: z.int().optional(),
    reason: z.string().optional(),
  })
  .meta({ id: 'Approval' });

/** A call that somebody has to approve, or has. */
export type ApprovalItem = z.output<typeof approvalItem>;

const approvalDetail = approvalItem
  .extend({ arguments: jsonObject.describe('What the call would be made with') })
  .meta({ id: 'ApprovalDetail' });

/** The same with its arguments. */
export type ApprovalDetail = z.output<typeof approvalDetail>;

const params = z.object({ id: z.string().min(1).max(64) });
const answerBody = z
  .strictObject({ reason: z.string().max(500).optional().describe('Told to who made the call') })
  .meta({ id: 'ApprovalAnswer' });
const common = {
  tag: 'approvals',
  access: 'principal',
  minLevel: 'trusted',
  permission: 'approvals:answer',
} as const;

/** Lists approvals of the organization, newest first. */
export const listApprovals = describeRoute({
  ...common,
  method: 'GET',
  path: '/api/v1/approvals',
  id: 'listApprovals',
  summary: 'List calls that somebody has to approve, or has, newest first',
  query: z.object({
    state: state.optional(),
    before: z.string().min(1).max(64).optional().describe('Only those older than the one with this id'),
    limit: pageQuery.limit,
  }),
  answer: pageOf(approvalItem).meta({ id: 'ApprovalPage' }),
});

/** Shows one with its arguments. */
export const getApproval = describeRoute({
  ...common,
  method: 'GET',
  path: '/api/v1/approvals/{id}',
  id: 'getApproval',
  summary: 'Show a call that somebody has to approve, with its arguments',
  params,
  answer: approvalDetail,
});

/** Approves one, once. */
export const approveCall = describeRoute({
  ...common,
  method: 'POST',
  path: '/api/v1/approvals/{id}/approve',
  id: 'approveCall',
  summary: 'Let this one call be made; who made it cannot, unless the settings let them',
  params,
  body: answerBody,
  answer: approvalItem,
});

/** Refuses one. */
export const refuseCall = describeRoute({
  ...common,
  method: 'POST',
  path: '/api/v1/approvals/{id}/refuse',
  id: 'refuseCall',
  effect: 'less',
  summary: 'Refuse this call',
  params,
  body: answerBody,
  answer: approvalItem,
});
