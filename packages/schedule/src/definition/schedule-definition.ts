import { z } from 'zod';
import { dstSettings } from './dst-policy.ts';
import { topicPattern } from './topic-pattern.ts';

const date = z.iso.date();
const instant = z.iso.datetime({ offset: true });
const localTime = z
  .string()
  .regex(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2})?$/, 'must be a local time such as "2026-03-29T02:30"');
const timezone = z.string().min(1).max(100).describe('IANA time zone, such as "Europe/Chisinau"');

const limits = {
  starts_at: z
    .union([instant, localTime])
    .optional()
    .describe('Nothing is due before: ISO 8601 with an offset, or local in the time zone'),
  ends_at: z
    .union([instant, localTime])
    .optional()
    .describe('Nothing is due from then on: ISO 8601 with an offset, or local in the time zone'),
};

const common = {
  ...limits,
  dst: dstSettings
    .optional()
    .describe('What happens to times that do not exist, or exist twice, because clocks are changed'),
  exclude: z
    .array(
      z.union([
        date,
        z.strictObject({ from: date, to: date }),
        z.strictObject({ calendar: z.string().min(1).max(100) }),
      ]),
    )
    .max(1_000)
    .optional()
    .describe('Days on which nothing is due: dates, ranges with both ends, and calendars by name'),
  jitter_seconds: z
    .int()
    .min(0)
    .max(86_400)
    .optional()
    .describe('Fires up to so many seconds later, each time by another amount that is always the same'),
};

/** How many characters a recurrence may have: a thousand listed times and a thousand exceptions, and as much again as one property. */
export const maxRecurrence = 50_000;

const cron = z.strictObject({
  kind: z.literal('cron'),
  expression: z
    .string()
    .min(1)
    .max(500)
    .describe(
      'Five fields (minute, hour, day, month, weekday), six with seconds first, or @daily and its like',
    ),
  timezone: timezone.default('UTC'),
  ...common,
});

const rrule = z.strictObject({
  kind: z.literal('rrule'),
  rule: z
    .union([
      z.string().min(1).max(maxRecurrence),
      z
        .array(z.string().min(1).max(maxRecurrence))
        .min(1)
        .max(maxRecurrence / 2),
    ])
    .describe('RFC 5545, as text or lines: RRULE, RDATE, EXDATE, DTSTART; a line without a name is an RRULE'),
  dtstart: z
    .union([instant, localTime, date])
    .optional()
    .describe('Where counting begins, unless DTSTART says it: local in the time zone, or with an offset'),
  timezone: timezone.optional().describe('IANA time zone; that of DTSTART, or UTC, unless given'),
  ...common,
});

const once = z.strictObject({
  kind: z.literal('once'),
  at: z.union([instant, localTime]).describe('ISO 8601 with an offset, or local in the time zone'),
  timezone: timezone.default('UTC'),
  ...common,
});

const interval = z.strictObject({
  kind: z.literal('interval'),
  every: z
    .union([
      z.int().min(1),
      z
        .string()
        .max(100)
        .regex(/^(?:\d{1,9}[wdhms])+$/, 'must be a duration such as "90m" or "1h30m"'),
    ])
    .describe('Time that really passes: seconds, or a duration such as "90m" or "1h30m"; a day is 24 hours'),
  anchor: instant.describe('An instant that is due; all others are whole intervals after it'),
  timezone: timezone.default('UTC').describe('IANA time zone of the excluded days'),
  ...common,
});

const event = z.strictObject({
  kind: z.literal('event'),
  topic: topicPattern.describe(
    'Topic of the events, such as "email.received"; * is any one part, ** all that follow',
  ),
  timezone: timezone.default('UTC'),
  ...limits,
});

/** When something is due, as somebody writes it down. */
export const scheduleDefinition = z.discriminatedUnion('kind', [cron, rrule, once, interval, event]);

/** One of {@link scheduleDefinition}, read. */
export type ScheduleDefinition = z.output<typeof scheduleDefinition>;

/** One of {@link scheduleDefinition}, by kind. */
export type DefinitionOf<Kind extends ScheduleDefinition['kind']> = Extract<
  ScheduleDefinition,
  { readonly kind: Kind }
>;
