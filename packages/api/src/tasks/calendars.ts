import { z } from 'zod';
import { forAdministrators } from '../directory/shared.ts';
import { describeRoute } from '../route-description.ts';
import { instant, onePage, subject, tasks } from './shared.ts';

const name = z
  .string()
  .regex(
    /^[a-z][a-z0-9_-]{0,63}$/,
    'must begin with a lower-case letter and have lower-case letters, digits, - and _, at most 64',
  );
const date = z.iso
  .date('must be a date there is, such as "2026-12-25"')
  .refine((text) => text >= '1900' && text < '9999', 'must be of the years 1900 to 9998');

/** A calendar without its dates. */
const calendarEntry = z
  .object({
    name,
    description: z.string(),
    count: z.int().describe('How many dates it has'),
    first: z.string().optional(),
    last: z.string().optional(),
    changed_at: instant,
    changed_by: subject,
  })
  .meta({ id: 'CalendarEntry' });

/** A calendar without its dates. */
export type CalendarEntry = z.output<typeof calendarEntry>;

/** A calendar: dates on which nothing is due for the tasks that name it. */
const calendarItem = calendarEntry
  .extend({
    dates: z.array(z.string()),
    tasks: z.int().describe('How many tasks name it that have not ended'),
  })
  .meta({ id: 'Calendar' });

/** A calendar. */
export type CalendarItem = z.output<typeof calendarItem>;

const calendarMove = z
  .object({
    task: z.string(),
    title: z.string(),
    from_at: instant.optional().describe('The next time by the dates there were, where there was one'),
    to_at: instant.optional().describe('The next time by those there are'),
  })
  .meta({ id: 'CalendarMove' });

/** A task whose next time is another one with other dates. */
export type CalendarMove = z.output<typeof calendarMove>;

const calendarChange = z
  .object({
    calendar: calendarItem,
    dry_run: z.boolean(),
    moved: z.int().describe('How many tasks have another next time'),
    moves: z.array(calendarMove).describe('The first 50 of them'),
  })
  .meta({ id: 'CalendarChange' });

/** What came of a change, or would. */
export type CalendarChangeItem = z.output<typeof calendarChange>;

const all = { ...tasks, tag: 'calendars' } as const;
const reads = { ...all, permission: 'tasks:read', method: 'GET' } as const;
const changes = { ...all, ...forAdministrators } as const;
const one = { path: '/api/v1/calendars/{name}', params: z.object({ name }) } as const;

/** Lists them. */
export const listCalendars = describeRoute({
  ...reads,
  path: '/api/v1/calendars',
  id: 'listCalendars',
  summary: 'List calendars, by name: days on which tasks that name one are not due',
  query: onePage,
  answer: z.object({ items: z.array(calendarEntry) }).meta({ id: 'CalendarList' }),
});

/** Shows one. */
export const getCalendar = describeRoute({
  ...reads,
  ...one,
  id: 'getCalendar',
  summary: 'Show a calendar with its dates',
  answer: calendarItem,
});

/** Makes one, or gives it other dates. */
export const setCalendar = describeRoute({
  ...changes,
  ...one,
  method: 'PUT',
  id: 'setCalendar',
  effect: ({ body }) => (body['dry_run'] === true ? 'nothing' : 'change'),
  summary: 'Make a calendar, or give it other dates; tells which tasks have another next time by it',
  body: z
    .strictObject({
      dates: z.array(date).max(2_000).describe('In any order; what is there twice counts once'),
      description: z.string().max(500).optional().describe('Stays as it is when absent'),
      dry_run: z.boolean().default(false).describe('Only tell what would come of it'),
    })
    .meta({ id: 'CalendarInput' }),
  answer: calendarChange,
});

/** Removes one. */
export const removeCalendar = describeRoute({
  ...changes,
  ...one,
  method: 'DELETE',
  id: 'removeCalendar',
  summary: 'Remove a calendar no task names',
  answer: z.object({ name }).meta({ id: 'RemovedCalendar' }),
});
