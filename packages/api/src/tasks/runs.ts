import { runStatuses } from '@signalbox/sdk';
import { z } from 'zod';
import { jsonObject, jsonValue } from '../json-schema.ts';
import { pageOf } from '../page.ts';
import { describeRoute } from '../route-description.ts';
import { runDetail, runItem, runQuestion, runStep } from './run-item.ts';
import { newestFirst, onePage, runParams, runs } from './shared.ts';

const reads = { ...runs, permission: 'tasks:read', method: 'GET' } as const;

/** Lists the runs of the organization. */
export const listRuns = describeRoute({
  ...reads,
  path: '/api/v1/runs',
  id: 'listRuns',
  summary: 'List runs, newest first',
  query: z.object({
    task_id: z.string().min(1).max(64).optional(),
    status: z.enum(runStatuses).optional(),
    ...newestFirst,
  }),
  answer: pageOf(runItem).meta({ id: 'RunPage' }),
});

/** Tries a pipeline. */
export const tryPipeline = describeRoute({
  ...runs,
  permission: 'tasks:run',
  method: 'POST',
  path: '/api/v1/pipelines/try',
  id: 'tryPipeline',
  summary: 'Run a pipeline dry, without a task: nothing with side effects is done',
  body: z
    .strictObject({
      title: z.string().min(1).max(200).default('try'),
      payload: jsonObject.describe('The pipeline, as the payload of a task'),
      params: jsonObject.optional().describe('In place of its params with the same names'),
    })
    .meta({ id: 'PipelineTry' }),
  answer: z.object({ run: z.string() }).meta({ id: 'PipelineTried' }),
  status: 202,
});

/** Shows one with its steps. */
export const getRun = describeRoute({
  ...reads,
  path: '/api/v1/runs/{run}',
  id: 'getRun',
  summary: 'Show a run with its steps',
  params: runParams,
  answer: runDetail,
});

const followItem = z
  .discriminatedUnion('type', [
    z
      .object({ type: z.literal('run'), run: runItem })
      .describe('Sent first, and when something of it is other'),
    z.object({ type: z.literal('step'), step: runStep }).describe('A step has begun, or is other'),
    z.object({ type: z.literal('alive') }).describe('Sent while nothing else happens'),
  ])
  .meta({ id: 'RunFollowItem' });

/** One line of a run that is followed. */
export type RunFollowItem = z.output<typeof followItem>;

/** Tells what a run does until it has ended. */
export const followRun = describeRoute({
  ...reads,
  path: '/api/v1/runs/{run}/follow',
  id: 'followRun',
  summary: 'What a run has done and does, until it has ended',
  params: runParams,
  answer: followItem,
  isStream: true,
});

/** Ends one. */
export const cancelRun = describeRoute({
  ...runs,
  permission: 'tasks:write',
  method: 'POST',
  path: '/api/v1/runs/{run}/cancel',
  id: 'cancelRun',
  effect: 'less',
  summary: 'End a run: it stops what it calls, undoes what it did and does "finally", unless it is forced',
  params: runParams,
  body: z
    .strictObject({ reason: z.string().max(500).optional(), force: z.boolean().default(false) })
    .meta({ id: 'RunCancel' }),
  answer: runItem,
  status: 202,
});

/** Goes on with one that failed. */
export const retryRun = describeRoute({
  ...runs,
  permission: 'tasks:write',
  method: 'POST',
  path: '/api/v1/runs/{run}/retry',
  id: 'retryRun',
  summary: 'Go on with a run that failed, at the step that failed',
  params: runParams,
  body: z.strictObject({}).meta({ id: 'RunRetry' }),
  answer: runItem,
  status: 202,
});

/** Answers a question of one. */
export const answerRun = describeRoute({
  ...runs,
  permission: 'tasks:run',
  method: 'POST',
  path: '/api/v1/runs/{run}/answer',
  id: 'answerRun',
  summary: 'Answer a question of a run: who it asks may, else who may change its task',
  params: runParams,
  body: z
    .strictObject({
      path: z
        .string()
        .min(1)
        .max(1_000)
        .optional()
        .describe('The step that asks; may be left out when only one does'),
      approved: z.boolean(),
      answer: jsonValue.optional().describe('What is answered, where the question has a schema'),
    })
    .meta({ id: 'RunAnswer' }),
  answer: z.object({ run: z.string(), path: z.string(), approved: z.boolean() }).meta({ id: 'RunAnswered' }),
  status: 202,
});

/** Lists what runs ask. */
export const listRunQuestions = describeRoute({
  ...reads,
  path: '/api/v1/questions',
  id: 'listRunQuestions',
  summary: 'List the questions runs wait for an answer to, oldest first',
  query: onePage,
  answer: z.object({ items: z.array(runQuestion) }).meta({ id: 'RunQuestionList' }),
});
