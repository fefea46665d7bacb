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
export { explainDecision, type WhyAnswerBody } from './decisions.ts';
export { type IdentityItem, linkIdentity, listIdentities, unlinkIdentity } from './directory/identities.ts';
export {
  addInvitation,
  getInvitation,
  type InvitationItem,
  listInvitations,
  removeInvitation,
} from './directory/invitations.ts';
export { addKey, getKey, type KeyItem, listKeys, revokeKey } from './directory/keys.ts';
export { getMe, setMyPassword } from './directory/me.ts';
export {
  addMember,
  changeMember,
  getMember,
  listMembers,
  type MemberItem,
  removeMember,
} from './directory/members.ts';
export {
  addOrganization,
  changeOrganization,
  getOrganization,
  listOrganizations,
  type OrganizationItem,
  removeOrganization,
} from './directory/organizations.ts';
export {
  addPerson,
  changePerson,
  getPerson,
  listPeople,
  type PersonItem,
  removePerson,
  setPersonPassword,
} from './directory/people.ts';
export { addRole, changeRole, getRole, listRoles, type RoleItem, removeRole } from './directory/roles.ts';
export {
  addRule,
  changeRule,
  getRule,
  listRules,
  type RuleChanges,
  removeRule,
  replaceRules,
} from './directory/rules.ts';
export {
  addService,
  changeService,
  getService,
  listServices,
  removeService,
  type ServiceItem,
} from './directory/services.ts';
export {
  addTeam,
  changeTeam,
  getTeam,
  joinTeam,
  leaveTeam,
  listTeams,
  removeTeam,
  type TeamItem,
} from './directory/teams.ts';
export { getHealth, type HubHealth } from './health.ts';
export {
  describeRoute,
  type RouteAnswer,
  type RouteDescription,
  type RouteRequest,
} from './route-description.ts';
export { listSecrets, removeSecret, type SecretItem, secretBody, setSecret } from './secrets.ts';
export { addClient, listClients, type OAuthClientItem, removeClient } from './sign-in/clients.ts';
export { listSigningKeys, rotateSigningKeys } from './sign-in/signing-keys.ts';
export { backupStore, checkStore, type StoreReport } from './store.ts';
export {
  type AwaitedItem,
  answerAwaited,
  awaitedAnswer,
  awaitedAnswered,
  listAwaited,
} from './tasks/awaited.ts';
export { clearBudget, type DayBudgetItem, getBudget, setBudget } from './tasks/budget.ts';
export {
  type CalendarChangeItem,
  type CalendarEntry,
  type CalendarItem,
  type CalendarMove,
  getCalendar,
  listCalendars,
  removeCalendar,
  setCalendar,
} from './tasks/calendars.ts';
export { type EventItem, eventItem, listEvents, publishEvent, publishedEvent } from './tasks/events.ts';
export {
  type OccurrenceItem,
  occurrenceItem,
  type PreviewedItem,
  previewedTime,
  type TaskRunItem,
  taskRun,
} from './tasks/occurrence-item.ts';
export {
  type RunDetailItem,
  type RunItem,
  type RunQuestionItem,
  type RunStepItem,
  runDetail,
  runItem,
  runQuestion,
} from './tasks/run-item.ts';
export {
  answerRun,
  cancelRun,
  followRun,
  getRun,
  listRunQuestions,
  listRuns,
  type RunFollowItem,
  retryRun,
  tryPipeline,
} from './tasks/runs.ts';
export {
  backfillTask,
  cancelTask,
  pauseTask,
  resumeTask,
  runTaskNow,
  snoozeTask,
} from './tasks/task-actions.ts';
export { scheduleBody, type TaskItem, taskBody, taskChangeBody, taskItem } from './tasks/task-item.ts';
export { listOccurrences, previewSchedule, previewTask } from './tasks/task-times.ts';
export { changeTask, createTask, getTask, listTasks, listTaskVersions, updateTask } from './tasks/tasks.ts';
export {
  connectUpstream,
  connectUpstreamForOrganization,
  disconnectUpstream,
  disconnectUpstreamForOrganization,
  getUpstreamAccounts,
  type UpstreamAccountState,
} from './upstream-accounts.ts';
export {
  addUpstream,
  getUpstream,
  getUpstreamLogs,
  listUpstreams,
  removeUpstream,
  restartUpstream,
  testUpstream,
} from './upstreams.ts';
export { rewrapSecretsKeys, rotateSecretsKey } from './vault.ts';
export {
  type DeliveryItem,
  type WebhookDefinition,
  type WebhookItem,
  webhookBody,
} from './webhooks/webhook-item.ts';
export {
  addWebhook,
  changeWebhook,
  getWebhook,
  listDeliveries,
  listWebhooks,
  redeliver,
  removeWebhook,
  rotateWebhook,
  testWebhook,
} from './webhooks/webhooks.ts';
