import { occurrenceStatuses, runTriggers } from '@signalbox/sdk';
import { z } from 'zod';
import { instant } from './shared.ts';

/** One time a task was due, and what became of it; several in a row with the same end are one. */
export const occurrenceItem = z
  .object({
    id: z.string(),
    task: z.string(),
    version: z.int(),
    trigger: z.enum(runTriggers),
    nominal_at: instant,
    through_at: instant.describe('The last of several'),
    count: z.int(),
    is_more: z.boolean().describe('There were more than were counted'),
    status: z.enum(occurrenceStatuses),
    reason: z.string().optional(),
    run: z.string().optional(),
    outcome: z.string().optional().describe('How its run ended'),
    event: z.string().optional(),
    decided_at: instant,
  })
  .meta({ id: 'Occurrence' });

/** One time a task was due. */
export type OccurrenceItem = z.output<typeof occurrenceItem>;

/** A time a schedule will be due. */
export const previewedTime = z
  .object({
    nominal_at: instant,
    fire_at: instant.describe('Later by the jitter, and for the next one by a snooze'),
    local: z.string().describe('What the wall clock of the zone shows'),
    notes: z.array(z.string()).describe('What changes of clocks do to it'),
  })
  .meta({ id: 'PreviewedTime' });

/** A time a schedule will be due. */
export type PreviewedItem = z.output<typeof previewedTime>;

/** What became of a wish to have a task run. */
export const taskRun = z
  .object({
    occurrence: z.string(),
    status: z.enum(occurrenceStatuses),
    run: z.string().optional().describe('Id of the run; absent when there is none'),
    is_new: z.boolean(),
    reason: z.string().optional(),
  })
  .meta({ id: 'TaskRun' });

/** What became of a wish to have a task run. */
export type TaskRunItem = z.output<typeof taskRun>;
