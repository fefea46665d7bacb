import { decisionExplainer } from '@signalbox/policy';
import { auditReader, catalogReader, defineExtension, hubInfo, upstreamRegistry } from '@signalbox/sdk';
import { database } from '@signalbox/store';
import { z } from 'zod';
import { provideAuditRoutes } from './audit-routes.ts';
import { provideCallRoutes } from './call-routes.ts';
import { provideCatalogRoutes } from './catalog-routes.ts';
import { provideDecisionRoutes } from './decision-routes.ts';
import { provideHealthRoute } from './health-route.ts';
import { provideStoreRoutes } from './store-routes.ts';
import { provideUpstreamRoutes } from './upstream-routes.ts';

/** The management API `/api/v1`: what an administrator sees and does, and calls through the one gate. */
export default defineExtension({
  name: 'manage',
  description: 'Management API under /api/v1',
  config: z.strictObject({}),
  needs: [upstreamRegistry, catalogReader, auditReader, decisionExplainer, hubInfo, database],
  setup({ routes, calls, clock, use, onStop }) {
    const upstreams = use(upstreamRegistry);
    const hub = use(hubInfo);
    provideHealthRoute(routes, { hub, upstreams, clock });
    provideUpstreamRoutes(routes, upstreams);
    provideCatalogRoutes(routes, use(catalogReader));
    provideCallRoutes(routes, { calls, clock, onStop });
    provideDecisionRoutes(routes, { explainer: use(decisionExplainer), hub });
    provideAuditRoutes(routes, { audit: use(auditReader), clock });
    provideStoreRoutes(routes, { database: use(database), dataDir: hub.dataDir, clock });
  },
});
