import { eventInput } from '@signalbox/sdk';
import { z } from 'zod';
import { jsonValue } from '../json-schema.ts';
import { pageOf } from '../page.ts';
import { describeRoute } from '../route-description.ts';
import { taskRun } from './occurrence-item.ts';
import { instant, newestFirst, tasks } from './shared.ts';

const events = { ...tasks, tag: 'events', path: '/api/v1/events' } as const;

/** An event that was told. */
export const eventItem = z
  .object({
    id: z.string(),
    topic: z.string(),
    source: z.string(),
    event_id: z.string().describe('Its id at its source'),
    payload: jsonValue,
    at: instant,
  })
  .meta({ id: 'Event' });

/** An event that was told. */
export type EventItem = z.output<typeof eventItem>;

/** What became of an event that was told. */
export const publishedEvent = z
  .object({
    id: z.string(),
    event_id: z.string(),
    is_new: z.boolean().describe('False when it had been told before'),
    runs: z.array(taskRun),
  })
  .meta({ id: 'PublishedEvent' });

/** Tells one. */
export const publishEvent = describeRoute({
  ...events,
  permission: 'tasks:run',
  method: 'POST',
  id: 'publishEvent',
  summary: 'Tell an event: tasks and runs that wait for its topic hear of it',
  body: eventInput.extend({ payload: jsonValue.default({}) }).meta({ id: 'EventInput' }),
  answer: publishedEvent,
  status: 202,
});

/** Lists them. */
export const listEvents = describeRoute({
  ...events,
  permission: 'tasks:read',
  method: 'GET',
  id: 'listEvents',
  summary: 'List events that were told, newest first',
  query: z.object({
    topic: z.string().min(1).max(200).optional().describe('A topic, or a pattern such as "email.*"'),
    ...newestFirst,
  }),
  answer: pageOf(eventItem).meta({ id: 'EventPage' }),
});
