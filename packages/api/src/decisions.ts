import { levels } from '@signalbox/sdk';
import { z } from 'zod';
import { jsonObject } from './json-schema.ts';
import { describeRoute } from './route-description.ts';
import { viewName } from './view-name.ts';

/** A decision somebody wants to understand. */
const whyBody = z
  .strictObject({
    as: z
      .strictObject({ kind: z.enum(['user', 'service']), id: z.string().min(1).max(200) })
      .optional()
      .describe('Somebody of the same organization; the caller where absent'),
    interface: z.enum(['http', 'stdio', 'api']).default('http').describe('The way in'),
    kind: z.enum(['tool', 'resource', 'prompt']).default('tool'),
    view: viewName.default('all'),
    target: z.string().min(1).max(8192).describe('Name or URI as the view shows it'),
    arguments: jsonObject.default({}).describe('What rules about arguments look at'),
  })
  .meta({ id: 'WhyBody' });

const step = z.object({
  step: z.enum(['expiry', 'organization', 'level', 'scopes', 'roles', 'rules', 'review']),
  isPassed: z.boolean(),
  text: z.string(),
  rules: z.array(z.string()).optional(),
});

const whyAnswer = z
  .object({
    effect: z.enum(['allow', 'deny', 'approve']),
    reason: z.string(),
    level: z
      .enum(levels)
      .describe('What counts of the levels of principal, credential, interface and delegation'),
    policyVersion: z.string(),
    rules: z.array(z.string()).describe('The rules that decided'),
    isListed: z.boolean().describe('Whether it is shown in lists'),
    source: z.string(),
    originalName: z.string(),
    chain: z
      .array(z.object({ as: z.string(), org: z.string(), steps: z.array(step) }))
      .describe('Every step, for each in the chain of those on whose behalf it is'),
  })
  .meta({ id: 'WhyAnswer' });

/** Why something is decided as it is. */
export type WhyAnswerBody = z.output<typeof whyAnswer>;

/** Explains a decision, step by step. */
export const explainDecision = describeRoute({
  method: 'POST',
  path: '/api/v1/decisions/explain',
  id: 'explainDecision',
  summary: 'Explain why a principal may or may not use something; about others only with admin:org',
  tag: 'decisions',
  access: 'principal',
  effect: 'nothing',
  minLevel: 'trusted',
  body: whyBody,
  answer: whyAnswer,
});
