import {
  addUpstream,
  getUpstream,
  getUpstreamLogs,
  listUpstreams,
  removeUpstream,
  restartUpstream,
  testUpstream,
} from '@signalbox/api';
import { type Principal, type Routes, route, type UpstreamInfo, type UpstreamRegistry } from '@signalbox/sdk';
import { pageByKey, sortByKey } from './page.ts';

/** Serves the upstreams: list, add, show, remove, restart, logs and test. */
export function provideUpstreamRoutes(routes: Routes, upstreams: UpstreamRegistry): void {
  routes.provide(
    route({
      ...listUpstreams,
      handle: async ({ query, principal }) => {
        const page = pageByKey(sortByKey(upstreams.list(), nameOf), nameOf, query);
        const items = await Promise.all(page.items.map((item) => withLogin(upstreams, item, principal)));
        return { ...page, items };
      },
    }),
  );
  routes.provide(route({ ...addUpstream, handle: ({ body }) => upstreams.add(body.name, body.definition) }));
  routes.provide(
    route({
      ...getUpstream,
      handle: ({ params, principal }) => withLogin(upstreams, upstreams.get(params.name), principal),
    }),
  );
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
      handle: async ({ params, principal }) => {
        const steps = await upstreams.test(params.name, principal);
        return { ok: steps.every((step) => step.ok), steps: [...steps] };
      },
    }),
  );
}

/** An upstream with how whoever asks is known there. */
async function withLogin(
  upstreams: UpstreamRegistry,
  info: UpstreamInfo,
  principal: Principal,
): Promise<UpstreamInfo> {
  const login = await upstreams.loginOf(info.name, principal);
  return login === undefined ? info : { ...info, login };
}

function nameOf(item: { readonly name: string }): string {
  return item.name;
}
