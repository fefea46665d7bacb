export { allRoutes } from './all-routes.ts';
export { type ApiError, apiError } from './api-error.ts';
export { exportAudit, followAudit, listAudit, verifyAudit } from './audit.ts';
export type { AuditItem } from './audit-entry.ts';
export { type AskAnswer, answerAsk, type CallBody, type CallItem, makeCall } from './calls.ts';
export {
  type CatalogEntry,
  type CatalogEntryDetail,
  getPrompt,
  getResource,
  getTemplate,
  getTool,
  listPrompts,
  listResources,
  listTemplates,
  listTools,
} from './catalog.ts';
export { getHealth, type HubHealth } from './health.ts';
export {
  describeRoute,
  type RouteAnswer,
  type RouteDescription,
  type RouteRequest,
} from './route-description.ts';
export { backupStore, checkStore, type StoreReport } from './store.ts';
export {
  addUpstream,
  getUpstream,
  getUpstreamLogs,
  listUpstreams,
  removeUpstream,
  restartUpstream,
  testUpstream,
} from './upstreams.ts';
