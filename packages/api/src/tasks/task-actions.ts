import { snoozeInput } from '@signalbox/sdk';
import { z } from 'zod';
import { jsonObject } from '../json-schema.ts';
import { describeRoute } from '../route-description.ts';
import { taskRun } from './occurrence-item.ts';
import { taskParams, tasks } from './shared.ts';
import { taskItem } from './task-item.ts';

const reasonBody = z
  .strictObject({ reason: z.string().max(500).optional().describe('Shown with the task') })
  .meta({ id: 'TaskReason' });
const act = { ...tasks, method: 'POST', params: taskParams, answer: taskItem } as const;
const change = { ...act, permission: 'tasks:write' } as const;

/** Keeps a task from being due. */
export const pauseTask = describeRoute({
  ...change,
  path: '/api/v1/tasks/{task}/pause',
  id: 'pauseTask',
  effect: 'less',
  summary: 'Keep a task from being due until it is resumed',
  body: reasonBody,
});

/** Goes on with one. */
export const resumeTask = describeRoute({
  ...change,
  path: '/api/v1/tasks/{task}/resume',
  id: 'resumeTask',
  summary: 'Go on with a paused or invalid task',
  body: z.strictObject({}).meta({ id: 'TaskResume' }),
});

/** Ends one for good. */
export const cancelTask = describeRoute({
  ...change,
  path: '/api/v1/tasks/{task}/cancel',
  id: 'cancelTask',
  effect: 'less',
  summary: 'End a task for good; runs of it go on',
  body: reasonBody,
});

/** Fires the next time later. */
export const snoozeTask = describeRoute({
  ...change,
  path: '/api/v1/tasks/{task}/snooze',
  id: 'snoozeTask',
  effect: 'less',
  summary: 'Fire the next time of a task later, once',
  body: snoozeInput.meta({ id: 'TaskSnooze' }),
});

/** Runs one by hand. */
export const runTaskNow = describeRoute({
  ...act,
  permission: 'tasks:run',
  path: '/api/v1/tasks/{task}/run_now',
  id: 'runTaskNow',
  summary: 'Run a task now',
  body: z
    .strictObject({
      params: jsonObject
        .optional()
        .describe('In place of the params of the task with the same names; the run then has your rights'),
      force: z.boolean().default(false).describe('Also when a run of it has not ended'),
      dry_run: z.boolean().default(false).describe('Say what would be done; nothing with side effects is'),
    })
    .meta({ id: 'TaskRunNow' }),
  answer: taskRun,
  status: 202,
});

const instantGiven = z.iso.datetime({ offset: true });

/** Makes up for times that have passed. */
export const backfillTask = describeRoute({
  ...act,
  permission: 'tasks:run',
  path: '/api/v1/tasks/{task}/backfill',
  id: 'backfillTask',
  summary: 'Run a task for the times it was due, each once',
  body: z
    .strictObject({
      from: instantGiven.describe('The first instant'),
      to: instantGiven.describe('Not this one any more'),
    })
    .meta({ id: 'TaskBackfill' }),
  answer: z
    .object({
      runs: z.array(taskRun),
      known: z.int().describe('Times that had been filled before'),
      next_from: z.iso
        .datetime()
        .optional()
        .describe('Where to go on when there were more than 100 times, or more than one search finds'),
    })
    .meta({ id: 'Backfill' }),
  status: 202,
});
