import { scheduleKinds, taskStatuses } from '@signalbox/sdk';
import { z } from 'zod';
import { pageOf } from '../page.ts';
import { describeRoute } from '../route-description.ts';
import { newestFirst, onePage, taskParams, tasks } from './shared.ts';
import { taskBody, taskChangeBody, taskItem, taskVersionItem } from './task-item.ts';

/** Lists the tasks of the organization. */
export const listTasks = describeRoute({
  ...tasks,
  permission: 'tasks:read',
  method: 'GET',
  path: '/api/v1/tasks',
  id: 'listTasks',
  summary: 'List tasks, newest first',
  query: z.object({
    status: z.enum(taskStatuses).optional(),
    schedule_kind: z.enum(scheduleKinds).optional(),
    created_by: z.string().min(1).max(200).optional().describe('Id of who made them'),
    ...newestFirst,
  }),
  answer: pageOf(taskItem).meta({ id: 'TaskPage' }),
});

/** Makes one. */
export const createTask = describeRoute({
  ...tasks,
  permission: 'tasks:write',
  method: 'POST',
  path: '/api/v1/tasks',
  id: 'createTask',
  summary: 'Make a task; its runs have the rights of who makes it',
  body: taskBody,
  answer: taskItem,
  status: 201,
});

/** Shows one. */
export const getTask = describeRoute({
  ...tasks,
  permission: 'tasks:read',
  method: 'GET',
  path: '/api/v1/tasks/{task}',
  id: 'getTask',
  summary: 'Show a task',
  params: taskParams,
  answer: taskItem,
});

const change = {
  ...tasks,
  permission: 'tasks:write',
  path: '/api/v1/tasks/{task}',
  params: taskParams,
  query: z.object({
    version: z.coerce
      .number<number>()
      .int()
      .min(1)
      .optional()
      .describe('Only when this is the version there is; conflict otherwise'),
  }),
  body: taskChangeBody,
  answer: taskItem,
} as const;

/** Writes another version of one. */
export const changeTask = describeRoute({
  ...change,
  method: 'PATCH',
  id: 'changeTask',
  summary: 'Change the fields of a task that are named; its runs have the rights of who changes it',
});

/** The same under the method Ordinaut has for it. */
export const updateTask = describeRoute({
  ...change,
  method: 'PUT',
  id: 'updateTask',
  summary: 'The same as PATCH: fields that are not named stay as they are',
});

/** Lists what a task was. */
export const listTaskVersions = describeRoute({
  ...tasks,
  permission: 'tasks:read',
  method: 'GET',
  path: '/api/v1/tasks/{task}/versions',
  id: 'listTaskVersions',
  summary: 'List the versions of a task, newest first',
  params: taskParams,
  query: onePage,
  answer: z.object({ items: z.array(taskVersionItem) }).meta({ id: 'TaskVersionList' }),
});
