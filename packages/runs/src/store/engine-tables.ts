import type { Migration } from '@signalbox/store';
import { type BudgetRow, budgetTables, type SpendingRow } from './budget-tables.ts';

/** The engine's tables as the query builder knows them. */
export interface EngineTables {
  readonly engine_plans: PlanRow;
  readonly engine_runs: RunRow;
  readonly engine_steps: StepRow;
  readonly engine_calls: CallRow;
  readonly engine_journal: JournalRow;
  readonly engine_timers: TimerRow;
  readonly engine_waits: WaitRow;
  readonly engine_questions: QuestionRow;
  readonly engine_inbox: InboxRow;
  readonly engine_slots: SlotRow;
  readonly engine_values: ValueRow;
  readonly engine_cache: CacheRow;
  readonly engine_budgets: BudgetRow;
  readonly engine_spending: SpendingRow;
}

/** A definition, kept once however many runs it has. */
export interface PlanRow {
  readonly org: string;
  readonly hash: string;
  readonly definition: string;
}

/** One run. */
export interface RunRow {
  readonly id: string;
  readonly org: string;
  readonly task_id: string | null;
  readonly task_version: number | null;
  readonly title: string;
  readonly plan_hash: string;
  readonly params: string;
  readonly event: string | null;
  readonly cause: string;
  readonly run_as: string;
  readonly scheduled_at: number;
  readonly timezone: string;
  readonly priority: number;
  readonly slot_key: string | null;
  readonly slot_limit: number | null;
  readonly max_retries: number;
  readonly backoff: string;
  readonly timeout_ms: number | null;
  readonly is_dry_run: number;
  readonly depth: number;
  /** `{run, path, attempt}` of who waits for it, as JSON. */
  readonly parent: string | null;
  readonly status: string;
  /** When somebody has to look at it: at once, at its next timer, or when something comes for it. */
  readonly available_at: number;
  /** The stepper's, as JSON; null before the first event. */
  readonly state: string | null;
  /** What the stepper asked for and nothing else remembers, as JSON. */
  readonly pending: string | null;
  readonly seq: number;
  readonly attempt: number;
  /** Grows with whatever comes for the run from outside, so that nobody lays it aside without having seen it. */
  readonly inbox_seq: number;
  /** How many runs its steps have ordered: grows in the write that orders one, so that none is ordered while it is being ended. */
  readonly children: number;
  readonly is_timed_out: number;
  readonly error: string | null;
  readonly output: string | null;
  readonly lease_node: string | null;
  /** Grows with every claim; what an earlier holder writes is refused. */
  readonly lease_epoch: number;
  readonly lease_until: number;
  /** Id of the workflow of Temporal that carries it out; null where the hub does so itself. */
  readonly workflow: string | null;
  readonly created_at: number;
  readonly started_at: number | null;
  readonly finished_at: number | null;
}

/** How a step stands. */
export interface StepRow {
  readonly run_id: string;
  readonly path: string;
  readonly step_id: string;
  /** Where it stands among the steps of its run. */
  readonly position: number;
  readonly status: string;
  readonly attempts: number;
  readonly output: string | null;
  readonly error: string | null;
  readonly started_at: number;
  readonly finished_at: number | null;
}

/** One call: `intent` before it is made, then how it ended. */
export interface CallRow {
  readonly run_id: string;
  readonly path: string;
  readonly attempt: number;
  readonly tool: string;
  readonly status: string;
  readonly idempotency_key: string;
  /** The command, as JSON, until the call has ended. */
  readonly command: string | null;
  /** What the upstream's own task of it is found again by, as JSON. */
  readonly upstream_task: string | null;
  /** Id of the approval the call waits for, which has not been made then. */
  readonly approval: string | null;
  readonly intent_at: number;
  /** When somebody was about to make it, known of the calls of workflows only; 0 where it surely has not been made. */
  readonly begun_at: number | null;
  readonly finished_at: number | null;
}

/** What happened in a run, in its order. */
interface JournalRow {
  readonly run_id: string;
  readonly seq: number;
  readonly at: number;
  readonly event: string;
}

export interface TimerRow {
  readonly run_id: string;
  readonly name: string;
  readonly due_at: number;
}

export interface WaitRow {
  readonly run_id: string;
  readonly path: string;
  readonly org: string;
  readonly topic: string;
}

export interface QuestionRow {
  readonly run_id: string;
  readonly path: string;
  readonly org: string;
  readonly reason: string;
  /** Tells this question from others of the same path. */
  readonly question: string;
  readonly message: string;
  readonly schema: string | null;
  readonly assignees: string;
  readonly asked_at: number;
  readonly expires_at: number | null;
}

/** Something from outside that a run has not been told yet. */
interface InboxRow {
  readonly run_id: string;
  readonly id: string;
  readonly at: number;
  readonly message: string;
}

/** One place of a key that only so many runs may have at a time. */
export interface SlotRow {
  readonly org: string;
  readonly slot_key: string;
  readonly place: number;
  readonly run_id: string;
}

