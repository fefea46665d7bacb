import {
  type Advance,
  advance,
  type Command,
  type Finish,
  type Plan,
  resume,
  type StepperEvent,
  start,
} from '@signalbox/pipeline';
import type { JsonObject } from '@signalbox/sdk';
import type { Random } from './random.ts';
import { answerOf, type Call, eventOf, idOf, type World } from './world.ts';

/** What a run did. */
export interface Drive {
  readonly finish: Finish;
  readonly calls: readonly Call[];
  readonly commands: readonly Command[];
  readonly events: number;
  /** How many commands there were before it was told to end. */
  readonly beforeStop: number | undefined;
  /** Paths of calls that gave something, in the order in which that was heard. */
  readonly answered: readonly string[];
  /** The phase it had come to when it first said how it ends otherwise than well. */
  readonly failedBy: Advance['state']['phase'] | undefined;
}

/** How an engine treats events. */
export interface Manners {
  readonly random: Random;
  /** Delivers what is pending in any order, some of it twice, and old events again. */
  readonly isUnruly: boolean;
  /** Puts every state through JSON. */
  readonly throughJson: boolean;
  /** The next attempt of a run that failed: nothing fails in it. */
  readonly resumes?: boolean;
  /** After so many events the run is told to end. */
  readonly stopsAfter?: number;
}

type Told = StepperEvent extends infer Each
  ? Each extends StepperEvent
    ? Omit<Each, 'nowMs' | 'random'>
    : never
  : never;
interface Pending {
  readonly told: Told;
  readonly dueAtMs: number;
}

/** Runs a plan to its end with the tools of a world: an engine that keeps nothing. */
export function drive(
  plan: Plan,
  world: World,
  params: JsonObject,
  { random, isUnruly, throughJson, resumes = false, stopsAfter }: Manners,
): Drive {
  const calls: Call[] = [];
  const all: Command[] = [];
  const delivered: Told[] = [];
  let pending: Pending[] = [];
  let nowMs = 1_000;
  let events = 0;
  let beforeStop: number | undefined;
  const answered: string[] = [];
  let failedBy: Drive['failedBy'];
  let so: Advance = start(plan, {
    kind: 'Started',
    nowMs,
    random: random.next(),
    run: {
      id: 'run',
      trigger: 'manual',
      attempt: 1,
      maxAttempts: resumes ? 2 : 1,
      depth: 0,
      tidyUpMs: 60_000,
    },
    scheduledAtMs: 0,
    timezone: 'UTC',
    params,
  });
  let around = world;
  const obey = (): void => {
    all.push(...so.commands);
    if (so.state.result !== undefined) failedBy ??= so.state.phase;
    for (const command of so.commands) {
      if (command.kind === 'CallTool') calls.push(command);
      const told = reactionTo(around, command);
      if (command.kind === 'WaitEvent') pending.push({ told: oddEvent(command.path), dueAtMs: nowMs });
      if (command.kind === 'StartTimer' && command.purpose === 'tidy-up') continue;
      if (told) pending.push({ told, dueAtMs: command.kind === 'StartTimer' ? command.dueAtMs : nowMs });
    }
  };
  obey();
  for (;;) {
    const finish = so.commands.find((command) => command.kind === 'Finish');
    if (finish?.isResumable) {
      around = { faults: new Map(), refusals: new Set() };
      pending = [];
      so = resume(plan, so.state, {
        run: { ...so.state.run, attempt: 2 },
        nowMs,
        random: random.next(),
      });
      obey();
      continue;
    }
    if (finish) return { finish, calls, commands: all, events, beforeStop, answered, failedBy };
    if (events === stopsAfter && beforeStop === undefined) {
      beforeStop = all.length;
      const stop = { kind: 'CancelRequested', reason: 'enough', nowMs, random: random.next() } as const;
      so = advance(plan, so.state, stop);
      obey();
      continue;
    }
    const old = isUnruly && delivered.length > 0 && random.chance(0.15) ? random.pick(delivered) : undefined;
    const next = old ? undefined : takeNext(pending, isUnruly ? random : undefined);
    if (!old && !next)
      throw new Error(
        `nothing is pending, and the run is not over: ${JSON.stringify(so.state).slice(0, 5_000)}`,
      );
    if (next) {
      if (!isUnruly || !random.chance(0.1)) pending = pending.filter((each) => each !== next);
      nowMs = Math.max(nowMs + 1, next.dueAtMs);
      delivered.push(next.told);
    }
    const told = old ?? next?.told;
    if (!told) continue;
    events += 1;
    if (events > 20_000) throw new Error('the run does not end');
    const state = throughJson ? (JSON.parse(JSON.stringify(so.state)) as typeof so.state) : so.state;
    so = advance(plan, state, { ...told, nowMs, random: random.next() });
    if (told.kind === 'ToolDone' && so.state !== state) answered.push(told.path);
    obey();
  }
}

function takeNext(pending: readonly Pending[], random: Random | undefined): Pending | undefined {
  if (pending.length === 0) return undefined;
  if (random) return random.pick(pending);
  return pending.toSorted((one, other) => one.dueAtMs - other.dueAtMs)[0];
}

/** One of which nobody can tell whether it matches. */
function oddEvent(path: string): Told {
  return { kind: 'EventMatched', path, event: { topic: 'news', id: 'odd', payload: null } };
}

function reactionTo(world: World, command: Command): Told | undefined {
  switch (command.kind) {
    case 'CallTool': {
      const { path, attempt } = command;
      const answer = answerOf(world, command);
      return 'error' in answer
        ? { kind: 'ToolFailed', path, attempt, error: { kind: answer.error, message: 'no' } }
        : { kind: 'ToolDone', path, attempt, output: { json: answer.output } };
    }
    case 'StartTimer':
      return { kind: 'TimerFired', timer: command.timer };
    case 'WaitEvent': {
      const { topic, id, payload } = eventOf(command.path);
      return { kind: 'EventMatched', path: command.path, event: { topic, id, payload } };
    }
    case 'AskApproval':
      return {
        kind: 'ApprovalAnswered',
        path: command.path,
        question: command.question,
        decision: world.refusals.has(idOf(command.path)) ? 'rejected' : 'approved',
        value: 'fine',
        by: 'ana',
      };
    case 'Continue':
      return { kind: 'Continued' };
    default:
      return undefined;
  }
}
