import { defineExtension, tool } from '@signalbox/sdk';
import { z } from 'zod';

/** Tells an invented forecast: the smallest extension that has settings and a tool. */
export default defineExtension({
  name: 'weather',
  description: 'A forecast that needs no network',
  config: z.strictObject({ city: z.string().default('Chisinau').describe('City when none is asked for') }),
  setup: ({ config, tools, clock }) => {
    const input = z.object({ city: z.string().optional().describe('City to look up') });
    const output = z.object({ city: z.string(), degrees: z.int(), on: z.string() });
    const forecast = tool(
      'Weather for a city, made up but the same all day',
      input,
      ({ city = config.city }) => {
        const on = new Date(clock.now()).toISOString().slice(0, 10);
        const degrees = (city.length * 7 + Number(on.slice(-2)) * 3) % 35;
        return { city, degrees, on };
      },
      { output, annotations: { readOnlyHint: true } },
    );
    tools.provide('forecast', forecast);
  },
});
