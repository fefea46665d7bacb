import { approveCall, getApproval, listApprovals, refuseCall } from './approvals.ts';
import { exportAudit, followAudit, listAudit, verifyAudit } from './audit.ts';
import { answerAsk, makeCall } from './calls.ts';
import {
  getPrompt,
  getResource,
  getTemplate,
  getTool,
  listPrompts,
  listResources,
  listTemplates,
  listTools,
} from './catalog.ts';
import { explainDecision } from './decisions.ts';
import { allDirectoryRoutes } from './directory/all-directory-routes.ts';
import { getHealth } from './health.ts';
import type { RouteDescription } from './route-description.ts';
import { listSecrets, removeSecret, setSecret } from './secrets.ts';
import { addClient, listClients, removeClient } from './sign-in/clients.ts';
import { listSigningKeys, rotateSigningKeys } from './sign-in/signing-keys.ts';
import { backupStore, checkStore } from './store.ts';
import { allTaskRoutes } from './tasks/all-task-routes.ts';
import {
  connectUpstream,
  connectUpstreamForOrganization,
  disconnectUpstream,
  disconnectUpstreamForOrganization,
  getUpstreamAccounts,
} from './upstream-accounts.ts';
import {
  addUpstream,
  getUpstream,
  getUpstreamLogs,
  listUpstreams,
  removeUpstream,
  restartUpstream,
  testUpstream,
} from './upstreams.ts';
import { rewrapSecretsKeys, rotateSecretsKey } from './vault.ts';
import { allWebhookRoutes } from './webhooks/all-webhook-routes.ts';

/** Every operation of the management API, in the order of its document. */
export const allRoutes: readonly RouteDescription[] = [
  getHealth,
  listUpstreams,
  addUpstream,
  getUpstream,
  removeUpstream,
  restartUpstream,
  getUpstreamLogs,
  testUpstream,
  getUpstreamAccounts,
  connectUpstream,
  disconnectUpstream,
  connectUpstreamForOrganization,
  disconnectUpstreamForOrganization,
  listTools,
  getTool,
  listResources,
  getResource,
  listTemplates,
  getTemplate,
  listPrompts,
  getPrompt,
  makeCall,
  answerAsk,
  explainDecision,
  listApprovals,
  getApproval,
  approveCall,
  refuseCall,
  ...allTaskRoutes,
  ...allWebhookRoutes,
  listSecrets,
  setSecret,
  removeSecret,
  rotateSecretsKey,
  rewrapSecretsKeys,
  listAudit,
  followAudit,
  exportAudit,
  verifyAudit,
  backupStore,
  checkStore,
  ...allDirectoryRoutes,
  listClients,
  addClient,
  removeClient,
  listSigningKeys,
  rotateSigningKeys,
];
