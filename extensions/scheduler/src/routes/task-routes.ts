import {
  changeTask,
  createTask,
  getTask,
  listOccurrences,
  listTasks,
  listTaskVersions,
  previewSchedule,
  previewTask,
  updateTask,
} from '@signalbox/api';
import { type Routes, route } from '@signalbox/sdk';
import { given } from '../wire/given.ts';
import { toPage } from '../wire/page.ts';
import { toInstant } from '../wire/to-instant.ts';
import { toOccurrenceItem, toPreviewedItem } from '../wire/to-occurrence-item.ts';
import { toTaskItem } from '../wire/to-task-item.ts';
import type { WayIn } from '../wire/way-in.ts';

/** Serves tasks of the caller's own organization: what there is, and what it is to be. */
export function provideTaskRoutes(routes: Routes, { tasks }: WayIn): void {
  routes.provide(
    route({
      ...listTasks,
      handle: async ({ query: { status, ...query }, ...viewer }) => {
        const selection = { ...given(query), ...(status === undefined ? {} : { status: [status] }) };
        return toPage(await tasks.list(viewer, selection), query.limit, toTaskItem);
      },
    }),
  );
  routes.provide(
    route({
      ...createTask,
      handle: async ({ body, ...viewer }) => toTaskItem(await tasks.create(viewer, body)),
    }),
  );
  routes.provide(
    route({
      ...getTask,
      handle: async ({ params: { task }, ...viewer }) => toTaskItem(await tasks.get(viewer, task)),
    }),
  );
  for (const description of [changeTask, updateTask])
    routes.provide(
      route({
        ...description,
        handle: async ({ params: { task }, query: { version }, body, ...viewer }) =>
          toTaskItem(await tasks.update(viewer, task, body, version)),
      }),
    );
  routes.provide(
    route({
      ...listTaskVersions,
      handle: async ({ params: { task }, query: { limit }, ...viewer }) => ({
        items: (await tasks.versions(viewer, task))
          .slice(0, limit)
          .map(({ created_at, definition, run_as, version }) => ({
            version,
            definition,
            run_as: { ...run_as },
            created_at: toInstant(created_at),
          })),
      }),
    }),
  );
  routes.provide(
    route({
      ...previewTask,
      handle: async ({ params: { task }, query: { count }, ...viewer }) => ({
        items: (await tasks.preview(viewer, { task }, count)).map(toPreviewedItem),
      }),
    }),
  );
  routes.provide(
    route({
      ...previewSchedule,
      handle: async ({ body: schedule, query: { count }, ...viewer }) => ({
        items: (await tasks.preview(viewer, { schedule }, count)).map(toPreviewedItem),
      }),
    }),
  );
  routes.provide(
    route({
      ...listOccurrences,
      handle: async ({ params: { task }, query: { status, ...query }, ...viewer }) => {
        const selection = { ...given(query), ...(status === undefined ? {} : { status: [status] }) };
        return toPage(await tasks.occurrences(viewer, task, selection), query.limit, toOccurrenceItem);
      },
    }),
  );
}
