export { allRoutes } from './all-routes.ts';
export { type ApiError, apiError } from './api-error.ts';
export {
  type ApprovalDetail,
  type ApprovalItem,
  approveCall,
  getApproval,
  listApprovals,
  refuseCall,
} from './approvals.ts';
export { type AuditItem, listAudit } from './audit.ts';
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
export { explainDecision, type WhyAnswerBody } from './decisions.ts';
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
export { rotateSecretsKey } from './vault.ts';
