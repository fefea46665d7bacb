import { getCalendar, listCalendars, removeCalendar, setCalendar } from '@signalbox/api';
import { type Routes, route } from '@signalbox/sdk';
import { toCalendarChange, toCalendarEntry, toCalendarItem } from '../wire/to-calendar-item.ts';
import type { WayIn } from '../wire/way-in.ts';

/** Serves calendars of the caller's own organization. */
export function provideCalendarRoutes(routes: Routes, { calendars }: Pick<WayIn, 'calendars'>): void {
  routes.provide(
    route({
      ...listCalendars,
      handle: async ({ query: { limit }, ...viewer }) => ({
        items: (await calendars.list(viewer, limit)).map(toCalendarEntry),
      }),
    }),
  );
  routes.provide(
    route({
      ...getCalendar,
      handle: async ({ params: { name }, ...viewer }) => toCalendarItem(await calendars.get(viewer, name)),
    }),
  );
  routes.provide(
    route({
      ...setCalendar,
      handle: async ({ params: { name }, body: { dry_run: isDryRun, ...body }, ...viewer }) => {
        const change = isDryRun ? calendars.try : calendars.set;
        return toCalendarChange(await change(viewer, { name, ...body }), isDryRun);
      },
    }),
  );
  routes.provide(
    route({
      ...removeCalendar,
      handle: async ({ params: { name }, ...viewer }) => {
        await calendars.remove(viewer, name);
        return { name };
      },
    }),
  );
}