/** A value too large for a state. */
interface ValueRow {
  readonly run_id: string;
  readonly ref: string;
  readonly json: string;
}

/** A result kept to be given again. */
interface CacheRow {
  readonly org: string;
  readonly tool: string;
  readonly cache_key: string;
  readonly output: string;
  readonly expires_at: number;
}

const tables = `create table engine_plans (
  org text not null,
  hash text not null,
  definition text not null,
  primary key (org, hash)
)
;;
create table engine_runs (
  id text not null primary key,
  org text not null,
  task_id text,
  task_version bigint,
  title text not null,
  plan_hash text not null,
  params text not null,
  event text,
  cause text not null,
  run_as text not null,
  scheduled_at bigint not null,
  timezone text not null,
  priority bigint not null,
  slot_key text,
  slot_limit bigint,
  max_retries bigint not null,
  backoff text not null,
  timeout_ms bigint,
  is_dry_run bigint not null,
  depth bigint not null,
  parent text,
  status text not null,
  available_at bigint not null,
  state text,
  pending text,
  seq bigint not null,
  attempt bigint not null,
  inbox_seq bigint not null,
  is_timed_out bigint not null,
  error text,
  output text,
  lease_node text,
  lease_epoch bigint not null,
  lease_until bigint not null,
  created_at bigint not null,
  started_at bigint,
  finished_at bigint
)
;;
create index engine_runs_due on engine_runs (available_at) where finished_at is null
;;
create index engine_runs_org on engine_runs (org, id)
;;
create index engine_runs_task on engine_runs (task_id, id)
;;
create index engine_runs_finished on engine_runs (finished_at) where finished_at is not null
;;
create table engine_steps (
  run_id text not null,
  path text not null,
  step_id text not null,
  position bigint not null,
  status text not null,
  attempts bigint not null,
  output text,
  error text,
  started_at bigint not null,
  finished_at bigint,
  primary key (run_id, path)
)
;;
create table engine_calls (
  run_id text not null,
  path text not null,
  attempt bigint not null,
  tool text not null,
  status text not null,
  idempotency_key text not null,
  command text,
  upstream_task text,
  intent_at bigint not null,
  finished_at bigint,
  primary key (run_id, path, attempt)
)
;;
create table engine_journal (
  run_id text not null,
  seq bigint not null,
  at bigint not null,
  event text not null,
  primary key (run_id, seq)
)
;;
create table engine_timers (
  run_id text not null,
  name text not null,
  due_at bigint not null,
  primary key (run_id, name)
)
;;
create table engine_waits (
  run_id text not null,
  path text not null,
  org text not null,
  topic text not null,
  primary key (run_id, path)
)
;;
create index engine_waits_org on engine_waits (org)
;;
create table engine_questions (
  run_id text not null,
  path text not null,
  org text not null,
  reason text not null,
  question text not null,
  message text not null,
  schema text,
  assignees text not null,
  asked_at bigint not null,
  expires_at bigint,
  primary key (run_id, path)
)
;;
create index engine_questions_org on engine_questions (org)
;;
create table engine_inbox (
  run_id text not null,
  id text not null,
  at bigint not null,
  message text not null,
  primary key (run_id, id)
)
;;
create table engine_slots (
  org text not null,
  slot_key text not null,
  place bigint not null,
  run_id text not null,
  primary key (org, slot_key, place)
)
;;
create index engine_slots_run on engine_slots (run_id)
;;
create table engine_values (
  run_id text not null,
  ref text not null,
  json text not null,
  primary key (run_id, ref)
)
;;
create table engine_cache (
  org text not null,
  tool text not null,
  cache_key text not null,
  output text not null,
  expires_at bigint not null,
  primary key (org, tool, cache_key)
)
;;
create index engine_cache_age on engine_cache (expires_at)`;

const workflows = `alter table engine_runs add column workflow text
;;
create index engine_runs_workflow on engine_runs (id) where workflow is not null and finished_at is null`;

// Of calls that are under way nobody noted whether they were begun, so they count as begun.
const begunCalls = `alter table engine_calls add column begun_at bigint
;;
update engine_calls set begun_at = intent_at where status = 'intent'`;
const approvals = 'alter table engine_calls add column approval text';
const children = 'alter table engine_runs add column children bigint not null default 0';

/** The engine's schema. */
export const engineMigrations: readonly Migration[] = [
  { id: 1, name: 'runs', sql: tables },
  { id: 2, name: 'workflows', sql: workflows },
  { id: 3, name: 'begun-calls', sql: begunCalls },
  { id: 4, name: 'calls that wait for approval', sql: approvals },
  { id: 5, name: 'budgets of days', sql: budgetTables },
  { id: 6, name: 'children of runs', sql: children },
];

/** Tables whose rows belong to a run and go with it. */
export const tablesOfRuns = [
  'engine_steps',
  'engine_calls',
  'engine_journal',
  'engine_timers',
  'engine_waits',
  'engine_questions',
  'engine_inbox',
  'engine_slots',
  'engine_values',
] as const satisfies readonly (keyof EngineTables)[];
