import {
  type Advance,
  advance,
  type Command,
  type ErrorKind,
  makePlan,
  type Plan,
  resume,
  type Started,
  type StepperEvent,
  type StepperState,
  start,
} from '@signalbox/pipeline';
import type { JsonValue } from '@signalbox/sdk';

type WithoutMoment<Event> = Event extends StepperEvent ? Omit<Event, 'nowMs' | 'random'> : never;
/** An event that happens now. */
export type Told = WithoutMoment<StepperEvent>;

/** A run in a test: the clock stands still unless told, and everything random is a half. */
export class Run {
  readonly plan: Plan;
  nowMs = 1_000_000;
  random = 0.5;
  state: StepperState;
  /** What the last event led to. */
  commands: readonly Command[];
  readonly all: Command[] = [];

  constructor(definition: Record<string, unknown>, started: Partial<Started> = {}) {
    this.plan = makePlan(definition);
    const { state, commands } = this.#keep(
      start(this.plan, {
        kind: 'Started',
        nowMs: this.nowMs,
        random: this.random,
        run: { id: 'run', trigger: 'manual', attempt: 1, maxAttempts: 1, depth: 0 },
        scheduledAtMs: 900_000,
        timezone: 'UTC',
        params: {},
        ...started,
      }),
    );
    this.state = state;
    this.commands = commands;
  }

  /** Tells an event, by way of JSON as a store would. */
  tell(event: Told): this {
    const state: StepperState = JSON.parse(JSON.stringify(this.state));
    const told = { ...event, nowMs: this.nowMs, random: this.random };
    ({ state: this.state, commands: this.commands } = this.#keep(advance(this.plan, state, told)));
    return this;
  }

  /** Ends the newest call of a path well. */
  done(path: string, output: JsonValue = null): this {
    return this.tell({ kind: 'ToolDone', path, attempt: this.attemptOf(path), output: { json: output } });
  }

  /** Ends the newest call of a path badly. */
  failed(path: string, kind: ErrorKind = 'tool_error'): this {
    return this.tell({
      kind: 'ToolFailed',
      path,
      attempt: this.attemptOf(path),
      error: { kind, message: `${path} failed` },
    });
  }

  /** Lets the newest timer of a path fire when it is due. */
  fire(path: string): this {
    const timer = this.of('StartTimer').findLast((each) => each.timer.startsWith(`${path}#`));
    if (!timer) throw new Error(`there is no timer of ${path}`);
    this.nowMs = timer.dueAtMs;
    return this.tell({ kind: 'TimerFired', timer: timer.timer });
  }

  again(attempt: number): this {
    const run = { ...this.state.run, attempt };
    ({ state: this.state, commands: this.commands } = this.#keep(
      resume(this.plan, this.state, { run, nowMs: this.nowMs, random: this.random }),
    ));
    return this;
  }

  attemptOf(path: string): number {
    const calls = this.all.flatMap((each) =>
      (each.kind === 'CallTool' || each.kind === 'StartChild') && each.path === path ? [each.attempt] : [],
    );
    return calls.at(-1) ?? 0;
  }

  /** All commands of a kind so far. */
  of<Kind extends Command['kind']>(kind: Kind): readonly Extract<Command, { readonly kind: Kind }>[] {
    return this.all.filter((each): each is Extract<Command, { readonly kind: Kind }> => each.kind === kind);
  }

  /** Paths called by the last event. */
  get called(): readonly string[] {
    return this.commands.flatMap((each) =>
      each.kind === 'CallTool' || each.kind === 'StartChild' ? [each.path] : [],
    );
  }

  /** Arguments of the newest call of a path. */
  argsOf(path: string): JsonValue {
    return this.of('CallTool').findLast((each) => each.path === path)?.args ?? null;
  }

  /** How the run ended, without what is not there. */
  get finish(): { status: string; output: unknown; error?: string } | undefined {
    const finish = this.of('Finish').at(-1);
    if (!finish) return undefined;
    const { status, output, error } = finish;
    return {
      status,
      output: 'json' in output ? output.json : output,
      ...(error && { error: `${error.kind}: ${error.message}` }),
    };
  }

  statusOf(path: string): string | undefined {
    return this.state.steps[path]?.status;
  }

  #keep(result: Advance): Advance {
    this.all.push(...result.commands);
    return result;
  }
}

/** A step that calls a tool. */
export function call(id: string, more: Record<string, unknown> = {}): Record<string, unknown> {
  return { id, uses: 'tool', ...more };
}
