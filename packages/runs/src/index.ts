export type { BudgetParts } from './budget/budget-parts.ts';
export { Budgets } from './budget/budgets.ts';
export { OrgBudget } from './budget/org-budget.ts';
export { OrgSpending } from './budget/org-spending.ts';
export { type NamedPlan, Plans } from './plans.ts';
export { keepCached, readCached } from './run/call-cache.ts';
export { ChildRuns, type ChildWish, failedChild } from './run/child-runs.ts';
export type { ClaimedRun } from './run/claimed-run.ts';
export { endBrokenRun } from './run/end-broken-run.ts';
export { endByForce, type ForcedEnd } from './run/end-by-force.ts';
export { type Ending, endingOf, endWrites } from './run/finish-run.ts';
export { keepValue, loadValues } from './run/large-values.ts';
export type { NewEvent, QueuedEvent } from './run/new-event.ts';
export { newsOf, noteRun } from './run/note-run.ts';
export { openClaimed } from './run/open-claimed.ts';
export { openLetter } from './run/open-letter.ts';
export { RunRights } from './run/run-rights.ts';
export { callingOf, factsOf, startedEvent } from './run/started-event.ts';
export { StateText } from './run/state-text.ts';
export { isStale, isStoreError } from './run/store-errors.ts';
export type { TellStatus } from './run/tell-status.ts';
export { type CallingHow, type CallingRun, ToolCaller } from './run/tool-caller.ts';
export type { CallOutcome } from './run/tool-outcome.ts';
export { type RunsRoom, setUpRuns } from './set-up-runs.ts';
export { type EngineSettings, engineSettings } from './settings.ts';
export { type Claim, claimRuns, nextDueAt } from './store/claim-runs.ts';
export { commandWrites, isPending } from './store/command-writes.ts';
export { type EngineTables, engineMigrations, type RunRow, type TimerRow } from './store/engine-tables.ts';
export { isInTheMiddle } from './store/in-the-middle.ts';
export { type OpenChild, openChildren } from './store/open-children.ts';
export { orderWrites } from './store/order-writes.ts';
export { joinOrderers } from './store/run-as.ts';
export { deliverMessage, type Letter, readInbox, readInboxes, readLetter } from './store/run-inbox.ts';
export {
  changeRun,
  type Hold,
  journalEvent,
  type RunChange,
  renewLeases,
  settleEvent,
} from './store/run-writes.ts';
export { type Crew, StoredEngine } from './stored-engine.ts';
