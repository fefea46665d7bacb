import { listEvents, publishEvent } from '@signalbox/api';
import { type Routes, route } from '@signalbox/sdk';
import { given } from '../wire/given.ts';
import { toPage } from '../wire/page.ts';
import { toEventItem } from '../wire/to-event-item.ts';
import { toTaskRunItem } from '../wire/to-occurrence-item.ts';
import type { WayIn } from '../wire/way-in.ts';

/** Serves events of the caller's own organization. */
export function provideEventRoutes(routes: Routes, { tasks }: WayIn): void {
  routes.provide(
    route({
      ...publishEvent,
      handle: async ({ body, ...viewer }) => {
        const { id, event_id, is_new, runs } = await tasks.publishEvent(viewer, body);
        return { id, event_id, is_new, runs: runs.map(toTaskRunItem) };
      },
    }),
  );
  routes.provide(
    route({
      ...listEvents,
      handle: async ({ query, ...viewer }) =>
        toPage(await tasks.events(viewer, given(query)), query.limit, toEventItem),
    }),
  );
}
