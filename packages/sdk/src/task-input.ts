import { z } from 'zod';
import type { JsonObject } from './json.ts';
import { publishAs } from './publish-as.ts';

/** What makes a task due; nothing does for `manual`, which is run by hand or called as a tool. */
export const scheduleKinds = ['cron', 'rrule', 'once', 'interval', 'event', 'manual'] as const;

/** What happens when a task is due while a run of it has not ended. */
export const overlapPolicies = [
  'skip',
  'buffer_one',
  'buffer_all',
  'cancel_other',
  'terminate_other',
  'allow',
] as const;

/** Which of the times that passed while nothing could be fired are made up for. */
export const catchupPolicies = ['none', 'last', 'all'] as const;

/** How the wait before a run is tried again grows. */
export const backoffStrategies = ['exponential_jitter', 'exponential', 'linear', 'fixed'] as const;

const jsonObject: z.ZodType<JsonObject> = z.record(z.string(), z.json());
const date = z.iso.date();
const instant = z.iso.datetime({ offset: true });
const local = z
  .string()
  .regex(/^\d{4}(-\d\d){2}T\d\d(:\d\d){1,2}$/, 'must be a local time such as "2026-03-29T02:30"');
const instantOrLocal = z.union([instant, local]);

/** When a task is due: the part of a {@link taskInput} that `preview` takes by itself. */
const schedule = {
  schedule_kind: z.enum(scheduleKinds).describe('What makes the task due'),
  schedule_expr: z
    .string()
    .max(16_000)
    .default('')
    .describe(
      'cron: five fields, six with seconds first, or @daily; rrule: RFC 5545 lines; once: ISO 8601; interval: "90m"; event: a topic such as "email.*"; manual: nothing',
    ),
  timezone: z
    .string()
    .min(1)
    .max(100)
    .optional()
    .describe('IANA time zone; scheduler.timezone of the settings unless said'),
  dtstart: z
    .union([instant, local, date])
    .optional()
    .describe('Where a rule or an interval begins; when the task was made unless said'),
  dst: z
    .strictObject({
      gap: z.enum(['shift', 'first_valid', 'skip']).optional(),
      overlap: z.enum(['first', 'second', 'both']).optional(),
    })
    .optional()
    .describe('Times that do not exist, or exist twice, when clocks are changed'),
  exclude: z
    .array(
      z.union([
        date,
        z.strictObject({ from: date, to: date }),
        z.strictObject({ calendar: z.string().max(64) }),
      ]),
    )
    .max(1_000)
    .optional()
    .describe('Days it is not due: dates, ranges with both ends, calendars'),
  jitter_seconds: z
    .int()
    .min(0)
    .max(86_400)
    .optional()
    .describe('Fires up to so many seconds later, for each time by its own amount'),
  starts_at: instantOrLocal.optional().describe('Not due before'),
  ends_at: instantOrLocal.optional().describe('Not due from then on'),
};

const seconds = (most: number) => z.int().min(0).max(most);

const rest = {
  title: z.string().min(1).max(200),
  description: z.string().max(4_000).default(''),
  payload: jsonObject.describe(
    'The pipeline: its steps under "pipeline" or "steps", its params under "params"',
  ),
  priority: z.int().min(1).max(9).default(5).describe('1 is served first'),
  dedupe_key: z
    .string()
    .min(1)
    .max(500)
    .optional()
    .describe('Within the window one run of the organization has this key; others get that one'),
  dedupe_window_seconds: seconds(31_536_000).default(0),
  max_retries: z.int().min(0).max(10).default(0).describe('How often a run that failed goes on at its step'),
  backoff_strategy: z.enum(backoffStrategies).default('exponential_jitter'),
  concurrency_key: z
    .string()
    .min(1)
    .max(500)
    .optional()
    .describe('Runs of the organization with this key wait for each other'),
  concurrency_limit: z.int().min(1).max(1_000).default(1).describe('How many with the key run at a time'),
  overlap: z.enum(overlapPolicies).default('skip').describe('When it is due and a run of it has not ended'),
  overlap_max: z.int().min(1).max(1_000).default(100).describe('Most that wait with "buffer_all"'),
  catchup: z
    .enum(catchupPolicies)
    .default('last')
    .describe('Which times that passed unfired are made up for'),
  catchup_window_seconds: seconds(604_800).default(3_600).describe('What is older is not made up for'),
  catchup_max: z.int().min(1).max(100).default(100).describe('Most that are made up for with "all"'),
  max_runs: z.int().min(1).max(1_000_000_000).optional().describe('The task is completed after so many runs'),
  pause_on_failures: z
    .int()
    .min(1)
    .max(1_000)
    .optional()
    .describe('The task is paused when so many runs in a row have failed'),
  timeout_seconds: z.int().min(1).max(2_592_000).optional().describe('Longest time of a run, waits included'),
  when: z
    .string()
    .min(1)
    .max(4_096)
    .optional()
    .describe('Only events whose payload this expression is true for'),
  rate: z
    .strictObject({ limit: z.int().min(1).max(100_000), per_seconds: z.int().min(1).max(86_400) })
    .optional()
    .describe('Most events that make runs in a time; others are skipped'),
  debounce_seconds: z
    .int()
    .min(1)
    .max(86_400)
    .optional()
    .describe('An event makes a run when so long none has followed it'),
  publish_as: publishAs.optional(),
};

