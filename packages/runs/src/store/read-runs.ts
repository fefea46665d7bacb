import type { Value } from '@signalbox/pipeline';
import {
  isJsonObject,
  type JsonObject,
  type PlannedAction,
  type RunApproval,
  type RunDetail,
  type RunError,
  type RunQuestion,
  type RunSelection,
  type RunStatus,
  type RunTrigger,
  type RunView,
  runStatuses,
  runTriggers,
  type StepView,
  type StoppingRun,
  uuidv7,
} from '@signalbox/sdk';
import type { Database } from '@signalbox/store';
import { wholeValue } from '../run/large-values.ts';
import { readDefinition } from '../run/open-claimed.ts';
import type { CallRow, EngineTables, QuestionRow, RunRow, StepRow } from './engine-tables.ts';

const maxSteps = 2_000;

type WaitingCall = Pick<CallRow, 'run_id' | 'path' | 'tool' | 'approval' | 'intent_at'>;

/** What runs wait for from people. */
interface Asked {
  readonly questions: readonly RunQuestion[];
  readonly approvals: readonly WaitingCall[];
}

/** The runs of an organization, newest first. */
export async function listRuns(
  database: Database,
  org: string,
  { task, status, before, limit }: RunSelection,
): Promise<readonly RunView[]> {
  let query = database
    .queries<EngineTables>()
    .selectFrom('engine_runs')
    .selectAll()
    .where('org', '=', org)
    .orderBy('id', 'desc')
    .limit(limit);
  if (task !== undefined) query = query.where('task_id', '=', task);
  if (status !== undefined) query = query.where('status', 'in', [...status]);
  if (before !== undefined) query = query.where('id', '<', before);
  const rows = await query.execute();
  const ids = rows.map(({ id }) => id);
  const [questions, approvals] = await Promise.all([
    questionsOfRuns(database, ids),
    approvalsOfRuns(database, ids),
  ]);
  return Promise.all(rows.map((row) => toView(database, row, { questions, approvals })));
}

/** How many runs made since an instant stand how. Their ids begin with the time they were made, so that the index has them. */
export async function countRuns(
  database: Database,
  org: string,
  since: number,
): Promise<ReadonlyMap<RunStatus, number>> {
  const rows = await database
    .queries<EngineTables>()
    .selectFrom('engine_runs')
    .select(['status', (select) => select.fn.countAll<number>().as('count')])
    .where('org', '=', org)
    .where('id', '>=', uuidv7(since, new Uint8Array(10)))
    .groupBy('status')
    .execute();
  return new Map(rows.map(({ status, count }) => [oneOf<RunStatus>(runStatuses, status, 'failed'), count]));
}

/** One run with its steps; undefined when the organization has none of this id. */
export async function findRun(database: Database, org: string, id: string): Promise<RunDetail | undefined> {
  const queries = database.queries<EngineTables>();
  const row = await queries
    .selectFrom('engine_runs')
    .selectAll()
    .where('id', '=', id)
    .where('org', '=', org)
    .executeTakeFirst();
  if (!row) return undefined;
  const [steps, calls, questions, pipeline] = await Promise.all([
    queries
      .selectFrom('engine_steps')
      .selectAll()
      .where('run_id', '=', id)
      .orderBy('position')
      .limit(maxSteps)
      .execute(),
    queries.selectFrom('engine_calls').selectAll().where('run_id', '=', id).orderBy('attempt').execute(),
    questionsOfRuns(database, [id]),
    readDefinition(database, row),
  ]);
  const byPath = new Map(calls.map((call) => [call.path, call]));
  const approvals = calls.filter(({ status, approval }) => status === 'intent' && approval !== null);
  const view = await toView(database, row, { questions, approvals });
  const event = row.event === null ? {} : { event: JSON.parse(row.event) as JsonObject };
  const views = await Promise.all(steps.map((step) => toStep(database, step, byPath.get(step.path))));
  return { ...view, ...event, depth: row.depth, pipeline, steps: views };
}

/** The questions that wait for an answer, oldest first. */
export async function openQuestions(database: Database, org: string): Promise<readonly RunQuestion[]> {
  const rows = await database
    .queries<EngineTables>()
    .selectFrom('engine_questions')
    .selectAll()
    .where('org', '=', org)
    .orderBy('asked_at')
    .limit(1_000)
    .execute();
  return rows.map(toQuestion);
}

/** The calls of runs that wait for somebody's approval. */
async function approvalsOfRuns(database: Database, ids: readonly string[]): Promise<readonly WaitingCall[]> {
  if (ids.length === 0) return [];
  return database
    .queries<EngineTables>()
    .selectFrom('engine_calls')
    .select(['run_id', 'path', 'tool', 'approval', 'intent_at'])
    .where('run_id', 'in', [...ids])
    .where('status', '=', 'intent')
    .where('approval', 'is not', null)
    .orderBy('intent_at')
    .execute();
}

