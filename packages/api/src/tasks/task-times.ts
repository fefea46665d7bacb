import { occurrenceStatuses } from '@signalbox/sdk';
import { z } from 'zod';
import { pageOf } from '../page.ts';
import { describeRoute } from '../route-description.ts';
import { occurrenceItem, previewedTime } from './occurrence-item.ts';
import { newestFirst, taskParams, tasks } from './shared.ts';
import { scheduleBody } from './task-item.ts';

const reads = { ...tasks, permission: 'tasks:read' } as const;
const count = z.coerce.number<number>().int().min(1).max(1_000).default(10).describe('How many times');
const times = z.object({ items: z.array(previewedTime) }).meta({ id: 'PreviewedTimes' });

/** Shows when a task will be due. */
export const previewTask = describeRoute({
  ...reads,
  method: 'GET',
  path: '/api/v1/tasks/{task}/preview',
  id: 'previewTask',
  summary: 'The next times of a task',
  params: taskParams,
  query: z.object({ count }),
  answer: times,
});

/** Shows when a schedule would be due. */
export const previewSchedule = describeRoute({
  ...reads,
  method: 'POST',
  path: '/api/v1/schedules/preview',
  id: 'previewSchedule',
  effect: 'nothing',
  summary: 'The next times of a schedule there is no task for yet',
  query: z.object({ count }),
  body: scheduleBody,
  answer: times,
});

/** Lists when a task was due. */
export const listOccurrences = describeRoute({
  ...reads,
  method: 'GET',
  path: '/api/v1/tasks/{task}/occurrences',
  id: 'listOccurrences',
  summary: 'List the times a task was due and what became of them, newest first',
  params: taskParams,
  query: z.object({ status: z.enum(occurrenceStatuses).optional(), ...newestFirst }),
  answer: pageOf(occurrenceItem).meta({ id: 'OccurrencePage' }),
});
