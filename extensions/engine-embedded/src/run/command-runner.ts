import type { CallTool, CancelCall, Command } from '@signalbox/pipeline';
import {
  type CallingHow,
  type CallingRun,
  type CallOutcome,
  type ChildWish,
  type ClaimedRun,
  type EngineTables,
  failedChild,
  isStoreError,
  keepCached,
  keepValue,
  loadValues,
  type NewEvent,
  readCached,
} from '@signalbox/runs';
import { type StoreWrite, type TaskToResume } from '@signalbox/sdk';
import { AwaitedApprovals } from './awaited-approvals.ts';
import type { DriverParts } from './driver-parts.ts';
import type { LeftBehind, LeftCall } from './read-left-behind.ts';
import type { RunTimers } from './run-timers.ts';
import { RunningCalls } from './running-calls.ts';
import { isUnmade, markCall, neverBegun, unmade } from './unmade-calls.ts';

/** Tells a run what came of a command, with what has to be written down along with it. */
export type TellRun = (event: NewEvent, writes?: readonly StoreWrite[]) => void;

/** A run a step has ordered, or is about to. */
interface BegunChild extends ChildWish {
  readonly isThere: Promise<void>;
}

/** So long after the store has given no answer it is asked again. */
const againMs = 1_000;

/** What a runner shares with the driver of its run. */
export interface RunnerLinks {
  /** Whose calls those of the run are, and who has ordered them by now. */
  readonly calling: CallingRun;
  readonly timers: RunTimers;
  readonly tell: TellRun;
  /** Told when nothing is asked of other runs any more, and when calls begin or cease to wait for approvals. */
  readonly onQuiet: () => void;
  /** Resolves when the run is still held, so that a call may be made; lets go of it otherwise, and never resolves. */
  readonly makeSure: () => Promise<void>;
  /** As {@link AwaitedParts.mayBegin}. */
  readonly mayBegin: () => Promise<void>;
  /** True when no more calls are made here. */
  readonly isLeaving: () => boolean;
  /** As {@link AwaitedParts.writeHeld}. */
  readonly writeHeld: (writes: readonly StoreWrite[]) => Promise<void>;
}

/** Does what the stepper of one run asks for, after it was written down. */
export class CommandRunner {
  readonly #parts: DriverParts;
  readonly #run: ClaimedRun;
  readonly #calling: CallingRun;
  readonly #timers: RunTimers;
  readonly #tell: TellRun;
  readonly #links: RunnerLinks;
  readonly #calls: RunningCalls;
  readonly #approvals: AwaitedApprovals;
  /** Calls their upstream has made tasks of, each until that is kept. */
  readonly #taskKept = new WeakMap<CallTool, Promise<void>>();
  readonly #children = new Map<string, BegunChild>();
  /** Runs that are being ordered or told to end. */
  #asking = 0;
  #isAbandoned = false;

