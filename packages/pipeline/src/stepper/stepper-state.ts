import type { JsonObject, JsonValue } from '@signalbox/sdk';
import type { Frame, Outcome } from './frame.ts';
import type { StepError } from './step-error.ts';
import type { BusEvent, RunFacts } from './stepper-event.ts';
import type { UndoEntry } from './undo-entry.ts';
import type { Value } from './value.ts';

/** How a step stands. */
export type StepStatus =
  | 'running'
  | 'waiting'
  | 'retry_wait'
  | 'in_doubt'
  | 'done'
  | 'skipped'
  | 'failed'
  | 'canceled'
  | 'undone';

/** What is known of one step: `steps.<id>` is its output, `steps_meta.<id>` the rest. */
export interface StepRecord {
  readonly status: StepStatus;
  /** Calls made; 0 for a step that calls nothing. */
  readonly attempts: number;
  readonly startedAtMs: number;
  /** There once it has ended. */
  readonly durationMs?: number;
  readonly error?: StepError;
  /** There when it is done, or failed and another value stands for its own. */
  readonly output?: Value;
  /** In a dry run: there is no output because nothing was called. */
  readonly isUnknown?: true;
}

/** That a run was told to end, why, and until when it may tidy up. */
interface Stopping {
  readonly as: 'canceled' | 'timed_out';
  readonly reason: string;
  readonly untilMs: number;
}

/** How large a run may become. */
export interface Extent {
  /** Of the values in its state. */
  readonly bytes: number;
  /** Begun, iterations included. */
  readonly steps: number;
}

/**
 * Everything about a run the stepper knows: plain JSON, at most {@link stateLimitBytes} and a little more to tidy up with. An engine keeps it whole and looks
 * only at `status`, `phase`, `usage` and `steps`; all that has to do with frames is the stepper's own.
 */
export interface StepperState {
  /** Which stepper wrote it; another one refuses it. */
  readonly engineVersion: number;
  readonly status: 'running' | 'succeeded' | 'failed' | 'canceled' | 'timed_out';
  readonly phase: 'main' | 'compensate' | 'on_failure' | 'finally' | 'ended';
  readonly run: RunFacts;
  readonly startedAtMs: number;
  readonly scheduledAtMs: number;
  readonly timezone: string;
  readonly params: JsonObject;
  readonly event?: BusEvent;
  readonly dryRun?: { readonly readOnlyTools: readonly string[] };
  readonly vars: { readonly [name: string]: JsonValue };
  /** By path, such as `loop[3].send`. Those inside an iteration go when the iteration has ended. */
  readonly steps: { readonly [path: string]: StepRecord };
  /** What is in progress, by key. */
  readonly frames: { readonly [key: string]: Frame };
  /** Keys of frames that can go on at once. */
  readonly ready: readonly string[];
  /** Progress of loops that failed, for the next attempt. */
  readonly kept: { readonly [key: string]: Frame };
  /** What can be undone, oldest first. */
  readonly undo: readonly UndoEntry[];
  /**
   * Something was called, by it or by a run it has ordered; what is kept of earlier calls, and what was refused before it was made, is none. Not said
   * by what was begun before it was noted, until something is called.
   */
  readonly hasCalled?: boolean;
  /** Steps that were undone, by their path without the numbers of iterations, and in which attempt of the run they were last. */
  readonly undone?: { readonly [template: string]: number };
  readonly usage: {
    readonly calls: number;
    readonly cost: number;
    readonly tokens: number;
    /** Steps begun, iterations included. */
    readonly steps: number;
  };
  /** Of the values in it; above {@link stateLimitBytes} the run fails. */
  readonly bytes: number;
  /** How large it may become in this phase, while it does `on_failure` or `finally`. */
  readonly room?: Extent;
  /** Why the run fails or has failed. */
  readonly error?: StepError;
  /** How the run will end when it has been tidied up after. */
  readonly result?: 'failed' | 'canceled' | 'timed_out';
  /** There once it was told to end and has a bound for that. */
  readonly stopping?: Stopping;
  /** How the steps of the phase ended, until that is looked at. */
  readonly ended?: Outcome;
  /** Output of the main steps, until `Finish` has given it away. */
  readonly output?: Value;
}

/** How large the values in a state may become: 1 MB of JSON. */
export const stateLimitBytes = 1024 * 1024;
