export { addressGroup } from './address-group.ts';
export {
  type ApprovalAnswers,
  type AwaitedCall,
  approvalAnswers,
  type CallAnswer,
} from './approval-answers.ts';
export { type ApprovalDesk, type ApprovalQuestion, approvalDesk } from './approvals.ts';
export {
  type AuditActor,
  type AuditChainReport,
  type AuditCheckpoint,
  type AuditEntry,
  type AuditExportLine,
  type AuditFilter,
  type AuditOutcome,
  type AuditProblem,
  type AuditQuery,
  type AuditReader,
  type AuditReport,
  type AuditSelection,
  type AuditTombstone,
  auditFilters,
  auditOutcomes,
  auditReader,
} from './audit.ts';
export {
  type AuditEvent,
  type AuditEventEnd,
  type AuditEventKind,
  type AuditRecorder,
  auditRecorder,
} from './audit-event.ts';
export { type BrowserPage, type BrowserPages, browserPages } from './browser-pages.ts';
export type {
  ApprovalChannel,
  Ask,
  CallChannels,
  CallKind,
  CallRequest,
  CallResult,
  CallRetry,
  Calls,
  CallUse,
  EntryIdentity,
  InputResult,
  Invocation,
  Invoke,
  ListKind,
  ListPage,
  ListRequest,
  Revealed,
  TaskToResume,
  ViewName,
} from './call.ts';
export {
  type CatalogItem,
  type CatalogReader,
  type ChangedEntry,
  catalogChanged,
  catalogReader,
  type ResourceUpdate,
  resourceUpdated,
  type SourceEntry,
  type SourceHandle,
  type SourceSpec,
  type SourceState,
  type Sources,
} from './catalog.ts';
export {
  type EventNote,
  eventPublished,
  type RunNote,
  type TaskNote,
  type WriteNote,
} from './change-notes.ts';
export { clientAddress, tellClientAddress } from './client-address.ts';
export { type Clock, sleep, systemClock } from './clock.ts';
export { type CredentialEnd, CredentialWatch } from './credential-watch.ts';
export { type BudgetLimits, type DayBudget, type DayBudgets } from './day-budgets.ts';
export {
  type CredentialFacts,
  type Directory,
  directory,
  directoryChanged,
  type ForeignIdentity,
  type LinkedIdentity,
  type Membership,
  type MembershipChange,
  type Passkey,
  type PerformMembership,
  type Person,
  type SignInCheck,
  type SignInRefusal,
  type SubjectRef,
} from './directory.ts';
export {
  type ChildWanted,
  type Engine,
  engine,
  isEnded,
  type OrderChild,
  type PlannedAction,
  type RunAnswer,
  type RunApproval,
  type RunDetail,
  type RunError,
  type RunEvent,
  type RunOrder,
  type RunQuestion,
  type RunSelection,
  type RunStatus,
  type RunTrigger,
  type RunView,
  runChanged,
  runStatuses,
  runTriggers,
  type StepView,
  type StoppingRun,
} from './engine.ts';
export { type ErrorCode, type ErrorFacts, errorTable } from './error-table.ts';
export { defineTopic, type Events, type EventTopic } from './events.ts';
export { defineExtension, type Extension, type ExtensionContext } from './extension.ts';
export type { Health, HealthReport } from './health.ts';
export { cutClean, hideInJson, hideInObject, hideValues, shortestHidden } from './hide-values.ts';
export { type HealthPart, type HubInfo, hubInfo } from './hub-info.ts';
export {
  type IdentityAssertion,
  type IdentityAssertions,
  identityAssertions,
} from './identity-assertions.ts';
export { isJsonObject, type JsonObject, type JsonValue } from './json.ts';
export { type KeyFiles, keyFiles } from './key-files.ts';
export { type Log, type LogFields, silentLog } from './log.ts';
export type { Counter, Gauge, Histogram, MetricLabels, Metrics } from './metrics.ts';
export { type NamedSecrets, namedSecrets, type SecretWish } from './named-secrets.ts';
export { type OrganizationRemoval, organizationRemoved } from './organization-removed.ts';
export { type Permission, permissions } from './permission.ts';
export {
  type CallInterface,
  type Credential,
  compareLevels,
  effectiveLevel,
  type Level,
  levels,
  lowestLevel,
  type Orderer,
  type Principal,
  principalKinds,
  type Viewer,
  withoutExpiry,
} from './principal.ts';
export { type Prompt, type PromptArgument, type PromptOutput, prompt } from './prompt.ts';
export { type PublishAs, publishAs } from './publish-as.ts';
export { redactArguments } from './redact-arguments.ts';
export { redacted, redactUrl } from './redact-url.ts';
export { isTemplate, type Resource, type ResourceOutput, resource } from './resource.ts';
export {
  type AskedOfRoute,
  type Mount,
  type MountContext,
  type Route,
  type RouteAccess,
  type RouteEffect,
  type RouteInput,
  type RouteStream,
  type Routes,
  route,
} from './route.ts';
export {
  type Backfill,
  type ChangeNotes,
  type EventSelection,
  type EventView,
  type OccurrenceSelection,
  type OccurrenceStatus,
  type OccurrenceView,
  occurrenceDecided,
  occurrenceStatuses,
  type PipelineTry,
  type PreviewedTime,
  type PublishedEvent,
  type RunNowOptions,
  type Scheduler,
  scheduler,
  type TaskRun,
  type TaskSelection,
  type TaskStatus,
  type TaskSummary,
  type TaskVersionView,
  type TaskView,
  taskChanged,
  taskMoved,
  taskStatuses,
} from './scheduler.ts';
export { parseWith, type Schema, type SchemaIssue, toJsonSchema } from './schema.ts';
export { type Sealer, sealer } from './sealer.ts';
export { type SecretPlace, type SecretVault, secretVault } from './secret-vault.ts';
export { defineService, type ServiceToken } from './service-token.ts';
export { type ErrorExtras, isSignalboxError, SignalboxError, toSignalboxError } from './signalbox-error.ts';
export {
  orderedBy,
  orderersIn,
  orderersKept,
  principalOfStandIn,
  requireRoomFor,
  type StandIn,
  standInFor,
  standInKept,
  taskInterface,
} from './stand-in.ts';
export type { StoreWrite } from './store-write.ts';
export {
  backoffStrategies,
  catchupPolicies,
  type EventInput,
  eventInput,
  overlapPolicies,
  removableFields,
  type ScheduleInput,
  type SnoozeInput,
  scheduleInput,
  scheduleKinds,
  snoozeInput,
  type TaskChange,
  type TaskDefinition,
  type TaskInput,
  taskChange,
  taskInput,
} from './task-input.ts';
export { type ShownCredential, type TokenVerifier, tokenVerifier } from './token-verifier.ts';
export {
  type HandlerContext,
  type Tool,
  type ToolOptions,
  type ToolOutput,
  tool,
  toToolDefinition,
  usageMeta,
} from './tool.ts';
export { toolAddress } from './tool-address.ts';
export {
  signsInByItself,
  type UpstreamCredentialSettings,
  upstreamCredentialSettings,
} from './upstream-credential-settings.ts';
export {
  type AccountChange,
  type AccountState,
  type RequestToSign,
  type SignedUpstream,
  type UpstreamAccount,
  type UpstreamCredentials,
  type UpstreamRefusal,
  type UpstreamSigner,
  upstreamCredentials,
} from './upstream-credentials.ts';
export {
  httpUpstream,
  type McpUpstreamDefinition,
  openapiUpstream,
  stdioUpstream,
  type UpstreamDefinition,
  type UpstreamDefinitionInput,
  upstreamDefinition,
  upstreamName,
} from './upstream-definition.ts';
export {
  type UpstreamInfo,
  type UpstreamLogLine,
  type UpstreamRegistry,
  type UpstreamTestStep,
  type UpstreamTransport,
  upstreamInfo,
  upstreamLogLine,
  upstreamRegistry,
  upstreamTestStep,
  upstreamTransport,
} from './upstream-registry.ts';
export { uuidv7 } from './uuid.ts';
export { type Redact, withoutSecrets } from './without-secrets.ts';
