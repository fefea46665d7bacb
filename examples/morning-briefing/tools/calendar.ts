import { defineExtension, tool } from '@signalbox/sdk';
import { z } from 'zod';

const meetings = [
  { title: 'Stand-up', at: '09:30', minutes: 15 },
  { title: 'Budget with Ana', at: '11:00', minutes: 60 },
];

/** In the place of a calendar: every day has the same two meetings. */
export default defineExtension({
  name: 'google-calendar-mcp',
  config: z.strictObject({}),
  setup: ({ tools }) => {
    tools.provide(
      'list_events',
      tool(
        'Lists the events between two times',
        z.object({ start: z.string(), end: z.string() }),
        ({ start }) => ({ events: meetings.map((meeting) => ({ ...meeting, day: start.slice(0, 10) })) }),
        { annotations: { readOnlyHint: true, openWorldHint: false } },
      ),
    );
  },
});
