import {
  type Advance,
  type CallTool,
  type Command,
  hasEffect,
  resume,
  type StepperEvent,
  type StepperState,
} from '@signalbox/pipeline';
import {
  type ClaimedRun,
  changeRun,
  endByForce,
  factsOf,
  type Hold,
  isPending,
  isStale,
  isStoreError,
  journalEvent,
  type Letter,
  noteRun,
  openLetter,
  type QueuedEvent,
  RunRights,
  readInbox,
  StateText,
  settleEvent,
} from '@signalbox/runs';
import type { StoreWrite } from '@signalbox/sdk';
import { beginRun, limitRun, runTimeout } from './begin-run.ts';
import { CommandRunner } from './command-runner.ts';
import type { DriverParts } from './driver-parts.ts';
import { endBroken } from './end-broken.ts';
import { isAnswer, isGivenUp } from './pending-commands.ts';
import { readLeftBehind } from './read-left-behind.ts';
import { RunHold } from './run-hold.ts';
import { RunTimers } from './run-timers.ts';
import { StopGate } from './stop-gate.ts';
import { tellStepper } from './tell-stepper.ts';
import { isUnmade, unmade } from './unmade-calls.ts';
import { writeDown } from './write-down.ts';

/** How the driving of a run ended: it is over, it waits for something far off, or another node has it. */
export type DriveEnd = 'ended' | 'laid-aside' | 'lost';

const maxBatch = 100;
/** What is done of new commands by who lets go of a run; whoever takes it up does the others. */
const doneByWhoLeaves: ReadonlySet<Command['kind']> = new Set(['CancelCall', 'Log']);
/** What is due sooner is waited for. */
const waitHereMs = 2_000;
const waiting: ReadonlySet<Command['kind']> = new Set(['StartTimer', 'WaitEvent', 'AskApproval']);
/** For a run that only something from outside wakes. */
const never = 8_640_000_000_000_000;

/**
 * Carries out one run this node holds. Whatever happens is told to the stepper; what the stepper says is written down together
 * with what happened, in one write that only the holder can make, and only then done.
 */
export class RunDriver {
  readonly #parts: DriverParts;
  readonly #run: ClaimedRun;
  readonly #timers: RunTimers;
  readonly #runner: CommandRunner;
  readonly #rights: RunRights;
  readonly #texts = new StateText();
  readonly #stopGate = new StopGate();
  readonly #seen = new Set<string>();
  /** Letters that are being opened. */
  readonly #opening = new Set<Promise<unknown>>();
  readonly hold: Hold;
  readonly #held: RunHold;
  #state: StepperState | undefined;
  #seq: number;
  #lastMs = 0;
  readonly #isTimedOut: boolean;
  /** False when nothing had come for the run by when it was claimed. */
  #hasLetters: boolean;
  #isShownWaiting = false;
  /** False when it has set no timer, waited for no event and asked nothing, in any of its lives. */
  #hasWaited: boolean;
  #pending: readonly Command[] = [];
  #queue: QueuedEvent[] = [];
  #wake: () => void = () => undefined;
  #end: DriveEnd | undefined;
  /** While it is ended by force. */
  #ending: Promise<void> | undefined;
  #isLeaving = false;

