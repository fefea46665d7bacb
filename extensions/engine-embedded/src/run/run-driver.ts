import {
  type Advance,
  advance,
  type CallTool,
  type Command,
  type Finish,
  resume,
  type StartChild,
  type StepperEvent,
  type StepperState,
  start,
} from '@signalbox/pipeline';
import {
  type Clock,
  isJsonObject,
  isSignalboxError,
  type Log,
  type RunError,
  type RunStatus,
  type StoreWrite,
  type TaskToResume,
  toSignalboxError,
} from '@signalbox/sdk';
import { type Database, storeStep } from '@signalbox/store';
import { commandWrites, isPending } from '../store/command-writes.ts';
import type { EngineTables } from '../store/engine-tables.ts';
import { type Letter, readInbox } from '../store/run-inbox.ts';
import { changeRun, type Hold, journalEvent, type RunChange, settleEvent } from '../store/run-writes.ts';
import { keepCached, readCached } from './call-cache.ts';
import { ChildRuns } from './child-runs.ts';
import { childEnd } from './child-end.ts';
import type { ClaimedRun } from './claimed-run.ts';
import { endBrokenRun } from './end-broken-run.ts';
import { endingOf, endWrites } from './finish-run.ts';
import { keepValue, loadValues } from './large-values.ts';
import type { NewEvent, QueuedEvent } from './new-event.ts';
import { readLeftBehind } from './recover-run.ts';
import { RunTimers } from './run-timers.ts';
import { RunningCalls } from './running-calls.ts';
import type { CallingRun, ToolCaller } from './tool-caller.ts';
import type { CallOutcome } from './tool-outcome.ts';

/** What runs are driven with. */
export interface DriverParts {
  readonly database: Database;
  readonly caller: ToolCaller;
  readonly children: ChildRuns;
  readonly clock: Clock;
  readonly log: Log;
  /** A number from 0 to below 1. */
  readonly random: () => number;
  /** Told of every status a run has reached, once it is written down. */
  readonly onStatus: (run: ClaimedRun, status: RunStatus, error?: RunError) => void;
}

/** How the driving of a run ended: it is over, it waits for something far off, or another node has it. */
export type DriveEnd = 'ended' | 'laid-aside' | 'lost';

/** Name of the timer of the whole run; those of the stepper begin with a letter. */
const runTimeout = '#run';
const maxBatch = 100;
/** What is due sooner is waited for. */
const waitHereMs = 2_000;
/** For a run that only something from outside wakes. */
const never = 8_640_000_000_000_000;

interface Told extends QueuedEvent {
  readonly writes?: readonly StoreWrite[];
}

/**
 * Carries out one run this node holds. Whatever happens is told to the stepper; what the stepper says is written down together
 * with what happened, in one write that only the holder can make, and only then done.
 */
export class RunDriver {
  readonly #parts: DriverParts;
  readonly #run: ClaimedRun;
  readonly #hold: Hold;
  readonly #calling: CallingRun;
  readonly #calls: RunningCalls;
  readonly #timers: RunTimers;
  #state: StepperState | undefined;
  #seq: number;
  #lastMs = 0;
  #isTimedOut: boolean;
  #queue: Told[] = [];
  /** What the stepper asked for and has not been told yet. */
  #pending: readonly Command[] = [];
  readonly #seen = new Set<string>();
  #wake: () => void = () => undefined;
  #end: DriveEnd | undefined;

  constructor(parts: DriverParts, run: ClaimedRun) {
    const { row, runAs, state } = run;
    this.#parts = parts;
    this.#run = run;
    this.#hold = { id: row.id, epoch: row.lease_epoch };
    this.#calling = { id: row.id, task: row.task_id ?? undefined, runAs };
    this.#state = state;
    this.#seq = row.seq;
    this.#isTimedOut = row.is_timed_out === 1;
    this.#calls = new RunningCalls((command, how) => this.#makeCall(command, how));
    this.#timers = new RunTimers(parts.clock, (name) => this.#onTimer(name));
  }

  get id(): string {
    return this.#hold.id;
  }

  get hold(): Hold {
    return this.#hold;
  }

