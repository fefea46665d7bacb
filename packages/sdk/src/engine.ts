import type { RunNote, WriteNote } from './change-notes.ts';
import type { DayBudgets } from './day-budgets.ts';
import { defineTopic } from './events.ts';
import type { JsonObject, JsonValue } from './json.ts';
import type { Orderer } from './principal.ts';
import { defineService } from './service-token.ts';
import type { StandIn } from './stand-in.ts';
import type { StoreWrite } from './store-write.ts';

/** Why there is a run. */
export const runTriggers = ['schedule', 'manual', 'event', 'backfill', 'call', 'tool'] as const;
export type RunTrigger = (typeof runTriggers)[number];

/** What a run is doing, or how it ended. */
export const runStatuses = [
  'queued',
  'running',
  'waiting',
  'succeeded',
  'failed',
  'canceled',
  'timed_out',
] as const;
export type RunStatus = (typeof runStatuses)[number];

/** True for the statuses nothing comes after. */
export function isEnded(status: RunStatus): boolean {
  return status !== 'queued' && status !== 'running' && status !== 'waiting';
}

/** A run somebody wants. Times are UTC milliseconds. */
export interface RunOrder {
  /** UUIDv7, made by who orders: the same order twice is one run. */
  readonly id: string;
  readonly org: string;
  readonly task?: { readonly id: string; readonly version: number };
  readonly title: string;
  /** The definition of the pipeline, as `packages/pipeline` reads it. */
  readonly pipeline: JsonObject;
  readonly params: JsonObject;
  /** `{topic, id, source, payload}` of the event it is about. */
  readonly event?: JsonObject;
  readonly trigger: RunTrigger;
  readonly runAs: StandIn;
  /** The time it is about: of the schedule, not of the clock. */
  readonly scheduledAt: number;
  readonly timezone: string;
  /** 1 is served first, 9 last; who waits is served earlier as time goes by. */
  readonly priority: number;
  /** Not before. */
  readonly availableAt: number;
  /** At most `limit` runs with this key at a time; the others wait their turn. */
  readonly slot?: { readonly key: string; readonly limit: number };
  /** How often a run that failed is tried again; it goes on at the step that failed. */
  readonly maxRetries: number;
  /** How the wait before each retry grows; `exponential_jitter` where absent. */
  readonly backoffStrategy?: 'exponential_jitter' | 'exponential' | 'linear' | 'fixed';
  readonly timeoutMs?: number;
  /** Plans and answers what would be called; nothing with side effects is. */
  readonly isDryRun?: boolean;
  /** Runs that were ordered by runs: how deep. */
  readonly depth?: number;
  /** The run that waits for the end of this one, and where in it. */
  readonly parent?: { readonly run: string; readonly path: string; readonly attempt: number };
}

/** A run a step of another run wants of a task. */
export interface ChildWanted {
  readonly id: string;
  readonly org: string;
  /** Id or title. */
  readonly task: string;
  readonly params: JsonObject;
  /** Whose rights it has: those of the run that wants it. */
  readonly runAs: StandIn;
  readonly scheduledAt: number;
  readonly depth: number;
  readonly timeoutMs?: number;
  readonly parent: { readonly run: string; readonly path: string; readonly attempt: number };
}

/** Makes orders of tasks for the steps of runs that call them. Errors: `not_found`, `forbidden`, `invalid_params`. */
export type OrderChild = (wanted: ChildWanted) => Promise<RunOrder>;

/** Why something failed. */
export interface RunError {
  readonly kind: string;
  readonly message: string;
  /** Path of the step. */
  readonly step?: string;
  /** Of `budget`: it is that of the organization, and who waits for the run meets it, too. */
  readonly isOutside?: true;
}

/** What a step of a dry run would have done: the tool it would call, the task it would run, what it would wait for. */
export interface PlannedAction {
  readonly action: 'call' | 'child' | 'sleep' | 'wait' | 'approve';
  /** Name of the tool, task or topic. */
  readonly target: string;
  /** With the template itself where it depends on a result there is none of. */
  readonly args: JsonValue;
}

/** A step of a run, as it stands. */
export interface StepView {
  readonly path: string;
  readonly attempt: number;
  readonly status: 'intent' | 'done' | 'failed' | 'in_doubt' | 'skipped' | 'canceled' | 'waiting';
  readonly tool?: string;
  readonly startedAt: number;
  readonly finishedAt?: number;
  readonly output?: JsonValue;
  readonly error?: RunError;
  /** In a dry run, of a step that was not done. */
  readonly planned?: PlannedAction;
  /** Sent with every attempt, so that the tool can tell a repetition. */
  readonly idempotencyKey?: string;
}

/** A question a run waits for an answer to. */
export interface RunQuestion {
  readonly run: string;
  /** Path of the step that asks. */
  readonly path: string;
  readonly message: string;
  /** JSON Schema of the answer; absent where yes or no is enough. */
  readonly schema?: JsonObject;
  /** Logins, ids or `role:NAME` of who may answer; absent means whoever may answer approvals. */
  readonly assignees?: readonly string[];
  readonly askedAt: number;
  readonly expiresAt?: number;
}

/** A call of a run that a rule wants approved, and nobody has answered. */
export interface RunApproval {
  /** Path of the step that makes it. */
  readonly path: string;
  readonly tool: string;
  /** Id at the approval desk. */
  readonly approval: string;
  readonly since: number;
}

/** That a run was told to end: as what it will, since when it tidies up, and when it is ended as it stands. */
export interface StoppingRun {
  readonly as: 'canceled' | 'timed_out';
  readonly since: number;
  readonly until: number;
}

