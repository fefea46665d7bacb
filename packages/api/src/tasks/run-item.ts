import { runStatuses, runTriggers } from '@signalbox/sdk';
import { z } from 'zod';
import { jsonObject, jsonValue } from '../json-schema.ts';
import { instant, subject } from './shared.ts';

const runError = z
  .object({ kind: z.string(), message: z.string(), step: z.string().optional() })
  .meta({ id: 'RunError' });

/** A question a run waits for an answer to. */
export const runQuestion = z
  .object({
    run: z.string(),
    path: z.string().describe('The step that asks; names the question when it is answered'),
    message: z.string(),
    schema: jsonObject.optional().describe('JSON Schema of the answer; yes or no is enough where absent'),
    assignees: z.array(z.string()).optional().describe('Logins, ids or "role:NAME" of who may answer'),
    asked_at: instant,
    expires_at: instant.optional(),
  })
  .meta({ id: 'RunQuestion' });

/** A question of a run. */
export type RunQuestionItem = z.output<typeof runQuestion>;

const runApproval = z
  .object({ path: z.string(), tool: z.string(), approval: z.string() })
  .meta({ id: 'RunApproval' });

/** A run as it stands. */
export const runItem = z
  .object({
    id: z.string(),
    task_id: z.string().optional(),
    task_version: z.int().optional(),
    title: z.string(),
    trigger: z.enum(runTriggers),
    status: z.enum(runStatuses),
    params: jsonObject,
    scheduled_at: instant.describe('The time it is about'),
    created_at: instant,
    started_at: instant.optional(),
    finished_at: instant.optional(),
    priority: z.int(),
    attempt: z.int(),
    error: runError.optional(),
    stopping_until: instant.optional(),
    output: jsonValue.optional(),
    run_as: subject,
    questions: z.array(runQuestion),
    approvals: z.array(runApproval).optional().describe('Calls that wait to be approved'),
  })
  .meta({ id: 'Run' });

/** A run as it stands. */
export type RunItem = z.output<typeof runItem>;

/** A step of a run. */
export const runStep = z
  .object({
    path: z.string(),
    attempt: z.int(),
    status: z
      .enum(['intent', 'done', 'failed', 'in_doubt', 'skipped', 'canceled', 'waiting'])
      .describe('"intent" is under way; of an "in_doubt" one it is not known how its call ended'),
    tool: z.string().optional(),
    started_at: instant,
    finished_at: instant.optional(),
    output: jsonValue.optional(),
    error: runError.optional(),
    planned: z
      .object({
        action: z.enum(['call', 'child', 'sleep', 'wait', 'approve']),
        target: z.string(),
        args: jsonValue,
      })
      .optional()
      .describe('What a step of a dry run would have done'),
    idempotency_key: z.string().optional(),
  })
  .meta({ id: 'RunStep' });

/** A step of a run. */
export type RunStepItem = z.output<typeof runStep>;

/** A run with its steps. */
export const runDetail = runItem
  .extend({ steps: z.array(runStep), pipeline: jsonObject, event: jsonObject.optional() })
  .meta({ id: 'RunDetail' });

/** A run with its steps. */
export type RunDetailItem = z.output<typeof runDetail>;