/** Somebody's wish to have something done again and again, or later. Names of fields are those of Ordinaut. */
export const taskInput = z.strictObject({
  ...schedule,
  ...rest,
  status: z.enum(['active', 'paused']).default('active').describe('"paused" is not due until it is resumed'),
});

/** A {@link taskInput} as somebody writes it. */
export type TaskInput = z.input<typeof taskInput>;

/** A {@link taskInput}, read, with its defaults. */
export type TaskDefinition = z.output<typeof taskInput>;

const changeable = z.strictObject({
  ...schedule,
  ...rest,
  // Without defaults: what is not named stays as it is.
  schedule_expr: schedule.schedule_expr.unwrap(),
  description: rest.description.unwrap(),
  priority: rest.priority.unwrap(),
  dedupe_window_seconds: rest.dedupe_window_seconds.unwrap(),
  max_retries: rest.max_retries.unwrap(),
  backoff_strategy: rest.backoff_strategy.unwrap(),
  concurrency_limit: rest.concurrency_limit.unwrap(),
  overlap: rest.overlap.unwrap(),
  overlap_max: rest.overlap_max.unwrap(),
  catchup: rest.catchup.unwrap(),
  catchup_window_seconds: rest.catchup_window_seconds.unwrap(),
  catchup_max: rest.catchup_max.unwrap(),
});

/** Fields a task may do without once it has them. */
export const removableFields = [
  'dtstart',
  'dst',
  'exclude',
  'jitter_seconds',
  'starts_at',
  'ends_at',
  'dedupe_key',
  'concurrency_key',
  'max_runs',
  'pause_on_failures',
  'timeout_seconds',
  'when',
  'rate',
  'debounce_seconds',
  'publish_as',
] as const;

/** What becomes other of a task: fields that are named; those that may be absent are taken away with `remove`. */
export const taskChange = changeable.partial().extend({
  remove: z
    .array(z.enum(removableFields))
    .max(removableFields.length)
    .optional()
    .describe('Fields to do without from now on'),
});

/** A {@link taskChange}. */
export type TaskChange = z.input<typeof taskChange>;

/** A schedule somebody wants to look at. */
export const scheduleInput = z.strictObject(schedule);

/** A {@link scheduleInput}. */
export type ScheduleInput = z.input<typeof scheduleInput>;

/** How long a task is silent: its next time is `delay_seconds` later, or it is silent until an instant. */
export const snoozeInput = z
  .strictObject({
    delay_seconds: z.int().min(1).max(604_800).optional().describe('1 second to 7 days'),
    until: z.iso.datetime({ offset: true }).optional().describe('ISO 8601 with an offset'),
    reason: z.string().max(500).optional(),
  })
  .refine(({ delay_seconds: delay, until }) => (delay === undefined) !== (until === undefined), {
    message: 'say either "delay_seconds" or "until"',
  });

/** A {@link snoozeInput}. */
export type SnoozeInput = z.input<typeof snoozeInput>;

/** Something that happened, as somebody tells it. */
export const eventInput = z.strictObject({
  topic: z
    .string()
    .max(200)
    .regex(
      /^[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]+)*$/,
      'must be parts with dots between, such as "email.received"',
    ),
  payload: z.json().default({}),
  id: z
    .string()
    .min(1)
    .max(200)
    .optional()
    .describe('Names the event at its source: told twice it is one; made up unless said'),
  source: z.string().min(1).max(200).optional().describe('Who tells it; the teller unless said'),
});

/** An {@link eventInput}. */
export type EventInput = z.input<typeof eventInput>;
