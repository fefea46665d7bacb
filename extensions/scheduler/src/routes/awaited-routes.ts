import { answerAwaited, listAwaited } from '@signalbox/api';
import { type Routes, route } from '@signalbox/sdk';
import { answerAwaitedFor, listAwaitedFor } from '../runs/awaited.ts';
import { toAwaitedItem } from '../wire/to-awaited-item.ts';
import type { WayIn } from '../wire/way-in.ts';

/** Serves what waits for an answer of who asks; who may answer what is decided for each. */
export function provideAwaitedRoutes(routes: Routes, wayIn: WayIn): void {
  routes.provide(
    route({
      ...listAwaited,
      handle: async ({ query: { limit }, ...viewer }) => ({
        items: (await listAwaitedFor(wayIn, viewer, limit)).map(toAwaitedItem),
      }),
    }),
  );
  routes.provide(
    route({
      ...answerAwaited,
      handle: async ({ body: { run, path, approval, approved: isApproved, answer, reason }, ...viewer }) =>
        answerAwaitedFor(wayIn, viewer, { run, path, approval, isApproved, answer, reason }),
    }),
  );
}
