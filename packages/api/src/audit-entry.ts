import { auditOutcomes, levels } from '@signalbox/sdk';
import { z } from 'zod';

const actor = z.object({ type: z.string(), id: z.string(), level: z.enum(levels) });

const decision = z.object({
  effect: z.string(),
  reason: z.string(),
  policyVersion: z.string(),
  rules: z.array(z.string()).readonly(),
  approvalId: z.string().optional(),
});

const target = z.object({
  kind: z.string(),
  name: z.string().describe('As the caller named it; of an event, whom or what it happened to'),
  view: z.string(),
  via: z.string().optional().describe('The tool it was called through, such as call_tool'),
  upstream: z.string().optional(),
  originalName: z.string().optional(),
  definitionHash: z.string().optional().describe('SHA-256 of the definition as canonical JSON'),
});

/** One record of a call or an event. */
export const auditItem = z
  .object({
    v: z.int(),
    id: z.string(),
    node: z.string().describe('The hub that wrote it'),
    seq: z.int().describe('Place in the chain of its node and organization'),
    org: z.string(),
    at: z.int().describe('UTC milliseconds'),
    phase: z
      .enum(['intent', 'outcome', 'whole'])
      .describe('intent before what has side effects, outcome after it, whole for all others'),
    callId: z.string(),
    actor,
    onBehalfOf: z.array(actor).readonly().optional(),
    client: z
      .object({ id: z.string().optional(), name: z.string().optional(), version: z.string().optional() })
      .optional(),
    auth: z
      .object({
        method: z.string(),
        credentialId: z.string().optional().describe('Absent where nothing was proven'),
        amr: z.array(z.string()).readonly().optional(),
      })
      .optional(),
    interface: z.string(),
    address: z.string().optional(),
    action: z.string(),
    target,
    argsHash: z.string().optional().describe('HMAC-SHA-256 of the arguments as canonical JSON'),
    args: z
      .string()
      .optional()
      .describe('The arguments, where a rule wants them recorded; of an event, what else is known'),
    decision: decision.optional(),
    outcome: z.enum(auditOutcomes).optional().describe('Absent from an intent'),
    code: z.string().optional().describe('The error code where the outcome is not ok'),
    bytesIn: z.int().optional(),
    bytesOut: z.int().optional(),
    durationMs: z.number().optional(),
    traceId: z.string().optional(),
    spanId: z.string().optional(),
    prevHash: z.string(),
    hash: z.string(),
  })
  .meta({ id: 'AuditEntry' });

/** One record of a call or an event. */
export type AuditItem = z.output<typeof auditItem>;
