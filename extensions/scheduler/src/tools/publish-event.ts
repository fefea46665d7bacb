import { publishedEvent } from '@signalbox/api';
import { eventInput, type Tool } from '@signalbox/sdk';
import type { z } from 'zod';
import { toTaskRunItem } from '../wire/to-occurrence-item.ts';
import type { WayIn } from '../wire/way-in.ts';
import { hints, taskTool } from './task-tool.ts';

/** `publish_event`. */
export function publishEventTool({ tasks }: WayIn): Tool<z.output<typeof eventInput>> {
  return taskTool({
    title: 'Tell an event',
    description:
      'Tell that something happened, such as {"topic": "email.received", "payload": {"from": "ana@example.com"}}. Tasks and waiting runs of your organization that listen to the topic hear of it; gives the runs that began. With "id" the same event told twice is one.',
    input: eventInput,
    output: publishedEvent,
    hints: hints.runs,
    handle: async (input, viewer) => {
      const { id, event_id, is_new, runs } = await tasks.publishEvent(viewer, input);
      return { id, event_id, is_new, runs: runs.map(toTaskRunItem) };
    },
  });
}
