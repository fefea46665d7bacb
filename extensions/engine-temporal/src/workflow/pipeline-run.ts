import {
  type Advance,
  advance,
  type CallTool,
  type Command,
  hasEffect,
  makePlan,
  type Plan,
  type RunFacts,
  resume,
  type StartChild,
  type StepperEvent,
  type StepperState,
  start,
} from '@signalbox/pipeline';
import type { NewEvent } from '@signalbox/runs';
import { isSignalboxError, type Orderer } from '@signalbox/sdk';
import { condition, continueAsNew, patched, workflowInfo } from '@temporalio/workflow';
import type { OpenedRun, PipelineInput, Progress, Recorded, RunKey, SignalLetter } from '../contract.ts';
import { store } from './hub.ts';
import { RecordedZones } from './recorded-zones.ts';
import { WorkflowCalls } from './workflow-calls.ts';
import { WorkflowTimers } from './workflow-timers.ts';

/** Name of the timer of the whole run; the stepper's own begin with a letter. */
const runTimeout = '#run';
const maxBatch = 100;
/** What is due sooner is not called waiting. */
const soonMs = 2_000;
const maxSeen = 500;

/** A run inside a workflow: what happens is told to the stepper, what it says is written down, and only then done. */
export class PipelineRun {
  readonly #input: PipelineInput;
  readonly #key: RunKey;
  readonly #zones = new RecordedZones((questions) => store.answerZones(questions));
  readonly #timers = new WorkflowTimers((name) => this.#onTimer(name));
  readonly #calls: WorkflowCalls;
  readonly #seen: string[];
  #plan: Plan | undefined;
  #facts: RunFacts | undefined;
  #state: StepperState | undefined;
  #seq = 0;
  #lastMs = 0;
  readonly #isTimedOut: boolean;
  #isOver = false;
  #status: Progress['status'] = 'waiting';
  #queue: NewEvent[] = [];
  /** Who wants what the run does for something that has come from outside. */
  readonly #orderers = new Map<NewEvent, readonly Orderer[]>();
  /** Those who have ordered what comes next: told to the store with it, before it is done. */
  #joined: readonly Orderer[];
  #held: CallTool[];
  /** Places of steps that have ordered runs. */
  readonly #children: Set<string>;
  /** Answers of the store that are awaited beside calls. */
  #asked = 0;

  constructor(input: PipelineInput) {
    const { carry, run, epoch } = input;
    this.#input = input;
    this.#key = { run, epoch };
    this.#calls = new WorkflowCalls(this.#key, input.silenceMs, (event) => void this.#queue.push(event));
    this.#seen = [...(carry?.seen ?? [])];
    this.#isTimedOut = carry?.isTimedOut ?? false;
    this.#held = [...(carry?.held ?? [])];
    this.#children = new Set(carry?.children ?? []);
    this.#joined = carry?.orderers ?? [];
  }