  constructor(parts: DriverParts, run: ClaimedRun, links: RunnerLinks) {
    this.#parts = parts;
    this.#run = run;
    this.#timers = links.timers;
    this.#links = links;
    this.#tell = links.tell;
    this.#calling = links.calling;
    this.#approvals = new AwaitedApprovals({
      database: parts.database,
      run: run.row.id,
      writeHeld: links.writeHeld,
      onChange: links.onQuiet,
      mayBegin: links.mayBegin,
      isLeaving: links.isLeaving,
    });
    this.#calls = new RunningCalls((command, how) => this.#makeCall(command, how), {
      onSettled: links.onQuiet,
      onBroken: (command, cause) => this.#onBrokenCall(command, cause),
    });
  }

  /** True while something is under way that would be lost if nobody held the run. */
  get isBusy(): boolean {
    return this.#calls.size > 0 || this.#asking > 0;
  }

  /** True when nothing is under way but calls that wait for somebody's approval. */
  get isAwaitingApproval(): boolean {
    return this.#asking === 0 && this.#calls.size > 0 && this.#approvals.size === this.#calls.size;
  }

  /** Stops all calls, and gives what says of those that have not begun that they surely were not made. */
  leaveUnbegun(): readonly StoreWrite[] {
    const { commands } = this.#calls;
    this.abandon();
    const unbegun = commands.filter(
      (command) => !this.#approvals.hasBegun(command) && !this.#approvals.isWaiting(command),
    );
    return unbegun.map((command) => this.markUnmade(command));
  }

  /** Stops all calls, and tells of none: how they ended is not known. */
  abandon(): void {
    this.#calls.abandon();
    this.#isAbandoned = true;
  }

  /** Does one thing, which was written down at that time. What comes of it is told later. */
  async carryOut(command: Command, intentAt: number): Promise<void> {
    switch (command.kind) {
      case 'CallTool':
        return this.#startCall(command);
      case 'CancelCall':
        return this.#cancelCall(command);
      case 'StartTimer':
        return this.#timers.start(command.timer, command.dueAtMs);
      case 'CancelTimer':
        return this.#timers.cancel(command.timer);
      case 'StartChild':
        return this.#beginChild({ command, intentAt });
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

  /**
   * Ends the runs by force that nobody waits for any more: before that is written down, so that none is forgotten, and after they are there,
   * so that none is ordered later. Errors: those of the store.
   */
  async giveUpRuns(commands: readonly Command[]): Promise<void> {
    for (const command of commands) {
      const child = command.kind === 'GiveUp' ? this.#children.get(placeOf(command)) : undefined;
      await child?.isThere;
      if (child) await this.#parts.children.stop(this.#run.row.id, child, true);
    }
  }

  /** Takes up what an earlier holder of the run has left. */
  async takeUp({ timers, calls, children, pending }: LeftBehind): Promise<void> {
    for (const { name, due_at } of timers) this.#timers.start(name, due_at);
    for (const call of calls) {
      if (call.isUnmade && isUnmade(call.command, pending)) this.#tell(unmade(call.command));
      else if (call.upstreamTask || call.isUnmade) this.#startCall(call.command, call);
      else await this.#doubt(call.command);
    }
    for (const child of children) this.#beginChild({ ...child, mayBeThere: true });
    for (const command of pending) await this.carryOut(command, this.#parts.clock.now());
  }

  /** A call was begun, and nobody knows how it ended. */
  async #doubt({ path, attempt, tool }: CallTool): Promise<void> {
    const { caller, log } = this.#parts;
    const canRepeat = await caller.canRepeat(this.#calling, tool);
    const run = this.#run.row.id;
    log.warn('nobody knows how a call ended', {
      run,
      step: path,
      tool,
    });
    this.#tell({ kind: 'InDoubt', path, attempt, canRepeat });
  }

  #startCall(command: CallTool, left?: LeftCall): void {
    const isResumed = left?.upstreamTask !== undefined;
    if (isResumed) this.#taskKept.set(command, Promise.resolve());
    this.#calls.start(command, (outcome) => this.#onCallEnd(command, outcome, isResumed), {
      onTask: (task) => this.#keepUpstreamTask(command, task),
      ...this.#approvals.open(command, left?.isUnmade ?? false),
      onCounted: this.#links.makeSure,
      ...(left?.upstreamTask ? { resume: left.upstreamTask } : {}),
    });
  }

  async #makeCall(command: CallTool, how: CallingHow): Promise<CallOutcome> {
    const { database, caller, clock, log } = this.#parts;
    const { runAs } = this.#calling;
    // A store that gives no answer costs a call that was made before, and nothing else.
    const warn = (cause: unknown): undefined => {
      log.warn('kept results cannot be used', { cause });
    };
    // Who may not call the tool any more is not given what it has given before either: the call is made, and refused.
    const isOpen = command.cache !== undefined && (await caller.mayCall(this.#calling, command));
    const kept = isOpen ? await readCached(database, runAs, command, clock.now()).catch(warn) : undefined;
    if (kept !== undefined) return { ok: true, output: kept, isKept: true };
    if (command.cache) await this.#links.makeSure();
    const outcome = await caller.call(this.#calling, command, how);
    const { output, now } = { output: outcome.ok ? outcome.output : null, now: clock.now() };
    if (outcome.ok) await keepCached(database, runAs, command, { output, now }).catch(warn);
    return outcome;
  }

  async #onCallEnd(command: CallTool, outcome: CallOutcome, isResumed: boolean): Promise<void> {
    const { path, attempt } = command;
    const hasBegun = this.#approvals.hasBegun(command);
    const writing = this.#approvals.forget(command);
    if (writing) await writing;
    const usage = outcome.usage && { usage: outcome.usage };
    if (outcome.ok) {
      const place = { run: this.#run.row.id, ref: `${path}#${attempt}` };
      const { value, writes } = keepValue(this.#parts.database, place, outcome.output);
      const isKept = outcome.isKept && { isKept: true as const };
      return this.#tell({ kind: 'ToolDone', path, attempt, output: value, ...usage, ...isKept }, writes);
    }
    const kept = outcome.isItsOwn ? undefined : this.#taskKept.get(command);
    // It goes on at its upstream, and whoever has the run next asks after it.
    if (kept && this.#links.isLeaving()) return kept;
    if (!hasBegun && this.#links.isLeaving()) return this.#leaveUnmade(command);
    if (outcome.isInDoubt) return this.#doubt(command);
    const { error, retryAfterMs } = outcome;
    // Of what broke off while everything stops nobody knows how far it had come.
    if (this.#links.isLeaving() && error.kind === 'connection' && hasBegun) return this.#doubt(command);
    const isIdempotent =
      error.kind === 'tool_error' && (await this.#parts.caller.canRepeat(this.#calling, command.tool));
    this.#tell({
      kind: 'ToolFailed',
      path,
      attempt,
      error,
      hasCalled: hasBegun || isResumed,
      ...usage,
      ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
      ...(isIdempotent ? { isIdempotent } : {}),
    });
  }

  /** A mistake of the hub: what it has called is in doubt, and is not called again by itself. */
  #onBrokenCall({ path, attempt, tool }: CallTool, cause: unknown): void {
    const run = this.#run.row.id;
    this.#parts.log.error('a call of a run could not be brought to its end', {
      run,
      step: path,
      tool,
      cause,
    });
    this.#tell({ kind: 'InDoubt', path, attempt, canRepeat: false });
  }

  /** Its tool may be gone because the hub stops: it is made when the run is taken up again. */
  #leaveUnmade(command: CallTool): Promise<void> {
    return this.#links.writeHeld([this.markUnmade(command)]);
  }

  /** What says of a call that it surely has not been made. */
  markUnmade(command: CallTool): StoreWrite {
    return markCall(this.#parts.database, this.#run.row.id, command, {
      approval: null,
      begun_at: neverBegun,
    });
  }

  /** After a crash the upstream's own task is asked after, instead of calling twice. */
  #keepUpstreamTask(command: CallTool, task: TaskToResume): void {
    const { path, attempt } = command;
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
    const keeping = update.execute().then(
      () => undefined,
      (cause: unknown) => log.warn('the task an upstream made of a call could not be kept', { run, cause }),
    );
    this.#taskKept.set(command, keeping);
  }

  #beginChild(wish: ChildWish): void {
    if (this.#isAbandoned) return;
    const isThere = this.#whileBusy(this.#startChild(wish));
    this.#children.set(placeOf(wish.command), { ...wish, isThere });
  }

  #cancelCall(command: CancelCall): void {
    const child = this.#children.get(placeOf(command));
    if (child) void this.#whileBusy(child.isThere.then(() => this.#stopChild(child)));
    else this.#calls.cancel(command);
  }

  /** Asks a run that was ordered to end; its end is told as that of any other. */
  async #stopChild(child: BegunChild): Promise<void> {
    const { children, log } = this.#parts;
    try {
      await children.stop(this.#run.row.id, child, false);
    } catch (cause) {
      log.warn('a run that a step has ordered could not be stopped, and is told so again', { cause });
      await this.#again();
      if (!this.#isAbandoned) await this.#stopChild(child);
    }
  }

  async #startChild(wish: ChildWish): Promise<void> {
    try {
      await this.#parts.children.start(this.#calling, this.#run.row, wish);
    } catch (thrown) {
      // The other run may be there already: asking for it again is asking for the same.
      if (isStoreError(thrown)) {
        await this.#again();
        return this.#isAbandoned ? undefined : this.#startChild({ ...wish, mayBeThere: true });
      }
      this.#tell(failedChild(wish.command, thrown));
    }
  }

  /** Never rejects, as {@link RunningCalls}. */
  async #whileBusy(asking: Promise<void>): Promise<void> {
    this.#asking += 1;
    try {
      await asking;
    } catch (cause) {
      this.#parts.log.error('a run of a step could not be ordered or stopped', {
        run: this.#run.row.id,
        cause,
      });
    } finally {
      this.#asking -= 1;
      if (this.#asking === 0) this.#links.onQuiet();
    }
  }

  #again(): Promise<void> {
    return new Promise((resolve) => void this.#parts.clock.after(againMs, resolve));
  }
}

function placeOf({ path, attempt }: Pick<CallTool, 'path' | 'attempt'>): string {
  return `${path}\n${attempt}`;
}