  /** Drives the run until it is over, waits for something far off, or is no longer held. Never rejects. */
  async drive(): Promise<DriveEnd> {
    try {
      await this.#begin();
      while (this.#end === undefined) {
        if (this.#queue.length > 0) await this.#tellAll();
        else await this.#awaitMore();
      }
    } catch (error) {
      this.#end = 'lost';
      if (!isStale(error)) this.#parts.log.error('a run could not be gone on with', { run: this.id, cause: error });
      // What is wrong with the run itself would be wrong again; what the store refuses now it may take later.
      if (!isStoreError(error)) await endBrokenRun(this.#parts, this.#run.row, error);
    }
    this.#calls.abandon();
    this.#timers.stop();
    return this.#end ?? 'lost';
  }

  /** Told that something may have come for the run. */
  async lookInside(): Promise<void> {
    const { letters } = await readInbox(this.#parts.database, this.id);
    this.#takeLetters(letters);
  }

  /** Lets go of the run at once: its calls are stopped, and how they ended is not known. */
  abandon(): void {
    this.#end ??= 'lost';
    this.#calls.abandon();
    this.#wake();
  }

  /** True while calls are under way. */
  get isCalling(): boolean {
    return this.#calls.size > 0;
  }

  async #begin(): Promise<void> {
    const { database } = this.#parts;
    const { row } = this.#run;
    if (this.#state === undefined) {
      await this.#startRun();
      return this.lookInside();
    }
    if (this.#state.status === 'failed') await this.#nextAttempt(this.#state);
    const left = await readLeftBehind(database, this.id, row.pending);
    for (const { name, due_at } of left.timers) this.#timers.start(name, due_at);
    for (const { command, upstreamTask } of left.calls) await this.#takeUp(command, upstreamTask);
    for (const { command, intentAt } of left.children) void this.#startChild(command, intentAt);
    this.#pending = left.pending;
    for (const command of left.pending) await this.#carryOut(command);
    await this.lookInside();
  }

  async #startRun(): Promise<void> {
    const { row, plan, params } = this.#run;
    const { clock, caller } = this.#parts;
    if (row.timeout_ms !== null) {
      const dueAt = clock.now() + row.timeout_ms;
      this.#timers.start(runTimeout, dueAt);
      const timer = { run_id: this.id, name: runTimeout, due_at: dueAt };
      const insert = this.#queries.insertInto('engine_timers').values(timer);
      await this.#parts.database.together([
        changeRun(this.#parts.database, this.#hold, { status: 'running' }),
        storeStep(insert.onConflict((conflict) => conflict.doNothing())),
      ]);
    }
    const dryRun =
      row.is_dry_run === 1
        ? { dryRun: { readOnlyTools: await caller.readOnlyOf(this.#calling, plan.tools) } }
        : {};
    this.#push({
      kind: 'Started',
      run: this.#facts(),
      scheduledAtMs: row.scheduled_at,
      timezone: row.timezone,
      params,
      ...(row.event === null ? {} : { event: JSON.parse(row.event) }),
      ...dryRun,
    });
    this.#parts.onStatus(this.#run, 'running');
  }

  /** A run that failed goes on at the step that failed. */
  async #nextAttempt(state: StepperState): Promise<void> {
    const { nowMs, random } = this.#moment();
    const next = resume(this.#run.plan, state, { run: this.#facts(), nowMs, random });
    await this.#writeDown(next, [], { error: null });
    this.#parts.onStatus(this.#run, 'running');
    for (const command of next.commands) await this.#carryOut(command);
  }

  #facts() {
    const { row } = this.#run;
    return {
      id: row.id,
      ...(row.task_id === null ? {} : { taskId: row.task_id }),
      trigger: row.cause,
      attempt: row.attempt,
      maxAttempts: row.max_retries + 1,
      depth: row.depth,
    };
  }

  /** A call an earlier holder began: its own task is asked after; of any other nobody knows how it ended. */
  async #takeUp(command: CallTool, upstreamTask: TaskToResume | undefined): Promise<void> {
    if (upstreamTask) return this.#startCall(command, upstreamTask);
    const { path, attempt, tool } = command;
    const canRepeat = await this.#parts.caller.canRepeat(this.#calling, tool);
    this.#parts.log.warn('nobody knows how a call ended that was under way when the hub stopped', {
      run: this.id,
      step: path,
      tool,
    });
    this.#push({ kind: 'InDoubt', path, attempt, canRepeat });
  }

  async #tellAll(): Promise<void> {
    const batch = this.#queue.splice(0, maxBatch);
    const writes: StoreWrite[] = [];
    const commands: Command[] = [];
    for (const { event: given, letter, writes: own } of batch) {
      const event = { ...given, ...this.#moment() } as StepperEvent;
      const next = this.#advance(event);
      if (next.state !== this.#state || next.commands.length > 0)
        writes.push(journalEvent(this.#parts.database, this.id, ++this.#seq, event));
      writes.push(...(own ?? []), ...settleEvent(this.#parts.database, this.id, event, letter));
      this.#state = next.state;
      this.#pending = this.#pending.filter((command) => !isAnswer(command, event));
      commands.push(...next.commands);
    }
    const state = this.#state;
    if (!state) return;
    await this.#writeDown({ state, commands }, writes);
    for (const command of commands) await this.#carryOut(command);
  }

  #advance(event: StepperEvent): Advance {
    const { plan } = this.#run;
    if (event.kind === 'Started') return start(plan, event);
    if (!this.#state) throw new Error('a run is told something before it has begun');
    return advance(plan, this.#state, event);
  }

  /** One write: the state, what happened, and what is to be done. */
  async #writeDown(
    { state, commands }: Advance,
    writes: readonly StoreWrite[],
    more: RunChange = {},
  ): Promise<void> {
    const { database, clock } = this.#parts;
    const { row } = this.#run;
    const now = clock.now();
    this.#state = state;
    const finish = commands.find((command): command is Finish => command.kind === 'Finish');
    this.#pending = [...this.#pending, ...commands.filter(isPending)];
    const ending = finish && endingOf(row, finish, { now, random: this.#parts.random(), isTimedOut: this.#isTimedOut });
    const change: RunChange = {
      status: 'running',
      state: JSON.stringify(state),
      pending: this.#pending.length > 0 ? JSON.stringify(this.#pending) : null,
      seq: this.#seq,
      is_timed_out: this.#isTimedOut ? 1 : 0,
      ...more,
      ...ending?.change,
    };
    const place = { run: this.id, org: row.org, now };
    const isOver = ending?.change.finished_at !== undefined;
    await database.together([
      changeRun(database, this.#hold, change),
      ...writes,
      ...commands.flatMap((command) => commandWrites(database, place, command)),
      ...(isOver ? endWrites(database, row, now) : []),
    ]);
    if (!ending) return;
    this.#end = isOver ? 'ended' : 'laid-aside';
    this.#parts.onStatus(this.#run, ending.status, ending.error);
  }

  async #carryOut(command: Command): Promise<void> {
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
        return void this.#startChild(command, this.#lastMs);
      case 'LoadValues': {
        const values = await loadValues(this.#parts.database, this.id, command.refs);
        return this.#push({ kind: 'ValuesLoaded', path: command.path, values });
      }
      case 'Continue':
        return this.#push({ kind: 'Continued' });
      case 'Log':
        return this.#parts.log[command.level](command.message, {
          run: this.id,
          ...(command.path === undefined ? {} : { step: command.path }),
        });
      default:
        return undefined;
    }
  }

  #startCall(command: CallTool, upstreamTask?: TaskToResume): void {
    this.#calls.start(command, (outcome) => void this.#onCallEnd(command, outcome), {
      onTask: (task) => this.#keepUpstreamTask(command, task),
      ...(upstreamTask ? { resume: upstreamTask } : {}),
    });
  }

  async #makeCall(command: CallTool, how: Parameters<ToolCaller['call']>[2]): Promise<CallOutcome> {
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
      const place = { run: this.id, ref: `${path}#${attempt}` };
      const { value, writes } = keepValue(this.#parts.database, place, outcome.output);
      return this.#push({ kind: 'ToolDone', path, attempt, output: value }, { writes });
    }
    const { error, retryAfterMs } = outcome;
    const isIdempotent =
      error.kind === 'tool_error' && (await this.#parts.caller.canRepeat(this.#calling, command.tool));
    this.#push({
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
    const update = this.#queries
      .updateTable('engine_calls')
      .set({ upstream_task: JSON.stringify(task) })
      .where('run_id', '=', this.id)
      .where('path', '=', path)
      .where('attempt', '=', attempt)
      .where('status', '=', 'intent');
    update.execute().catch((cause: unknown) =>
      this.#parts.log.warn('the task an upstream made of a call could not be kept', { run: this.id, cause }),
    );
  }

  async #startChild(command: StartChild, intentAt: number): Promise<void> {
    try {
      await this.#parts.children.start(this.#calling, this.#run.row, command, intentAt);
    } catch (thrown) {
      const { path, attempt } = command;
      const { code, message } = toSignalboxError(thrown);
      const kind = code === 'not_found' ? 'not_found' : code === 'forbidden' ? 'denied' : 'invalid_args';
      this.#push({ kind: 'ChildDone', path, attempt, result: { status: 'failed', error: { kind, message } } });
    }
  }

  #onTimer(name: string): void {
    if (name !== runTimeout) return this.#push({ kind: 'TimerFired', timer: name });
    this.#isTimedOut = true;
    this.#push({ kind: 'CancelRequested', reason: 'the run took longer than it may' });
  }

  #takeLetters(letters: readonly Letter[]): void {
    for (const letter of letters) {
      if (this.#seen.has(letter.id)) continue;
      this.#seen.add(letter.id);
      void this.#takeLetter(letter);
    }
  }

  async #takeLetter({ id, message }: Letter): Promise<void> {
    switch (message.kind) {
      case 'cancel':
        if (message.isForced) return this.#endByForce(message.reason);
        return this.#push({ kind: 'CancelRequested', reason: message.reason }, { letter: id });
      case 'answer': {
        const { path, isApproved, value, by } = message;
        const decision = isApproved ? 'approved' : 'rejected';
        const event = { kind: 'ApprovalAnswered', path, decision, by } as const;
        return this.#push(value === undefined ? event : { ...event, value }, { letter: id });
      }
      case 'event': {
        const { source, ...event } = message.event;
        const bus = source === undefined ? event : { ...event, source };
        return this.#push({ kind: 'EventMatched', path: message.path, event: bus }, { letter: id });
      }
      case 'child': {
        const end = await childEnd(this.#parts.database, this.id, message);
        return this.#push(end.event, { letter: id, writes: end.writes });
      }
      default:
        return message satisfies never;
    }
  }

  /** Ends the run where it stands: nothing is undone, and how its calls end is not waited for. */
  async #endByForce(reason: string): Promise<void> {
    const { database, clock } = this.#parts;
    const { row } = this.#run;
    const now = clock.now();
    const error = { kind: 'canceled', message: reason };
    const change = { status: 'canceled', error: JSON.stringify(error), finished_at: now, lease_until: 0 };
    const calls = this.#queries
      .updateTable('engine_calls')
      .set({ status: 'in_doubt', finished_at: now })
      .where('run_id', '=', this.id)
      .where('status', '=', 'intent');
    await database
      .together([
        changeRun(database, this.#hold, change),
        storeStep(calls),
        ...endWrites(database, row, now),
      ])
      .catch((cause: unknown) => {
        this.#parts.log.warn('a run could not be ended', { run: this.id, cause });
        return this.abandon();
      });
    if (this.#end !== undefined) return;
    this.#end = 'ended';
    this.#wake();
    this.#parts.onStatus(this.#run, 'canceled', error);
  }

  /** Waits here for what comes soon; lays the run aside for what does not. */
  async #awaitMore(): Promise<void> {
    const { clock, database } = this.#parts;
    const next = this.#timers.nextAt ?? never;
    const waitsHere = this.#calls.size > 0 || next - clock.now() <= waitHereMs;
    if (waitsHere || !(await this.#layAside(database, next))) await this.#nextWake();
  }

  /** False when something has come for the run in the meantime. */
  async #layAside(database: Database, next: number): Promise<boolean> {
    const { inboxSeq, letters } = await readInbox(database, this.id);
    if (letters.some(({ id }) => !this.#seen.has(id))) {
      this.#takeLetters(letters);
      return false;
    }
    if (this.#queue.length > 0 || this.#calls.size > 0) return false;
    const change = { status: 'waiting', available_at: Math.min(never, Math.round(next)), lease_until: 0 };
    try {
      await database.together([changeRun(database, this.#hold, change, inboxSeq)]);
    } catch (error) {
      if (!isSignalboxError(error) || error.code !== 'conflict') throw error;
      // Either something came, which is read then, or another node has the run, which the next write finds out.
      await this.lookInside();
      await database.together([changeRun(database, this.#hold, { status: 'running' })]);
      return false;
    }
    this.#end = 'laid-aside';
    this.#parts.onStatus(this.#run, 'waiting');
    return true;
  }

  #nextWake(): Promise<void> {
    if (this.#queue.length > 0 || this.#end !== undefined) return Promise.resolve();
    return new Promise((resolve) => {
      this.#wake = resolve;
    });
  }

  #push(event: NewEvent, more: Omit<Told, 'event'> = {}): void {
    this.#queue.push({ event, ...more });
    this.#wake();
  }

  #moment(): { readonly nowMs: number; readonly random: number } {
    this.#lastMs = Math.max(this.#parts.clock.now(), this.#lastMs, this.#state?.startedAtMs ?? 0);
    return { nowMs: this.#lastMs, random: this.#parts.random() };
  }

  get #queries() {
    return this.#parts.database.queries<EngineTables>();
  }
}

/** Another node has the run now. */
function isStale(error: unknown): boolean {
  return isStoreError(error) && isSignalboxError(error) && error.code === 'conflict';
}

function isStoreError(error: unknown): boolean {
  return isSignalboxError(error) && isJsonObject(error.details) && 'reason' in error.details;
}

function isAnswer(command: Command, event: StepperEvent): boolean {
  if (command.kind === 'Continue') return event.kind === 'Continued';
  return command.kind === 'LoadValues' && event.kind === 'ValuesLoaded' && command.path === event.path;
}
