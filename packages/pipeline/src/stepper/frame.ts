import type { JsonValue } from '@signalbox/sdk';
import type { StepError } from './step-error.ts';
import type { BusEvent } from './stepper-event.ts';
import type { UndoEntry } from './undo-entry.ts';
import type { Value } from './value.ts';

/** How something in progress ended, as the construct around it is told. What it gave is in the records of steps. */
export type Outcome =
  | { readonly status: 'done' }
  | { readonly status: 'failed'; readonly error: StepError }
  | { readonly status: 'canceled' }
  /** Failed, and the list goes on at this step. */
  | { readonly status: 'goto'; readonly index: number };

/** A child that ended. */
export interface Ended {
  readonly key: string;
  /** Where it stood: of a step in its list, of an iteration or branch in its construct. */
  readonly index: number;
  readonly outcome: Outcome;
}

interface CommonFrame {
  readonly key: string;
  /** Key of the frame around; empty for the outermost. */
  readonly parent: string;
  /** Where it stands in the frame around. */
  readonly index: number;
  /** Iterations it is in, the outermost first. */
  readonly indices: readonly number[];
  /** Keys of the frames directly inside. */
  readonly running: readonly string[];
  /** Those that ended and have not been looked at. */
  readonly ended: readonly Ended[];
  /** How it will end when nothing inside runs any more. */
  readonly ending?: Outcome;
}

/** A list of steps in progress. */
export interface BlockFrame extends CommonFrame {
  readonly kind: 'block';
  /** Key of the block in the plan. */
  readonly block: string;
  /** The next step of a list that is done from top to bottom. */
  readonly next: number;
  /** Steps of a graph that have begun, and those that have ended. */
  readonly begun: readonly number[];
  readonly settled: readonly number[];
}

/**
 * What a step is at: `enter` (its condition), `begin` (its action), `busy` (waits or has something inside), `retry` (waits to call
 * again), `ask` (waits for an answer about a call in doubt), `settle` (its output is there), `else` and `handler` (other steps stand in).
 */
type StepPhase = 'enter' | 'begin' | 'busy' | 'retry' | 'ask' | 'settle' | 'else' | 'handler';

/** A step in progress. */
export interface StepFrame extends CommonFrame {
  readonly kind: 'step';
  /** Path of the step in the plan. */
  readonly step: string;
  readonly phase: StepPhase;
  /** Number of the last call. */
  readonly attempt: number;
  readonly startedAtMs: number;
  readonly work?: Work;
  /** What it gave, while it is being checked. */
  readonly value?: Value;
  readonly isUnknown?: true;
  /** Of `value`: nothing was called for it, by the step or by the run it has ordered. */
  readonly isUncalled?: true;
  /** Waits for values kept elsewhere; `refs` are all it has asked for. */
  readonly isLoading?: true;
  readonly refs?: readonly string[];
  readonly timer?: string;
  /** Size of the values in it. */
  readonly bytes: number;
}

/** A compensation in progress. */
export interface UndoFrame extends CommonFrame {
  readonly kind: 'undo';
  readonly entry: UndoEntry;
  readonly phase: 'begin' | 'busy' | 'retry';
  readonly attempt: number;
  readonly timer?: string;
}

/** How far the action of a step is. */
export type Work =
  | {
      readonly kind: 'foreach';
      readonly items: readonly JsonValue[];
      readonly next: number;
      /** By item; null for those that have not ended. */
      readonly results: readonly (Value | null)[];
    }
  | { readonly kind: 'while'; readonly round: number }
  | { readonly kind: 'parallel'; readonly next: number }
  | { readonly kind: 'block'; readonly block: string }
  | {
      readonly kind: 'wait';
      readonly arrived: readonly BusEvent[];
      /** It was told that "match" cannot be told of some. */
      readonly isTold?: true;
    };

/** A running construct; the stepper's own, of no meaning to an engine. */
export type Frame = BlockFrame | StepFrame | UndoFrame;