  constructor(parts: DriverParts, run: ClaimedRun) {
    const { row, state } = run;
    this.#parts = parts;
    this.#run = run;
    this.hold = { id: row.id, epoch: row.lease_epoch };
    this.#held = new RunHold(parts, this.hold);
    this.#rights = new RunRights(row);
    this.#state = state;
    this.#seq = row.seq;
    this.#isTimedOut = row.is_timed_out === 1;
    this.#hasLetters = row.inbox_seq > 0;
    this.#hasWaited = state !== undefined || row.timeout_ms !== null;
    this.#timers = new RunTimers(parts.clock, (name) => this.#onTimer(name));
    this.#runner = new CommandRunner(parts, run, {
      calling: this.#rights,
      timers: this.#timers,
      tell: (event, writes = []) => this.#push({ event, writes }),
      onQuiet: () => this.#wake(),
      isLeaving: () => this.#isLeaving,
      makeSure: () => this.#orLetGo(() => this.#held.makeSure()),
      mayBegin: () => this.#stopGate.pass(),
      writeHeld: (writes) => this.#orLetGo(() => this.#held.write(writes)),
    });
  }

  get id(): string {
    return this.hold.id;
  }

  /** True while calls are under way, or other runs are being ordered or stopped. */
  get isBusy(): boolean {
    return this.#runner.isBusy;
  }

  /** True while nothing is under way but calls that wait for somebody's approval: nothing is lost when the run is let go of. */
  get isAwaitingApproval(): boolean {
    return this.#runner.isAwaitingApproval;
  }

  /** Drives the run until it is over, waits for something far off, or is no longer held. Never rejects. */
  async drive(): Promise<DriveEnd> {
    try {
      await this.#begin();
      while (this.#end === undefined) {
        if (this.#queue.length > 0) await this.#tellAll();
        else if (this.#mayLeave()) this.abandon();
        else await this.#awaitMore();
      }
    } catch (error) {
      await this.#giveUp(error);
    }
    await this.#ending;
    this.#runner.abandon();
    this.#timers.stop();
    return this.#end ?? 'lost';
  }

  /** Told that something may have come for the run, before it is driven. */
  expectLetters(): void {
    this.#hasLetters = true;
  }

  /** Told that something may have come for the run. */
  async lookInside(): Promise<void> {
    const { letters } = await readInbox(this.#parts.database, this.id);
    await this.takeLetters(letters);
  }

  /** Takes what has come for the run; what it was given before is not taken again. */
  async takeLetters(letters: readonly Letter[]): Promise<void> {
    for (const letter of letters) {
      if (this.#seen.has(letter.id)) continue;
      this.#seen.add(letter.id);
      const opening = openLetter(this.#parts.database, this.id, letter).catch((error: unknown) => {
        this.#seen.delete(letter.id);
        throw error;
      });
      this.#opening.add(opening);
      const opened = await opening.finally(() => this.#opening.delete(opening));
      if ('event' in opened) this.#push({ ...opened, letter: letter.id });
      else await this.#endByForce(opened.forcedEnd);
    }
  }

  /** Lets go of the run as soon as that loses nothing: calls under way may end, and no others are made. */
  leave(): void {
    this.#isLeaving = true;
    this.#wake();
  }

  /** Lets go of the run though calls are under way; those that have not begun are known not to have been made. */
  async leaveNow(): Promise<void> {
    if (this.#end !== undefined) return;
    const marks = this.#runner.leaveUnbegun();
    try {
      if (marks.length > 0) await this.#held.write(marks);
    } catch (cause) {
      this.#parts.log.warn('it could not be written down which calls had not begun', { run: this.id, cause });
    }
    this.abandon();
  }

  /** Lets go of the run at once: its calls are stopped, and how they ended is not known. */
  abandon(): void {
    this.#end ??= 'lost';
    this.#runner.abandon();
    this.#wake();
  }

  async #begin(): Promise<void> {
    const { database, onStatus } = this.#parts;
    if (this.#state === undefined) {
      this.#push({
        event: await beginRun(this.#parts, this.#run, { hold: this.hold, timers: this.#timers }),
      });
    } else {
      const left = await readLeftBehind(database, this.id, this.#run.row.pending);
      this.#pending = left.pending;
      if (this.#isLeaving) return;
      await this.#runner.takeUp(left);
      if (this.#state.status === 'failed') {
        const isLimited = left.timers.some(({ name }) => name === runTimeout);
        await this.#beginNextAttempt(this.#state, isLimited);
      }
    }
    onStatus(this.#run, 'running');
    if (this.#hasLetters) await this.lookInside();
  }

  /** A run that failed goes on at the step that failed, unless it was told to end in the meantime. */
  async #beginNextAttempt(state: StepperState, isLimited: boolean): Promise<void> {
    // By hand it is tried again long after: then its time counts anew.
    if (!isLimited) await limitRun(this.#parts, this.#run, { hold: this.hold, timers: this.#timers });
    await this.lookInside();
    if (this.#end !== undefined) return;
    const facts = factsOf(this.#run, this.#parts.settings.tidyUpMs);
    const next = resume(this.#run.plan, state, { run: facts, ...this.#moment() });
    this.#state = next.state;
    await this.#tellAll(next.commands);
  }

  async #tellAll(begun: readonly Command[] = []): Promise<void> {
    const { database } = this.#parts;
    const writes: StoreWrite[] = [];
    const commands: Command[] = [...begun];
    for (const { event: given, letter, orderers = [], writes: own = [] } of this.#queue.splice(0, maxBatch)) {
      const event = { ...given, ...this.#moment() } as StepperEvent;
      const next = tellStepper(this.#run.plan, this.#state, event);
      if (next.state !== this.#state) writes.push(journalEvent(database, this.id, ++this.#seq, event));
      if (hasEffect(this.#state, next, event)) this.#rights.join(orderers);
      writes.push(...own, ...settleEvent(database, this.id, event, letter));
      this.#state = next.state;
      this.#pending = this.#pending.filter((command) => !isAnswer(command, event));
      commands.push(...next.commands);
    }
    const state = this.#state;
    if (state) await this.#stopGate.during(commands, () => this.#writeDown({ state, commands }, writes));
  }

  async #writeDown(next: Advance, writes: readonly StoreWrite[]): Promise<void> {
    this.#state = next.state;
    const pending = [...this.#pending, ...next.commands.filter(isPending)];
    this.#pending = pending.filter((command) => !isGivenUp(command, next.commands));
    this.#hasWaited ||= next.commands.some(({ kind }) => waiting.has(kind));
    const now = this.#parts.clock.now();
    const progress = {
      hold: this.hold,
      seq: this.#seq,
      now,
      pending: this.#pending,
      isTimedOut: this.#isTimedOut,
      texts: this.#texts,
      hasWaited: this.#hasWaited,
      rights: this.#rights.takeChange(),
    };
    this.#isShownWaiting = false;
    await this.#runner.giveUpRuns(next.commands);
    const ending = await writeDown(this.#parts, this.#run, progress, { ...next, writes });
    this.#held.note(now);
    if (ending) {
      this.#end = ending.isOver ? 'ended' : 'laid-aside';
      return this.#parts.onStatus(this.#run, ending.status, ending.error);
    }
    if (next.commands.some(({ kind }) => kind === 'Stop')) this.#parts.onStatus(this.#run, 'running');
    const left: CallTool[] = [];
    for (const command of next.commands) {
      const isCall = command.kind === 'CallTool' || command.kind === 'StartChild';
      if (isCall && isUnmade(command, next.commands)) {
        this.#push({ event: unmade(command) });
        continue;
      }
      if (isCall && !this.#isLeaving) await this.#held.makeSure();
      if (!this.#isLeaving || doneByWhoLeaves.has(command.kind)) await this.#runner.carryOut(command, now);
      else if (command.kind === 'CallTool') left.push(command);
    }
    if (left.length > 0) await this.#held.write(left.map((call) => this.#runner.markUnmade(call)));
  }

  /** For what is not awaited: a run that is lost is let go of. */
  async #orLetGo(write: () => Promise<void>): Promise<void> {
    try {
      await write();
    } catch (cause) {
      this.#parts.log.warn('a run is no longer held by this node', { run: this.id, cause });
      this.abandon();
      await new Promise(() => undefined);
    }
  }

  #onTimer(name: string): void {
    if (name !== runTimeout) return this.#push({ event: { kind: 'TimerFired', timer: name } });
    const reason = 'the run took longer than it may';
    this.#push({ event: { kind: 'CancelRequested', reason, isTimeUp: true } });
  }

  /** It is held until that is written. Errors: those of the store. */
  async #endByForce(reason: string): Promise<void> {
    if (this.#end !== undefined) return;
    this.#end = 'ended';
    this.#runner.abandon();
    const error = { kind: 'canceled', message: reason };
    const ending = endByForce(this.#parts, this.#run.row, { status: 'canceled', error });
    this.#ending = ending.catch(() => {
      // Let go of, it is claimed again, and its letter read anew.
      this.#end = 'lost';
    });
    this.#wake();
    await ending;
    this.#parts.onStatus(this.#run, 'canceled', error);
  }

  /** A run whose calls all wait for approvals waits, to those who look at it and to those who are told. */
  async #showWaiting(): Promise<boolean> {
    const { database, clock, writeNote, onStatus } = this.#parts;
    const isWaiting = this.#runner.isAwaitingApproval;
    if (isWaiting === this.#isShownWaiting) return false;
    this.#isShownWaiting = isWaiting;
    const status = isWaiting ? 'waiting' : 'running';
    const note = isWaiting ? noteRun(writeNote, this.#run.row, 'waiting', clock.now()) : [];
    await database.together([changeRun(database, this.hold, { status }), ...note]);
    onStatus(this.#run, status);
    return true;
  }

  /** Waits here for what comes soon; lays the run aside for what does not. */
  async #awaitMore(): Promise<void> {
    if (await this.#showWaiting()) return;
    const next = this.#timers.nextAt ?? never;
    const isSoon = next - this.#parts.clock.now() <= waitHereMs;
    if (this.isBusy || isSoon) await this.#nextWake();
    // What came for it in the meantime may be what it has taken already; then it can be laid aside all the same.
    else await this.#layAside(next);
  }

  /** Lays the run aside, unless something has come for it in the meantime. */
  async #layAside(next: number): Promise<void> {
    const { database, onStatus } = this.#parts;
    const { inboxSeq, letters } = await readInbox(database, this.id);
    await this.takeLetters(letters);
    // A letter that is known already may still be on its way to the queue.
    if (this.#queue.length > 0 || this.#opening.size > 0 || this.#isOver()) {
      await Promise.allSettled(this.#opening);
      return;
    }
    const change = { status: 'waiting', available_at: Math.min(never, Math.round(next)), lease_until: 0 };
    try {
      await database.together([changeRun(database, this.hold, change, { inboxSeq })]);
    } catch (error) {
      if (!isStale(error)) throw error;
      // Either something came, which is read then, or another node has the run, which this write finds out.
      await database.together([changeRun(database, this.hold, { status: 'running' })]);
      return this.lookInside();
    }
    // What came right after may have ended it by force: nobody else had it yet.
    if (this.#isOver()) return;
    this.#end = 'laid-aside';
    onStatus(this.#run, 'waiting');
  }

  #mayLeave(): boolean {
    return this.#isLeaving && (!this.isBusy || this.isAwaitingApproval);
  }

  #isOver(): boolean {
    return this.#end !== undefined;
  }

  #nextWake(): Promise<void> {
    if (this.#queue.length > 0 || this.#end !== undefined || this.#mayLeave()) return Promise.resolve();
    return new Promise((resolve) => {
      this.#wake = resolve;
    });
  }

  #push(event: QueuedEvent): void {
    this.#queue.push(event);
    this.#wake();
  }

  /** What is wrong with the run itself would be wrong again; what the store refuses now it may take later. */
  async #giveUp(error: unknown): Promise<void> {
    this.#end = 'lost';
    if (!isStale(error))
      this.#parts.log.error('a run could not be gone on with', { run: this.id, cause: error });
    if (!isStoreError(error)) await endBroken(this.#parts, this.#run.row, error);
  }

  #moment(): { readonly nowMs: number; readonly random: number } {
    this.#lastMs = Math.max(this.#parts.clock.now(), this.#lastMs, this.#state?.startedAtMs ?? 0);
    return { nowMs: this.#lastMs, random: this.#parts.random() };
  }
}
