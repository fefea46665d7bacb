import type { CallTool, Command, StartChild } from '@signalbox/pipeline';
import {
  type CallingHow,
  type CallingRun,
  type CallOutcome,
  type ClaimedRun,
  callingOf,
  type EngineTables,
  failedChild,
  keepCached,
  keepValue,
  loadValues,
  type NewEvent,
  readCached,
} from '@signalbox/runs';
import { type StoreWrite, type TaskToResume } from '@signalbox/sdk';
import type { DriverParts } from './driver-parts.ts';
import type { LeftBehind } from './read-left-behind.ts';
import type { RunTimers } from './run-timers.ts';
import { RunningCalls } from './running-calls.ts';

/** Tells a run what came of a command, with what has to be written down along with it. */
export type TellRun = (event: NewEvent, writes?: readonly StoreWrite[]) => void;

/** Does what the stepper of one run asks for, after it was written down. */
export class CommandRunner {
  readonly #parts: DriverParts;
  readonly #run: ClaimedRun;
  readonly #calling: CallingRun;
  readonly #timers: RunTimers;
  readonly #tell: TellRun;
  readonly #calls: RunningCalls;

  constructor(parts: DriverParts, run: ClaimedRun, timers: RunTimers, tell: TellRun) {
    this.#parts = parts;
    this.#run = run;
    this.#timers = timers;
    this.#tell = tell;
    this.#calling = callingOf(run);
    this.#calls = new RunningCalls((command, how) => this.#makeCall(command, how));
  }

  get isCalling(): boolean {
    return this.#calls.size > 0;
  }

  /** Stops all calls, and tells of none: how they ended is not known. */
  abandon(): void {
    this.#calls.abandon();
  }

  /** Does one thing. What comes of it is told later. */
  async carryOut(command: Command): Promise<void> {
    switch (command.kind) {
      case 'CallTool':
        return this.#startCall(command);
      case 'CancelCall':
        return this.#calls.cancel(command);
      case 'StartTimer':
        return this.#timers.start(command.timer, command.dueAtMs);
      case 'CancelTimer':
        return this.#timers.cancel(command.timer);
      case 'StartChild':
        return void this.#startChild(command, this.#parts.clock.now());
      case 'LoadValues': {
        const values = await loadValues(this.#parts.database, this.#run.row.id, command.refs);
        return this.#tell({ kind: 'ValuesLoaded', path: command.path, values });
      }
      case 'Continue':
        return this.#tell({ kind: 'Continued' });
      case 'Log':
        return this.#parts.log[command.level](command.message, {
          run: this.#run.row.id,
          ...(command.path === undefined ? {} : { step: command.path }),
        });
      default:
        return undefined;
    }
  }

  /** Takes up what an earlier holder of the run has left. */
  async takeUp({ timers, calls, children, pending }: LeftBehind): Promise<void> {
    for (const { name, due_at } of timers) this.#timers.start(name, due_at);
    for (const { command, upstreamTask } of calls) {
      if (upstreamTask) this.#startCall(command, upstreamTask);
      else await this.#doubt(command);
    }
    for (const { command, intentAt } of children) void this.#startChild(command, intentAt);
    for (const command of pending) await this.carryOut(command);
  }

  /** A call was begun, and nobody knows how it ended. */
  async #doubt({ path, attempt, tool }: CallTool): Promise<void> {
    const { caller, log } = this.#parts;
    const canRepeat = await caller.canRepeat(this.#calling, tool);
    const run = this.#run.row.id;
    log.warn('nobody knows how a call ended that was under way when the hub stopped', {
      run,
      step: path,
      tool,
    });
    this.#tell({ kind: 'InDoubt', path, attempt, canRepeat });
  }

  #startCall(command: CallTool, upstreamTask?: TaskToResume): void {
    this.#calls.start(command, (outcome) => void this.#onCallEnd(command, outcome), {
      onTask: (task) => this.#keepUpstreamTask(command, task),
      ...(upstreamTask ? { resume: upstreamTask } : {}),
    });
  }

  async #makeCall(command: CallTool, how: CallingHow): Promise<CallOutcome> {
    const { database, caller, clock } = this.#parts;
    const { org } = this.#run.row;
    const kept = await readCached(database, org, command, clock.now());
    if (kept !== undefined) return { ok: true, output: kept };
    const outcome = await caller.call(this.#calling, command, how);
    if (outcome.ok) await keepCached(database, org, command, { output: outcome.output, now: clock.now() });
    return outcome;
  }

  async #onCallEnd(command: CallTool, outcome: CallOutcome): Promise<void> {
    const { path, attempt } = command;
    if (outcome.ok) {
      const place = { run: this.#run.row.id, ref: `${path}#${attempt}` };
      const { value, writes } = keepValue(this.#parts.database, place, outcome.output);
      return this.#tell({ kind: 'ToolDone', path, attempt, output: value }, writes);
    }
    const { error, retryAfterMs } = outcome;
    const isIdempotent =
      error.kind === 'tool_error' && (await this.#parts.caller.canRepeat(this.#calling, command.tool));
    this.#tell({
      kind: 'ToolFailed',
      path,
      attempt,
      error,
      ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
      ...(isIdempotent ? { isIdempotent } : {}),
    });
  }

  /** After a crash the upstream's own task is asked after, instead of calling twice. */
  #keepUpstreamTask({ path, attempt }: CallTool, task: TaskToResume): void {
    const { database, log } = this.#parts;
    const run = this.#run.row.id;
    const update = database
      .queries<EngineTables>()
      .updateTable('engine_calls')
      .set({ upstream_task: JSON.stringify(task) })
      .where('run_id', '=', run)
      .where('path', '=', path)
      .where('attempt', '=', attempt)
      .where('status', '=', 'intent');
    update
      .execute()
      .catch((cause: unknown) =>
        log.warn('the task an upstream made of a call could not be kept', { run, cause }),
      );
  }

  async #startChild(command: StartChild, intentAt: number): Promise<void> {
    try {
      await this.#parts.children.start(this.#calling, this.#run.row, command, intentAt);
    } catch (thrown) {
      this.#tell(failedChild(command, thrown));
    }
  }
}
