import { z } from 'zod';

/** The section `scheduler` of signalbox.yaml. */
export const schedulerSettings = z.strictObject({
  timezone: z
    .string()
    .min(1)
    .max(100)
    .default('UTC')
    .describe('IANA time zone of tasks that name none, such as "Europe/Chisinau"'),
  maxTasks: z
    .int()
    .min(1)
    .max(1_000_000)
    .default(1_000)
    .describe('Tasks of one organization that have not ended'),
  onTimeMs: z
    .int()
    .min(1_000)
    .max(600_000)
    .default(30_000)
    .describe('What is fired so late counts as on time; later it is up to the catchup of the task'),
  maxTasksOfRunsPerHour: z
    .int()
    .min(0)
    .max(10_000)
    .default(20)
    .describe('Tasks the runs of one person may make in an hour'),
  maxDepth: z
    .int()
    .min(1)
    .max(20)
    .default(5)
    .describe(
      'How deep runs may make tasks, runs and events that make runs; what webhooks tell is 1 deep. For no tasks of runs at all set maxTasksOfRunsPerHour to 0',
    ),
  leaseMs: z
    .int()
    .min(3_000)
    .max(600_000)
    .default(10_000)
    .describe(
      'On PostgreSQL: how long the node that looks for what is due may be silent before another does',
    ),
  keepOccurrencesDays: z
    .int()
    .min(1)
    .max(3_650)
    .default(90)
    .describe('How long is kept what became of occurrences, and tasks that have ended'),
  keepEventsDays: z.int().min(1).max(3_650).default(30).describe('How long events are kept'),
});

/** The section `scheduler`, read. */
export type SchedulerSettings = z.output<typeof schedulerSettings>;
