import {
  addWebhook as addRoute,
  changeWebhook as changeRoute,
  getWebhook,
  listDeliveries as listDeliveriesRoute,
  listWebhooks,
  redeliver as redeliverRoute,
  removeWebhook as removeRoute,
  rotateWebhook as rotateRoute,
  testWebhook as testRoute,
} from '@signalbox/api';
import { type Routes, route } from '@signalbox/sdk';
import { isAdministrator, schedulerOf } from './access.ts';
import type { Core } from './core.ts';
import { addWebhook } from './operations/add-webhook.ts';
import { changeWebhook, removeWebhook, rotateWebhook } from './operations/change-webhook.ts';
import { listDeliveries, redeliver } from './operations/deliveries.ts';
import { openWebhook } from './operations/open-webhook.ts';
import { testWebhook } from './operations/test-webhook.ts';
import { toDeliveryItem, toWebhookItem } from './wire.ts';

/** Serves the webhooks of the caller's own organization. */
export function provideWebhookRoutes(routes: Routes, core: Core): void {
  routes.provide(
    route({
      ...listWebhooks,
      handle: async ({ query: { before, limit }, ...viewer }) => {
        schedulerOf(core).requirePermission(viewer, 'tasks:run');
        const { kind, id, org } = viewer.principal;
        const by = isAdministrator(core, viewer) ? undefined : { kind, id };
        const found = await core.webhooks.list(org, { by, before, limit });
        return { items: found.map(toWebhookItem), ...nextOf(found.at(-1)?.row.id, found.length === limit) };
      },
    }),
  );
  routes.provide(
    route({
      ...addRoute,
      handle: async ({ body, ...viewer }) => {
        const { webhook, secret } = await addWebhook(core, viewer, body);
        return { webhook: toWebhookItem(webhook), secret };
      },
    }),
  );
  routes.provide(
    route({
      ...getWebhook,
      handle: async ({ params, ...viewer }) => toWebhookItem(await openWebhook(core, viewer, params.webhook)),
    }),
  );
  routes.provide(
    route({
      ...changeRoute,
      handle: async ({ params, body: { status }, ...viewer }) =>
        toWebhookItem(await changeWebhook(core, viewer, params.webhook, status)),
    }),
  );
  routes.provide(
    route({
      ...removeRoute,
      handle: async ({ params, ...viewer }) => {
        const { row } = await removeWebhook(core, viewer, params.webhook);
        return { id: row.id, name: row.name };
      },
    }),
  );
  routes.provide(
    route({
      ...rotateRoute,
      handle: async ({ params, body: { overlap_seconds: overlap, secret: given }, ...viewer }) => {
        const wanted = { overlapMs: overlap * 1_000, secret: given };
        const { webhook, secret } = await rotateWebhook(core, viewer, params.webhook, wanted);
        return { webhook: toWebhookItem(webhook), secret };
      },
    }),
  );
  routes.provide(
    route({
      ...testRoute,
      handle: async ({ params, ...viewer }) => {
        const { delivery, event } = await testWebhook(core, viewer, params.webhook);
        return { ...(delivery ? { delivery: toDeliveryItem(delivery) } : {}), ...(event ? { event } : {}) };
      },
    }),
  );
  provideDeliveryRoutes(routes, core);
}

function provideDeliveryRoutes(routes: Routes, core: Core): void {
  routes.provide(
    route({
      ...listDeliveriesRoute,
      handle: async ({ params, query: { status, before, limit }, ...viewer }) => {
        const found = await listDeliveries(core, viewer, params.webhook, { status, before, limit });
        return { items: found.map(toDeliveryItem), ...nextOf(found.at(-1)?.message, found.length === limit) };
      },
    }),
  );
  routes.provide(
    route({
      ...redeliverRoute,
      handle: async ({ params: { webhook, delivery }, ...viewer }) =>
        toDeliveryItem(await redeliver(core, viewer, webhook, delivery)),
    }),
  );
}

function nextOf(last: string | undefined, isFull: boolean): { readonly nextCursor?: string } {
  return last !== undefined && isFull ? { nextCursor: last } : {};
}
