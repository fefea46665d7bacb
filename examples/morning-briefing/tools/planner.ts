import { defineExtension, tool } from '@signalbox/sdk';
import { z } from 'zod';

const input = z.object({
  instruction: z.string(),
  calendar: z.object({ events: z.array(z.object({ title: z.string(), at: z.string() })) }),
  weather: z.object({ temperature: z.number(), rain: z.boolean() }),
  emails: z.object({ mails: z.array(z.object({ subject: z.string(), isImportant: z.boolean() })) }),
});

/** In the place of a language model: puts together what it is given. */
export default defineExtension({
  name: 'llm',
  config: z.strictObject({}),
  setup: ({ tools }) => {
    tools.provide(
      'plan',
      tool(
        'Makes a plan of what is given',
        input,
        ({ calendar, weather, emails }) => {
          const meetings = calendar.events.map(({ at, title }) => `${at} ${title}`);
          const sky = `${weather.temperature} degrees${weather.rain ? ', take an umbrella' : ''}`;
          const important = emails.mails.filter(({ isImportant }) => isImportant);
          return {
            text: [...meetings, sky, ...important.map(({ subject }) => `Read: ${subject}`)].join('\n'),
          };
        },
        { annotations: { readOnlyHint: true, openWorldHint: false } },
      ),
    );
  },
});