async function questionsOfRuns(database: Database, ids: readonly string[]): Promise<readonly RunQuestion[]> {
  if (ids.length === 0) return [];
  const rows = await database
    .queries<EngineTables>()
    .selectFrom('engine_questions')
    .selectAll()
    .where('run_id', 'in', [...ids])
    .execute();
  return rows.map(toQuestion);
}

function toQuestion(row: QuestionRow): RunQuestion {
  const assignees = JSON.parse(row.assignees) as readonly string[];
  return {
    run: row.run_id,
    path: row.path,
    message: row.message,
    askedAt: row.asked_at,
    ...(row.schema === null ? {} : { schema: JSON.parse(row.schema) as JsonObject }),
    ...(assignees.length === 0 ? {} : { assignees }),
    ...(row.expires_at === null ? {} : { expiresAt: row.expires_at }),
  };
}

async function toView(database: Database, row: RunRow, { questions, approvals }: Asked): Promise<RunView> {
  const waiting = row.finished_at === null ? approvals.filter(({ run_id: run }) => run === row.id) : [];
  const runAs: unknown = JSON.parse(row.run_as);
  const who = isJsonObject(runAs) ? runAs : {};
  const output = row.output === null ? undefined : (JSON.parse(row.output) as Value);
  return {
    id: row.id,
    org: row.org,
    ...(row.task_id === null ? {} : { task: { id: row.task_id, version: row.task_version ?? 1 } }),
    title: row.title,
    trigger: oneOf<RunTrigger>(runTriggers, row.cause, 'manual'),
    status: oneOf<RunStatus>(runStatuses, row.status, 'failed'),
    params: JSON.parse(row.params) as JsonObject,
    scheduledAt: row.scheduled_at,
    createdAt: row.created_at,
    ...(row.started_at === null ? {} : { startedAt: row.started_at }),
    ...(row.finished_at === null ? {} : { finishedAt: row.finished_at }),
    priority: row.priority,
    attempt: row.attempt,
    ...(row.error === null ? {} : toEnding(row.error)),
    ...(output === undefined ? {} : { output: await wholeValue(database, row.id, output) }),
    runAs: { kind: textOf(who['kind']), id: textOf(who['id']) },
    questions: questions.filter(({ run }) => run === row.id),
    ...(waiting.length === 0 ? {} : { approvals: waiting.map(toApproval) }),
  };
}

function toApproval({ path, tool, approval, intent_at: since }: WaitingCall): RunApproval {
  return { path, tool, approval: approval ?? '', since };
}

/** Why a run has failed, or is to end: only finish-run.ts, end-by-force.ts and command-writes.ts write the column. */
function toEnding(text: string): Pick<RunView, 'error' | 'stopping'> {
  const { stopping, ...error } = JSON.parse(text) as RunError & { readonly stopping?: StoppingRun };
  return { error, ...(stopping ? { stopping } : {}) };
}

async function toStep(database: Database, row: StepRow, call: CallRow | undefined): Promise<StepView> {
  const output = row.output === null ? undefined : (JSON.parse(row.output) as Value);
  const error = row.error === null ? undefined : (JSON.parse(row.error) as RunError & { path?: string });
  return {
    path: row.path,
    attempt: row.attempts,
    status: statusOf(row.status),
    startedAt: row.started_at,
    ...(call ? toCall(call) : {}),
    ...(call?.status === 'intent' && call.approval !== null ? { status: 'waiting' } : {}),
    ...(row.finished_at === null ? {} : { finishedAt: row.finished_at }),
    ...(output === undefined ? {} : { output: await wholeValue(database, row.run_id, output) }),
    ...(error === undefined ? {} : { error: { kind: error.kind, message: error.message } }),
  };
}

function toCall({ tool, status, command, idempotency_key }: CallRow): Partial<StepView> {
  if (status !== 'planned') return { tool, idempotencyKey: idempotency_key };
  // Only command-writes.ts writes such rows.
  return { planned: JSON.parse(command ?? '{}') as PlannedAction };
}

const stepStatuses: { readonly [status: string]: StepView['status'] } = {
  running: 'intent',
  waiting: 'waiting',
  retry_wait: 'waiting',
  in_doubt: 'in_doubt',
  done: 'done',
  undone: 'done',
  skipped: 'skipped',
  failed: 'failed',
  canceled: 'canceled',
};

function statusOf(status: string): StepView['status'] {
  return stepStatuses[status] ?? 'failed';
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function oneOf<Text extends string>(known: readonly Text[], given: string, otherwise: Text): Text {
  return known.find((each) => each === given) ?? otherwise;
}
