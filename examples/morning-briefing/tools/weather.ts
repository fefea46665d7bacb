import { defineExtension, tool } from '@signalbox/sdk';
import { z } from 'zod';

/** In the place of a weather service. */
export default defineExtension({
  name: 'weather-mcp',
  config: z.strictObject({}),
  setup: ({ tools }) => {
    tools.provide(
      'forecast',
      tool(
        'Weather for a city',
        z.object({ city: z.string() }),
        ({ city }) => ({ city, temperature: 14, rain: true }),
        { annotations: { readOnlyHint: true, openWorldHint: false } },
      ),
    );
  },
});
