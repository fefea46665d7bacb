import type { JsonObject, JsonValue } from '@signalbox/sdk';
import type { SecretText } from '../template/secret-text.ts';
import type { StepError } from './step-error.ts';
import type { StepRecord } from './stepper-state.ts';
import type { Value } from './value.ts';

/**
 * Call a tool and tell the end: `ToolDone`, `ToolFailed` or, after a crash, `InDoubt`, each with this path and attempt.
 * The pair (path, attempt) comes once in a run. Retries come as new commands; an engine makes none of its own.
 */
export interface CallTool {
  readonly kind: 'CallTool';
  /** Of the step, such as `loop[3].send`; `send#undo` when the call undoes it, `send#undo.2` what it did a second time. */
  readonly path: string;
  /** 1 for the first call of the run's first attempt; grows with every call of this path. The run's attempt n begins at 100 (n - 1) + 1. */
  readonly attempt: number;
  readonly tool: string;
  /** With secrets as they are written. */
  readonly args: JsonObject;
  /** Texts of `args` that secrets are put into when the call is made, and nowhere else. */
  readonly secrets?: readonly SecretText[];
  /** From the start of the call to its end; the engine ends it then and tells `ToolFailed` of kind `timeout`. */
  readonly timeoutMs: number;
  /** The part below the run's id; the same for all attempts of the step in this run. See `idempotency-key.ts`. */
  readonly idempotencyKey: string;
  /** What the step says about a call nobody knows the end of; without it the tool's nature decides (see `InDoubt`). */
  readonly onUnknown?: 'fail' | 'retry' | 'ask';
  /** A result kept under this key for so long (by organization and tool) is given instead of calling. */
  readonly cache?: { readonly key: string; readonly ttlMs: number };
  /** The call undoes an earlier step. */
  readonly isCompensation?: true;
}

/** Tell `TimerFired` with this name at `dueAtMs`. A name comes once in a run. */
export interface StartTimer {
  readonly kind: 'StartTimer';
  readonly timer: string;
  readonly dueAtMs: number;
  readonly purpose: 'retry' | 'sleep' | 'timeout' | 'budget' | 'tidy-up';
}

/** The timer is of no interest any more; one that fires nevertheless changes nothing. */
export interface CancelTimer {
  readonly kind: 'CancelTimer';
  readonly timer: string;
}

/** Tell every event of this topic (with wildcards as in schedules) as `EventMatched`, until the step ends (`CancelWait`). */
export interface WaitEvent {
  readonly kind: 'WaitEvent';
  readonly path: string;
  readonly topic: string;
}

/** Ask people and tell `ApprovalAnswered`. Its expiry is a timer of the stepper; `expiresAtMs` is there to be shown. */
export interface AskApproval {
  readonly kind: 'AskApproval';
  readonly path: string;
  /** Tells this question from others of the same path; comes once in a run. */
  readonly question: string;
  /** `in_doubt`: approved means "call again", rejected means "it failed". */
  readonly reason: 'approve' | 'in_doubt';
  readonly message: string;
  /** JSON Schema of `value` in the answer. */
  readonly schema?: JsonObject;
  /** Who may answer; nobody named means whoever may answer for the task. */
  readonly assignees: readonly string[];
  readonly expiresAtMs?: number;
}

/** What `WaitEvent` or `AskApproval` of this path began is over: matched, answered, timed out or canceled. */
export interface CancelWait {
  readonly kind: 'CancelWait';
  readonly path: string;
}

/** Start a run of another task and tell `ChildDone` when it has ended. */
export interface StartChild {
  readonly kind: 'StartChild';
  readonly path: string;
  readonly attempt: number;
  readonly task: string;
  readonly params: JsonObject;
  /** `RunFacts.depth` of the child. */
  readonly depth: number;
  readonly timeoutMs?: number;
  readonly idempotencyKey: string;
}

/**
 * Ask the call or the child of this path and attempt to stop. Its end must still be told (`ToolDone`, `ToolFailed`, `InDoubt`,
 * `ChildDone`), until a `GiveUp`: what has had an effect must be known before anything is undone.
 */
export interface CancelCall {
  readonly kind: 'CancelCall';
  readonly path: string;
  readonly attempt: number;
}

/** Nobody waits any more for the end of this call or child, which was asked to stop long ago: it is in doubt. A child is ended by force. */
export interface GiveUp {
  readonly kind: 'GiveUp';
  readonly path: string;
  readonly attempt: number;
}

/** The run was told to end, and tidies up until then at most. To be shown. */
export interface Stop {
  readonly kind: 'Stop';
  readonly as: 'canceled' | 'timed_out';
  readonly error: StepError;
  readonly untilMs: number;
}

/** Fetch values kept by reference and tell `ValuesLoaded` with all of them and this path. */
export interface LoadValues {
  readonly kind: 'LoadValues';
  readonly path: string;
  readonly refs: readonly string[];
}

/** There is more to do than one `advance` does; tell `Continued` (at once, or after other work). */
export interface Continue {
  readonly kind: 'Continue';
}

/** A step took another state: what a row of `run_step` and a timeline show. Of one that is `undone` nothing else is other than before. */
export interface StepChanged {
  readonly kind: 'StepChanged';
  readonly path: string;
  readonly stepId: string;
  readonly record: StepRecord;
}

/** In a dry run: what would have been done here. */
export interface Planned {
  readonly kind: 'Planned';
  readonly path: string;
  readonly action: 'call' | 'child' | 'sleep' | 'wait' | 'approve';
  /** Name of the tool, task or topic. */
  readonly target: string;
  /** Arguments, with the template itself where it depends on a result there is none of. */
  readonly args: JsonValue;
}

/** A line for the run's log. Never holds argument values. */
export interface LogLine {
  readonly kind: 'Log';
  readonly level: 'info' | 'warn' | 'error';
  readonly message: string;
  readonly path?: string;
}

/** The run has ended. Comes once in an attempt, as the last command. */
export interface Finish {
  readonly kind: 'Finish';
  readonly status: 'succeeded' | 'failed' | 'canceled' | 'timed_out';
  /** Of `output`, or of the last step; null when it did not succeed. */
  readonly output: Value;
  readonly error?: StepError;
  /** The failure left everything as it is, because {@link RunFacts.maxAttempts} allows another attempt by `resume`. */
  readonly isResumable: boolean;
}

/** What the stepper wants done. An engine writes them down together with the state, then does them. */
export type Command =
  | CallTool
  | StartTimer
  | CancelTimer
  | WaitEvent
  | AskApproval
  | CancelWait
  | StartChild
  | CancelCall
  | GiveUp
  | Stop
  | LoadValues
  | Continue
  | StepChanged
  | Planned
  | LogLine
  | Finish;
