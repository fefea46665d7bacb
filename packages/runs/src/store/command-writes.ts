import type { CallTool, Command, Planned, StartChild } from '@signalbox/pipeline';
import type { StoppingRun, StoreWrite } from '@signalbox/sdk';
import { type Database, preparedWrite, storeStep } from '@signalbox/store';
import type { CallRow, EngineTables, QuestionRow, StepRow, TimerRow, WaitRow } from './engine-tables.ts';
import { forgetTimer } from './run-writes.ts';

/** Which run commands are of, and when they were given. */
export interface CommandPlace {
  readonly run: string;
  readonly org: string;
  readonly now: number;
  /** Grows with every command of the run. */
  readonly position: number;
}

/** What is written down of a command before it is carried out: after a crash it is all that is known of it. */
export function commandWrites(
  database: Database,
  place: CommandPlace,
  command: Command,
): readonly StoreWrite[] {
  const { run, org, now } = place;
  switch (command.kind) {
    case 'CallTool':
    case 'StartChild':
      return [writeIntent(database, place, command)];
    case 'StartTimer':
      return [keepTimer(database, { run_id: run, name: command.timer, due_at: Math.round(command.dueAtMs) })];
    case 'CancelTimer':
      return [forgetTimer(database, { run, name: command.timer })];
    case 'WaitEvent':
      return [keepWait(database, { run_id: run, path: command.path, org, topic: command.topic })];
    case 'AskApproval':
      return [
        keepQuestion(database, {
          run_id: run,
          path: command.path,
          org,
          reason: command.reason,
          question: command.question,
          message: command.message,
          schema: command.schema ? JSON.stringify(command.schema) : null,
          assignees: JSON.stringify(command.assignees),
          asked_at: now,
          expires_at: command.expiresAtMs === undefined ? null : Math.round(command.expiresAtMs),
        }),
      ];
    case 'CancelWait':
      return [
        forgetWait(database, { run, path: command.path }),
        forgetQuestion(database, { run, path: command.path }),
      ];
    case 'GiveUp':
      return [giveUpCall(database, { run, path: command.path, attempt: command.attempt, now })];
    case 'Stop':
      return [writeStop(database, place, command)];
    case 'StepChanged':
      return [writeStep(database, place, command)];
    case 'Planned':
      return [writePlanned(database, place, command)];
    default:
      return [];
  }
}

const keepTimer = preparedWrite<EngineTables, TimerRow>((queries, row) =>
  queries
    .insertInto('engine_timers')
    .values(row)
    .onConflict((conflict) => conflict.doNothing()),
);

const keepWait = preparedWrite<EngineTables, WaitRow>((queries, row) =>
  queries
    .insertInto('engine_waits')
    .values(row)
    .onConflict((conflict) => conflict.doNothing()),
);

const keepQuestion = preparedWrite<EngineTables, QuestionRow>((queries, row) =>
  queries
    .insertInto('engine_questions')
    .values(row)
    .onConflict((conflict) => conflict.doNothing()),
);

const forgetWait = preparedWrite<EngineTables, { run: string; path: string }>((queries, { run, path }) =>
  queries.deleteFrom('engine_waits').where('run_id', '=', run).where('path', '=', path),
);

const forgetQuestion = preparedWrite<EngineTables, { run: string; path: string }>((queries, { run, path }) =>
  queries.deleteFrom('engine_questions').where('run_id', '=', run).where('path', '=', path),
);

const giveUpCall = preparedWrite<EngineTables, { run: string; path: string; attempt: number; now: number }>(
  (queries, { run, path, attempt, now }) =>
    queries
      .updateTable('engine_calls')
      .set({ status: 'in_doubt', finished_at: now, command: null })
      .where('run_id', '=', run)
      .where('path', '=', path)
      .where('attempt', '=', attempt)
      .where('status', '=', 'intent'),
);

/** What has to be carried out again after a crash, and stands in no table of its own. */
export function isPending({ kind }: Command): boolean {
  return kind === 'Continue' || kind === 'LoadValues' || kind === 'CancelCall';
}

/** A run that was told to end says why while it tidies up, in the place where its end will stand. */
function writeStop(
  database: Database,
  { run, now }: CommandPlace,
  { as, error, untilMs }: Extract<Command, { kind: 'Stop' }>,
): StoreWrite {
  const stopping: StoppingRun = { as, since: now, until: Math.round(untilMs) };
  const { path, ...told } = error;
  return storeStep(
    database
      .queries<EngineTables>()
      .updateTable('engine_runs')
      .set({ error: JSON.stringify({ ...told, ...(path === undefined ? {} : { step: path }), stopping }) })
      .where('id', '=', run)
      .where('finished_at', 'is', null),
  );
}

function writeIntent(
  database: Database,
  { run, now }: CommandPlace,
  command: CallTool | StartChild,
): StoreWrite {
  const row = {
    run_id: run,
    path: command.path,
    attempt: command.attempt,
    tool: command.kind === 'CallTool' ? command.tool : command.task,
    status: 'intent',
    idempotency_key: `${run}/${command.idempotencyKey}`,
    command: JSON.stringify(command),
    upstream_task: null,
    approval: null,
    intent_at: now,
    begun_at: null,
    finished_at: null,
  };
  return insertCall(database, row);
}

const insertCall = preparedWrite<EngineTables, CallRow>((queries, row) =>
  queries.insertInto('engine_calls').values(row),
);

/** What a dry run leaves out stands among the calls, as one that is neither open nor was made. */
function writePlanned(
  database: Database,
  { run, now }: CommandPlace,
  { path, action, target, args }: Planned,
): StoreWrite {
  const row = {
    run_id: run,
    path,
    attempt: 0,
    tool: target,
    status: 'planned',
    idempotency_key: '',
    command: JSON.stringify({ action, target, args }),
    upstream_task: null,
    approval: null,
    intent_at: now,
    begun_at: null,
    finished_at: now,
  };
  return insertPlanned(database, row);
}

const insertPlanned = preparedWrite<EngineTables, CallRow>((queries, row) =>
  queries
    .insertInto('engine_calls')
    .values(row)
    .onConflict((conflict) => conflict.doNothing()),
);

function writeStep(
  database: Database,
  { run, position }: CommandPlace,
  { path, stepId, record }: Extract<Command, { kind: 'StepChanged' }>,
): StoreWrite {
  const { status, attempts, startedAtMs, durationMs, error, output } = record;
  const queries = database.queries<EngineTables>();
  if (status === 'undone')
    return storeStep(
      queries.updateTable('engine_steps').set({ status }).where('run_id', '=', run).where('path', '=', path),
    );
  const row = {
    status,
    attempts,
    output: output === undefined ? null : JSON.stringify(output),
    error: error === undefined ? null : JSON.stringify(error),
    started_at: Math.round(startedAtMs),
    finished_at: durationMs === undefined ? null : Math.round(startedAtMs + durationMs),
  };
  return upsertStep(database, { run_id: run, path, step_id: stepId, position, ...row });
}

const upsertStep = preparedWrite<EngineTables, StepRow>((queries, row) => {
  const { run_id: _run, path: _path, step_id: _step, position: _position, ...changing } = row;
  return queries
    .insertInto('engine_steps')
    .values(row)
    .onConflict((conflict) => conflict.columns(['run_id', 'path']).doUpdateSet(changing));
});
