import {
  addUpstream,
  getUpstream,
  getUpstreamLogs,
  listUpstreams,
  removeUpstream,
  restartUpstream,
  testUpstream,
} from '@signalbox/api';
import { type Routes, route, type UpstreamRegistry } from '@signalbox/sdk';
import { pageByKey, sortByKey } from './page.ts';

/** Serves the upstreams: list, add, show, remove, restart, logs and test. */
export function provideUpstreamRoutes(routes: Routes, upstreams: UpstreamRegistry): void {
  routes.provide(
    route({
      ...listUpstreams,
      handle: ({ query }) => pageByKey(sortByKey(upstreams.list(), nameOf), nameOf, query),
    }),
  );
  routes.provide(route({ ...addUpstream, handle: ({ body }) => upstreams.add(body.name, body.definition) }));
  routes.provide(route({ ...getUpstream, handle: ({ params }) => upstreams.get(params.name) }));
  routes.provide(
    route({
      ...removeUpstream,
      handle: async ({ params }) => {
        await upstreams.remove(params.name);
        return { name: params.name };
      },
    }),
  );
  routes.provide(route({ ...restartUpstream, handle: ({ params }) => upstreams.restart(params.name) }));
  routes.provide(
    route({
      ...getUpstreamLogs,
      handle: ({ params, query }) => ({ items: [...upstreams.logs(params.name, query.limit)] }),
    }),
  );
  routes.provide(
    route({
      ...testUpstream,
      handle: async ({ params }) => {
        const steps = await upstreams.test(params.name);
        return { ok: steps.every((step) => step.ok), steps: [...steps] };
      },
    }),
  );
}

function nameOf(item: { readonly name: string }): string {
  return item.name;
}