  /** Something came from outside. */
  takeLetter({ id, event, orderers }: SignalLetter): void {
    if (this.#seen.includes(id)) return;
    this.#seen.push(id);
    if (this.#seen.length > maxSeen) this.#seen.shift();
    if (orderers) this.#orderers.set(event, orderers);
    this.#queue.push(event);
  }

  /** Somebody asked Temporal to end the workflow. */
  takeCancellation(): void {
    this.#queue.push({ kind: 'CancelRequested', reason: 'the workflow was canceled in Temporal' });
  }

  /** Carries the run out to its end, or as far as this history goes. */
  async drive(): Promise<void> {
    const opened = await store.openRun(this.#key);
    if (opened.kind === 'gone') return;
    try {
      await this.#begin(opened);
      while (!this.#isOver) {
        await condition(() => this.#queue.length > 0 || this.#mayContinueAsNew());
        if (this.#queue.length > 0) await this.#tellAll();
        else await this.#continueAsNew();
      }
    } catch (error) {
      // What is wrong with the run itself would be wrong again. Anything else is a mistake of ours, and waits for one who mends it.
      if (!isSignalboxError(error)) throw error;
      await store.endBroken(this.#key, error.message);
    }
    this.#timers.stop();
  }

  async #begin({
    definition,
    started,
    seq,
    state,
    timeoutMs,
  }: Extract<OpenedRun, { kind: 'open' }>): Promise<void> {
    const { carry } = this.#input;
    this.#plan = makePlan(definition, { zones: this.#zones });
    this.#facts = started.run;
    this.#seq = carry?.seq ?? seq;
    if (carry) {
      this.#state = carry.state;
      this.#facts = { ...started.run, attempt: carry.attempt };
      for (const { name, dueAtMs } of carry.timers) this.#timers.start(name, dueAtMs);
      for (const command of this.#held.splice(0)) this.#calls.start(command);
      return;
    }
    if (timeoutMs !== undefined) this.#timers.start(runTimeout, Date.now() + timeoutMs);
    if (state) await this.#beginAttempt(this.#facts, state);
    else this.#queue.unshift(started);
  }

  /** A run that failed goes on at the step that failed. */
  async #beginAttempt(facts: RunFacts, state: StepperState): Promise<void> {
    this.#facts = facts;
    const plan = this.#planned;
    const given = { run: facts, ...this.#moment() };
    const begun = await this.#zones.during(() => resume(plan, state, given));
    // What is to end makes no call before it hears of it: an attempt begins and is told in one.
    if (this.#queue.some(isEnd) && patched('end-before-attempt')) await this.#tellAll(begun);
    else await this.#settle(begun, []);
  }

  async #tellAll(begun?: Advance): Promise<void> {
    if (begun) this.#state = begun.state;
    const commands: Command[] = [...(begun?.commands ?? [])];
    const events: StepperEvent[] = [];
    for (const given of this.#queue.splice(0, maxBatch)) {
      const event = { ...given, ...this.#moment() } as StepperEvent;
      const next = await this.#zones.during(() => this.#advance(event));
      if (hasEffect(this.#state, next, event))
        this.#joined = [...this.#joined, ...(this.#orderers.get(given) ?? [])];
      this.#orderers.delete(given);
      this.#state = next.state;
      events.push(event);
      commands.push(...next.commands);
    }
    if (this.#state) await this.#settle({ state: this.#state, commands }, events);
  }

  #advance(event: StepperEvent): Advance {
    const plan = this.#planned;
    if (event.kind === 'Started') return start(plan, event);
    if (!this.#state) throw new Error('a run is told something before it has begun');
    return advance(plan, this.#state, event);
  }

  async #settle({ state, commands }: Advance, events: readonly StepperEvent[]): Promise<void> {
    this.#state = state;
    const recorded = await this.#record(state, commands, events.flatMap(settling));
    if (recorded.kind === 'over') {
      this.#isOver = true;
      return;
    }
    for (const command of commands) this.#carryOut(command);
    if (recorded.kind === 'again') await this.#tryAgain(recorded);
  }

  async #record(
    state: StepperState,
    commands: readonly Command[],
    settled: readonly StepperEvent[],
  ): Promise<Recorded> {
    const status = this.#statusAfter(commands);
    if (commands.length === 0 && settled.length === 0 && status === this.#status) return { kind: 'goes-on' };
    this.#status = status;
    this.#seq += 1;
    const isEnd = commands.some(({ kind }) => kind === 'Finish');
    const orderers = this.#joined;
    this.#joined = [];
    return store.recordProgress(this.#key, {
      seq: this.#seq,
      attempt: this.#attempt,
      ...this.#moment(),
      isTimedOut: this.#isTimedOut,
      status,
      settled,
      commands,
      ...(orderers.length > 0 ? { orderers } : {}),
      ...(isEnd ? { state } : {}),
    });
  }

  async #tryAgain({ afterMs, attempt }: Extract<Recorded, { kind: 'again' }>): Promise<void> {
    if (afterMs > 0) {
      // Nothing else cuts the time short that a tool is given.
      const isCutShort = patched('whole-backoff')
        ? () => this.#queue.some(isEnd)
        : () => this.#queue.length > 0;
      await condition(isCutShort, afterMs);
    }
    const { state } = this.#started;
    await this.#beginAttempt({ ...this.#started.facts, attempt }, state);
  }

  #carryOut(command: Command): void {
    switch (command.kind) {
      case 'CallTool':
        // Near the end of a history no call is begun any more, so that there is a moment without any.
        if (this.#isHistoryFull(1.5)) this.#held.push(command);
        else this.#calls.start(command);
        return;
      case 'CancelCall':
        return this.#cancelCall(command);
      case 'StartTimer':
        return this.#timers.start(command.timer, command.dueAtMs);
      case 'CancelTimer':
        return this.#timers.cancel(command.timer);
      case 'StartChild':
        return this.#startChild(command);
      case 'LoadValues':
        return this.#ask(async () => {
          const values = await store.loadRunValues(this.#key, command.refs);
          return { kind: 'ValuesLoaded', path: command.path, values };
        });
      case 'Continue':
        this.#queue.push({ kind: 'Continued' });
        return;
      default:
        return;
    }
  }

  #cancelCall({ path, attempt }: { readonly path: string; readonly attempt: number }): void {
    const isMeant = (call: CallTool): boolean => call.path === path && call.attempt === attempt;
    if (this.#children.has(`${path}\n${attempt}`))
      return this.#ask(async () => {
        await store.stopChild(this.#key, { path, attempt });
        return null;
      });
    if (!this.#held.some(isMeant)) return this.#calls.cancel({ path, attempt });
    this.#held = this.#held.filter((call) => !isMeant(call));
    const error = { kind: 'canceled', message: 'the call was canceled' } as const;
    this.#queue.push({ kind: 'ToolFailed', path, attempt, error });
  }

  #startChild(command: StartChild): void {
    const intentAt = this.#lastMs;
    this.#children.add(`${command.path}\n${command.attempt}`);
    this.#ask(() => store.startChild(this.#key, command, intentAt));
  }

  #ask(answer: () => Promise<NewEvent | null>): void {
    this.#asked += 1;
    void answer().then((event) => {
      this.#asked -= 1;
      if (event) this.#queue.push(event);
    });
  }

  #onTimer(name: string): void {
    if (name !== runTimeout) return void this.#queue.push({ kind: 'TimerFired', timer: name });
    this.#queue.push({ kind: 'CancelRequested', reason: 'the run took longer than it may', isTimeUp: true });
  }

  #statusAfter(commands: readonly Command[]): Progress['status'] {
    const isBusy =
      this.#calls.size > 0 ||
      this.#held.length > 0 ||
      this.#queue.length > 0 ||
      this.#timers.isDueBy(this.#lastMs + soonMs, commands) ||
      commands.some(({ kind }) => kind === 'CallTool' || kind === 'Continue' || kind === 'LoadValues');
    return isBusy ? 'running' : 'waiting';
  }

  #isHistoryFull(factor: number): boolean {
    const { historyLength, continueAsNewSuggested } = workflowInfo();
    return continueAsNewSuggested || historyLength > this.#input.maxHistory * factor;
  }

  #mayContinueAsNew(): boolean {
    return this.#calls.size === 0 && this.#asked === 0 && this.#isHistoryFull(1);
  }

