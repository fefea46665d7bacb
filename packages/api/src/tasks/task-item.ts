import { scheduleInput, taskChange, taskInput, taskStatuses } from '@signalbox/sdk';
import { z } from 'zod';
import { jsonObject } from '../json-schema.ts';
import { instant, subject } from './shared.ts';

const payload = jsonObject.describe(
  'The pipeline: its steps under "pipeline" or "steps", its params under "params"',
);

/** A task as somebody writes it; fields are those of Ordinaut. */
export const taskBody = taskInput.extend({ payload }).meta({ id: 'TaskInput' });

/** What becomes other of a task. */
export const taskChangeBody = taskChange.extend({ payload: payload.optional() }).meta({ id: 'TaskChange' });

/** When something is due. */
export const scheduleBody = scheduleInput.meta({ id: 'Schedule' });

/** A task as it stands. */
export const taskItem = taskInput
  .extend({
    payload,
    timezone: z.string(),
    id: z.string(),
    version: z.int().describe('Grows with each change of what is done or when'),
    status: z.enum(taskStatuses),
    status_reason: z.string().optional(),
    next_at: instant.optional().describe('When it is due next, snooze and jitter included'),
    next_nominal_at: instant.optional().describe('The time that is about, as the schedule means it'),
    snoozed_until: instant.optional(),
    snooze_reason: z.string().optional(),
    created_by: subject,
    run_as: subject.describe('Whose rights its runs have'),
    run_count: z.int(),
    failures: z.int().describe('Runs in a row that have failed, up to now'),
    created_at: instant,
    updated_at: instant,
  })
  .meta({ id: 'Task' });

/** A task as it stands. */
export type TaskItem = z.output<typeof taskItem>;

/** A version of a task, which never changes. */
export const taskVersionItem = z
  .object({ version: z.int(), definition: taskBody, run_as: subject, created_at: instant })
  .meta({ id: 'TaskVersion' });
