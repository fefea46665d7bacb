import { backfillTask, cancelTask, pauseTask, resumeTask, runTaskNow, snoozeTask } from '@signalbox/api';
import { type Routes, route } from '@signalbox/sdk';
import { given } from '../wire/given.ts';
import { toInstant } from '../wire/to-instant.ts';
import { toTaskRunItem } from '../wire/to-occurrence-item.ts';
import { toTaskItem } from '../wire/to-task-item.ts';
import type { WayIn } from '../wire/way-in.ts';

/** Serves what is done with tasks of the caller's own organization. */
export function provideTaskActionRoutes(routes: Routes, { tasks }: WayIn): void {
  routes.provide(
    route({
      ...pauseTask,
      handle: async ({ params: { task }, body: { reason }, ...viewer }) =>
        toTaskItem(await tasks.pause(viewer, task, reason)),
    }),
  );
  routes.provide(
    route({
      ...resumeTask,
      handle: async ({ params: { task }, ...viewer }) => toTaskItem(await tasks.resume(viewer, task)),
    }),
  );
  routes.provide(
    route({
      ...cancelTask,
      handle: async ({ params: { task }, body: { reason }, ...viewer }) =>
        toTaskItem(await tasks.cancel(viewer, task, reason)),
    }),
  );
  routes.provide(
    route({
      ...snoozeTask,
      handle: async ({ params: { task }, body, ...viewer }) =>
        toTaskItem(await tasks.snooze(viewer, task, body)),
    }),
  );
  routes.provide(
    route({
      ...runTaskNow,
      handle: async ({ params: { task }, body: { params, force, dry_run: isDryRun }, ...viewer }) =>
        toTaskRunItem(await tasks.runNow(viewer, task, given({ params, isForced: force, isDryRun }))),
    }),
  );
  routes.provide(
    route({
      ...backfillTask,
      handle: async ({ params: { task }, body: { from, to }, ...viewer }) => {
        const range = { from: Date.parse(from), to: Date.parse(to) };
        const { runs, known, next_from: next } = await tasks.backfill(viewer, task, range);
        const more = next === undefined ? {} : { next_from: toInstant(next) };
        return { runs: runs.map(toTaskRunItem), known, ...more };
      },
    }),
  );
}