/** A run as it stands. */
export interface RunView {
  readonly id: string;
  readonly org: string;
  readonly task?: { readonly id: string; readonly version: number };
  readonly title: string;
  readonly trigger: RunTrigger;
  readonly status: RunStatus;
  readonly params: JsonObject;
  readonly scheduledAt: number;
  readonly createdAt: number;
  readonly startedAt?: number;
  readonly finishedAt?: number;
  readonly priority: number;
  readonly attempt: number;
  readonly error?: RunError;
  /** While it tidies up after it was told to end; `error` says why then. */
  readonly stopping?: StoppingRun;
  readonly output?: JsonValue;
  readonly runAs: { readonly kind: string; readonly id: string };
  readonly questions: readonly RunQuestion[];
  /** Absent where none of its calls waits for an approval. */
  readonly approvals?: readonly RunApproval[];
}

/** A run with its steps. */
export interface RunDetail extends RunView {
  /** 0 for one that no run has caused, one more for each run between. */
  readonly depth: number;
  readonly steps: readonly StepView[];
  readonly pipeline: JsonObject;
  readonly event?: JsonObject;
}

/** Which runs; pages go from the newest to the oldest. */
export interface RunSelection {
  readonly task?: string;
  readonly status?: readonly RunStatus[];
  /** Id of the last run of the page before. */
  readonly before?: string;
  readonly limit: number;
}

/** Who answers a question of a run, and what. */
export interface RunAnswer {
  readonly run: string;
  readonly path: string;
  readonly isApproved: boolean;
  readonly answer?: JsonValue;
  /** Who says so, for the record. */
  readonly by: string;
  /**
   * Whose wish it is: what the run does then they have ordered, where the answer has a call made again or says more than yes. Who only says
   * yes to a step that asks is another pair of eyes.
   */
  readonly orderers?: readonly Orderer[];
}

/** An event that runs may wait for. */
export interface RunEvent {
  readonly org: string;
  readonly topic: string;
  readonly id: string;
  readonly source: string;
  readonly payload: JsonValue;
  /** Whose wish it is that it is told: what a run does that has waited for it they have ordered. */
  readonly orderers?: readonly Orderer[];
}

/**
 * Carries out pipelines so that they survive crashes. Whoever orders runs writes them into the store along with what made them due, so
 * that there is never one without the other.
 */
export interface Engine {
  /** The writes that put a run in the queue, for the orderer's own `together`. Errors: `invalid_params` for a broken pipeline. */
  readonly order: (order: RunOrder) => readonly StoreWrite[];
  /** Who keeps tasks says here how steps call them; until then such a step fails with `not_found`. */
  readonly callTasks: (orderChild: OrderChild) => void;
  /** Who keeps notes of what becomes of runs says here how they are written down; an engine without it only tells of it (`runChanged`). */
  readonly noteRuns?: (write: WriteNote<RunNote>) => void;
  /**
   * Told by a call that waits for the end of another run: until the result is called, the run that makes the call takes no place of
   * those there are, for the other may need it. An engine that counts none needs it not.
   */
  readonly standAside?: (run: string) => () => void;
  /** Told when such writes are done, so that the run does not wait for the next look. */
  readonly wake: () => void;
  readonly find: (org: string, id: string) => Promise<RunDetail | undefined>;
  readonly list: (org: string, selection: RunSelection) => Promise<readonly RunView[]>;
  /** How many runs that were ordered since an instant stand how. */
  readonly countSince: (org: string, since: number) => Promise<ReadonlyMap<RunStatus, number>>;
  /**
   * How many runs of a task have not ended, those that have not begun among them. Runs that somebody waits for (`call`, `tool`) are not
   * counted: they are parts of something else. Dry runs are not, either: they do nothing.
   */
  readonly countOpen: (
    org: string,
    task: string,
  ) => Promise<{ readonly queued: number; readonly begun: number }>;
  /** The same runs, oldest first. */
  readonly openRuns: (org: string, task: string) => Promise<readonly string[]>;
  /**
   * Ends a run: what it calls is told to stop, what was done is undone, and `finally` runs, within `engine.tidyUpMs`; by force it ends where it
   * stands. Asked again, only force changes anything. Errors: `not_found`, `conflict` for one that has ended.
   */
  readonly cancel: (
    org: string,
    id: string,
    how: { readonly reason: string; readonly isForced?: boolean },
  ) => Promise<void>;
  /**
   * Goes on with a run that failed, at the step that failed; `orderers` have ordered what it does then, and `also` is written with that, or
   * neither is. Errors: `not_found`, `conflict` for one that did not fail, `forbidden` where too many have ordered it, and a stale write where
   * one of them was not as it should be.
   */
  readonly retry: (
    org: string,
    id: string,
    how?: { readonly orderers?: readonly Orderer[]; readonly also?: readonly StoreWrite[] },
  ) => Promise<void>;
  /**
   * Answers a question. Errors: `not_found` when nothing asks it any more, `invalid_params` for an answer it does not take, `forbidden` where too
   * many have ordered what the run does.
   */
  readonly answer: (org: string, answer: RunAnswer) => Promise<void>;
  readonly questions: (org: string) => Promise<readonly RunQuestion[]>;
  /** Hands an event to the runs that wait for it, but for those that too many have ordered. The same event twice is one. */
  readonly deliver: (event: RunEvent) => Promise<void>;
  /** What the runs of organizations may use up. */
  readonly budgets: DayBudgets;
}

/** An extension that carries out pipelines offers this. */
export const engine = defineService<Engine>('engine', { inProcess: true });

/** Published when a run has another status, on the node that has seen it. */
export const runChanged = defineTopic<{
  readonly org: string;
  readonly run: string;
  readonly task?: string;
  readonly status: RunStatus;
  readonly error?: RunError;
}>('run.changed');
