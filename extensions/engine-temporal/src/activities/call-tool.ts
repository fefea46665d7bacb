import type { CallTool, ToolFailed } from '@signalbox/pipeline';
import {
  type CallOutcome,
  callingOf,
  type EngineTables,
  keepCached,
  keepValue,
  type NewEvent,
  openClaimed,
  type RunRow,
  readCached,
} from '@signalbox/runs';
import { isJsonObject, type TaskToResume } from '@signalbox/sdk';
import { Context } from '@temporalio/activity';
import { ApplicationFailure } from '@temporalio/common';
import type { Doubt, RunKey } from '../contract.ts';
import type { ActivityParts } from './activity-parts.ts';
import { beginningOf } from './begin-call.ts';
import { findOpenRun } from './find-run.ts';

/** Several times within the time after which silence counts, and often enough to hear soon that a call is to stop. */
const beatsPerSilence = 4;
const longestBeatMs = 1_000;

/**
 * Makes one call of a run and gives what the stepper is told. Fails for good when nobody can say how the call ended: this node stops, or
 * somebody has begun it before. What fails before it is begun may be asked for again.
 */
export async function callTool(
  parts: ActivityParts,
  key: RunKey,
  command: CallTool,
  resume: TaskToResume | null,
): Promise<NewEvent> {
  const { database, caller, clock, stopping } = parts;
  if (stopping.aborted) throw new Error('this node stops');
  const { signal, stopBeating, isStopped } = beat(parts);
  try {
    const row = await findOpenRun(database, key);
    if (!row) throw inDoubt('the run is over, or somebody else has it');
    const run = await openClaimed(database, parts.plans, row);
    const calling = callingOf(run);
    // A store that gives no answer costs a call that was made before, and nothing else.
    const warn = (cause: unknown): undefined => {
      parts.log.warn('kept results cannot be used', { cause });
    };
    const isOpen = !resume && command.cache !== undefined && (await caller.mayCall(calling, command));
    const kept = isOpen ? await readCached(database, run.runAs, command, clock.now()).catch(warn) : undefined;
    if (kept !== undefined)
      return await toEvent(parts, row, command, { ok: true, output: kept, isKept: true });
    const beginning = beginningOf(parts, row, command);
    const outcome = await caller.call(calling, command, {
      signal,
      onTask: (task) => keepUpstreamTask(parts, row.id, command, task),
      mayBegin: async () => {
        if (stopping.aborted) throw new Error('this node stops');
      },
      // What an upstream has made a task of was begun long ago.
      ...(resume ? { resume } : { approval: beginning.channel }),
    });
    const problem = beginning.problem();
    if (problem === 'begun before') throw inDoubt('it was begun before');
    if (problem) throw problem;
    // Its tool may be gone because this hub stops: whoever is there next makes it.
    if (!outcome.ok && !resume && !beginning.hasBegun() && stopping.aborted)
      throw new Error('this node stops');
    if (isStopped()) throw inDoubt('this node stops');
    if (!outcome.ok && outcome.isInDoubt) {
      const { path, attempt, tool } = command;
      parts.log.warn('nobody knows how a call ended', { run: key.run, step: path, tool });
      return { kind: 'InDoubt', path, attempt, canRepeat: await caller.canRepeat(calling, tool) };
    }
    const { output, now } = { output: outcome.ok ? outcome.output : null, now: clock.now() };
    if (outcome.ok) await keepCached(database, run.runAs, command, { output, now }).catch(warn);
    return await toEvent(parts, row, command, {
      ...outcome,
      hasCalled: beginning.hasBegun() || resume !== null,
    });
  } finally {
    stopBeating();
  }
}

/** What is known of a call whose end nobody has told. Errors: those of the store. */
export async function doubtCall(
  parts: ActivityParts,
  key: RunKey,
  { path, attempt, tool }: CallTool,
): Promise<Doubt> {
  const { database, caller, plans, log } = parts;
  const row = await findOpenRun(database, key);
  if (!row) return { canRepeat: false };
  const call = await database
    .queries<EngineTables>()
    .selectFrom('engine_calls')
    .select(['upstream_task', 'begun_at'])
    .where('run_id', '=', key.run)
    .where('path', '=', path)
    .where('attempt', '=', attempt)
    .executeTakeFirst();
  const task: unknown = JSON.parse(call?.upstream_task ?? 'null');
  // Only keepUpstreamTask writes the column.
  if (isJsonObject(task)) return { canRepeat: false, resume: task as unknown as TaskToResume };
  if (call?.begun_at === null) return { canRepeat: true, isUntouched: true };
  log.warn('nobody knows how a call ended whose node is gone', { run: key.run, step: path, tool });
  const run = await openClaimed(database, plans, row);
  return { canRepeat: await caller.canRepeat(callingOf(run), tool) };
}

/** Says to Temporal that this node is there, and hears from it whether the call is wanted any more. */
function beat({ clock }: ActivityParts) {
  const context = Context.current();
  const { heartbeatTimeoutMs = longestBeatMs } = context.info;
  const everyMs = Math.min(longestBeatMs, heartbeatTimeoutMs / beatsPerSilence);
  let cancel = (): void => undefined;
  const next = (): void => {
    context.heartbeat();
    cancel = clock.after(everyMs, next);
  };
  next();
  const { cancellationSignal: signal } = context;
  return {
    signal,
    stopBeating: () => cancel(),
    isStopped: () => signal.aborted && context.cancellationDetails?.workerShutdown === true,
  };
}

async function toEvent(
  { database, caller, plans }: ActivityParts,
  row: RunRow,
  { path, attempt, tool }: CallTool,
  outcome: CallOutcome & Pick<ToolFailed, 'hasCalled'>,
): Promise<NewEvent> {
  const usage = outcome.usage && { usage: outcome.usage };
  if (outcome.ok) {
    const { value, writes } = keepValue(database, { run: row.id, ref: `${path}#${attempt}` }, outcome.output);
    if (writes.length > 0) await database.together(writes);
    const isKept = outcome.isKept && { isKept: true as const };
    return { kind: 'ToolDone', path, attempt, output: value, ...usage, ...isKept };
  }
  const { error, retryAfterMs, hasCalled } = outcome;
  const isIdempotent =
    error.kind === 'tool_error' &&
    (await caller.canRepeat(callingOf(await openClaimed(database, plans, row)), tool));
  return {
    kind: 'ToolFailed',
    path,
    attempt,
    error,
    ...(hasCalled === undefined ? {} : { hasCalled }),
    ...usage,
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
    ...(isIdempotent ? { isIdempotent } : {}),
  };
}

/** When this node is gone the upstream's own task is asked after, instead of calling twice. */
function keepUpstreamTask(
  { database, log }: ActivityParts,
  run: string,
  { path, attempt }: CallTool,
  task: TaskToResume,
): void {
  database
    .queries<EngineTables>()
    .updateTable('engine_calls')
    .set({ upstream_task: JSON.stringify(task) })
    .where('run_id', '=', run)
    .where('path', '=', path)
    .where('attempt', '=', attempt)
    .where('status', '=', 'intent')
    .execute()
    .catch((cause: unknown) =>
      log.warn('the task an upstream made of a call could not be kept', { run, cause }),
    );
}

function inDoubt(message: string): ApplicationFailure {
  return ApplicationFailure.nonRetryable(message, 'in-doubt');
}
