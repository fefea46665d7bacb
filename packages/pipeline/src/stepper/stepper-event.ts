import type { JsonObject, JsonValue } from '@signalbox/sdk';
import type { ErrorKind } from './step-error.ts';
import type { Value } from './value.ts';

/** What every event brings with it, since the stepper has neither a clock nor randomness. */
interface Moment {
  /** When it happened, in milliseconds since 1970 UTC; never smaller than in the event before. */
  readonly nowMs: number;
  /** A number from 0 (inclusive) to 1 (exclusive), written down with the event: the jitter of a retry is made of it. */
  readonly random: number;
}

/** An event of the bus, as `event` shows it. */
export interface BusEvent {
  readonly topic: string;
  readonly id: string;
  readonly payload: JsonValue;
  readonly source?: string;
}

/** What is known of a run when it starts. */
export interface RunFacts {
  readonly id: string;
  readonly taskId?: string;
  /** What started it, such as `schedule`, `manual`, `event`, `call`. */
  readonly trigger: string;
  /** 1 for the first attempt of the run. */
  readonly attempt: number;
  /**
   * How many attempts the run has. A failure before the last one undoes nothing and runs neither `on_failure` nor `finally`:
   * {@link resume} goes on at the step that failed.
   */
  readonly maxAttempts: number;
  /** How many runs are above this one by `call`: 0 for a run of its own. */
  readonly depth: number;
  /**
   * How long a run of its own may go on once it was told to end: then what is left of it is cut short. Each run below has half of the time of
   * the one above it, which waits for it. Without end where absent, as in runs that began before there was a bound.
   */
  readonly tidyUpMs?: number;
}

/** The first event, given to `start`. */
export interface Started extends Moment {
  readonly kind: 'Started';
  readonly run: RunFacts;
  readonly scheduledAtMs: number;
  /** IANA zone of calendar units in `now` expressions. */
  readonly timezone: string;
  /** Input of the run; the defaults of the definition are laid under it, then `params_schema` checks both. */
  readonly params: JsonObject;
  readonly event?: BusEvent;
  /** Nothing is called but the tools named here (read-only ones); what would have been done comes as `Planned`. */
  readonly dryRun?: { readonly readOnlyTools: readonly string[] };
}

/** A call ended well. */
export interface ToolDone extends Moment {
  readonly kind: 'ToolDone';
  readonly path: string;
  readonly attempt: number;
  readonly output: Value;
  /** Nothing was called: it is what the tool gave before (`cache`). */
  readonly isKept?: true;
  /** What it cost, counted against `budget`. */
  readonly usage?: { readonly cost?: number; readonly tokens?: number };
}

/**
 * A call ended badly. After `CancelCall` the kind is `canceled` unless it had ended by itself. `budget`: it was not made, since a budget outside the
 * definition (organization, day) is used up; the run fails as with its own `budget`.
 */
export interface ToolFailed extends Moment {
  readonly kind: 'ToolFailed';
  readonly path: string;
  readonly attempt: number;
  readonly error: { readonly kind: ErrorKind; readonly message: string };
  /** The other side asked to wait so long before the next attempt. */
  readonly retryAfterMs?: number;
  /** The engine knows that calling again is harmless, so that a `tool_error` is retried, too. */
  readonly isIdempotent?: boolean;
  /** Whether the tool may have heard of it. Where it is not said, as in journals of before, a `tool_error` is taken for that. */
  readonly hasCalled?: boolean;
  readonly usage?: { readonly cost?: number; readonly tokens?: number };
}

/** A call was begun, the hub stopped, and nobody knows how the call ended. */
export interface InDoubt extends Moment {
  readonly kind: 'InDoubt';
  readonly path: string;
  readonly attempt: number;
  /** The tool only reads, is idempotent, or the operator marked it so: called again unless the step says otherwise. */
  readonly canRepeat: boolean;
}

/** A timer of `StartTimer` is due. */
export interface TimerFired extends Moment {
  readonly kind: 'TimerFired';
  readonly timer: string;
}

/** An event with a topic some `WaitEvent` waits for. The stepper itself looks at `match`; one that does not match changes nothing. */
export interface EventMatched extends Moment {
  readonly kind: 'EventMatched';
  readonly path: string;
  readonly event: BusEvent;
}

/** Somebody answered an `AskApproval`. An answer that does not fit its schema changes nothing (and is logged). */
export interface ApprovalAnswered extends Moment {
  readonly kind: 'ApprovalAnswered';
  readonly path: string;
  /** Of `AskApproval`, so that an answer that comes again answers no later question. Whichever is open, unless said. */
  readonly question?: string;
  readonly decision: 'approved' | 'rejected';
  readonly value?: JsonValue;
  /** Who answered. */
  readonly by: string;
}

/** A run of `StartChild` ended. As `budget` for one outside the definition only, which ends this run, too; its own budget is a `tool_error` here. */
export interface ChildDone extends Moment {
  readonly kind: 'ChildDone';
  readonly path: string;
  readonly attempt: number;
  readonly result: {
    /** It, or a run it has ordered, has called something. */
    readonly hasCalled?: true;
  } & (
    | { readonly status: 'succeeded'; readonly output: Value }
    | {
        readonly status: 'failed' | 'canceled';
        readonly error: { readonly kind: ErrorKind; readonly message: string };
      }
  );
}

/** The values of a `LoadValues`, by reference. They are used at once and never kept in the state. */
export interface ValuesLoaded extends Moment {
  readonly kind: 'ValuesLoaded';
  readonly path: string;
  readonly values: { readonly [ref: string]: JsonValue };
}

/** The answer to `Continue`. */
export interface Continued extends Moment {
  readonly kind: 'Continued';
}

/**
 * Somebody wants the run to end, or its time is over. Calls are asked to stop, then what has `compensate` is undone and `finally` runs, all of it
 * within `tidyUpMs`. Told again, it changes nothing.
 */
export interface CancelRequested extends Moment {
  readonly kind: 'CancelRequested';
  readonly reason: string;
  /** The run takes longer than it may: it ends as `timed_out`. */
  readonly isTimeUp?: true;
}

/**
 * Everything the stepper can be told. One that repeats, is late, or is about something that has ended changes nothing, so an
 * engine may deliver at least once.
 */
export type StepperEvent =
  | Started
  | ToolDone
  | ToolFailed
  | InDoubt
  | TimerFired
  | EventMatched
  | ApprovalAnswered
  | ChildDone
  | ValuesLoaded
  | Continued
  | CancelRequested;