  async #continueAsNew(): Promise<void> {
    const { state, facts } = this.#started;
    const carry = {
      state,
      seq: this.#seq,
      attempt: facts.attempt,
      isTimedOut: this.#isTimedOut,
      timers: this.#timers.list(),
      held: this.#held,
      children: [...this.#children],
      seen: this.#seen,
      ...(this.#joined.length > 0 ? { orderers: this.#joined } : {}),
    };
    this.#timers.stop();
    const { carry: _before, ...input } = this.#input;
    await continueAsNew<(next: PipelineInput) => Promise<void>>({ ...input, carry });
  }

  get #attempt(): number {
    return this.#facts?.attempt ?? 1;
  }

  get #planned(): Plan {
    if (!this.#plan) throw new Error('a run is gone on with before it was opened');
    return this.#plan;
  }

  get #started(): { readonly state: StepperState; readonly facts: RunFacts } {
    if (!this.#state || !this.#facts) throw new Error('a run is gone on with before it has begun');
    return { state: this.#state, facts: this.#facts };
  }

  #moment(): { readonly nowMs: number; readonly random: number } {
    this.#lastMs = Math.max(Date.now(), this.#lastMs, this.#state?.startedAtMs ?? 0);
    return { nowMs: this.#lastMs, random: Math.random() };
  }
}

function isEnd({ kind }: NewEvent): boolean {
  return kind === 'CancelRequested';
}

/** Events that say how a call ended, without what it gave: that is in what the stepper says. */
function settling(event: StepperEvent): readonly StepperEvent[] {
  switch (event.kind) {
    case 'ToolDone':
      return [{ ...event, output: { json: null } }];
    case 'ChildDone':
      return event.result.status === 'succeeded'
        ? [{ ...event, result: { status: 'succeeded', output: { json: null } } }]
        : [event];
    case 'ToolFailed':
    case 'InDoubt':
      return [event];
    default:
      return [];
  }
}
