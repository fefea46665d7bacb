import type { CallTool, Command, StartChild, StepperEvent, StepperState } from '@signalbox/pipeline';
import type { NewEvent } from '@signalbox/runs';
import type { JsonObject, JsonValue, Orderer, TaskToResume } from '@signalbox/sdk';

/** Name of the one type of workflow there is; a later one that is not the same gets another number. */
export const workflowType = 'signalbox.pipeline.v1';

/** Name of the signal by which a run hears of what comes from outside. */
export const letterSignal = 'letter';

/** The queue of calls beside that of everything else: a call that waits for another run must not keep that one from being written down. */
export function callsQueue(taskQueue: string): string {
  return `${taskQueue}-calls`;
}

/** A run, and the claim under which it was handed over: what is asked under an older one is refused. */
export interface RunKey {
  readonly run: string;
  readonly epoch: number;
}

/** What a workflow hands to the one that goes on with its run. */
interface Carry {
  readonly state: StepperState;
  readonly seq: number;
  readonly attempt: number;
  readonly isTimedOut: boolean;
  readonly timers: readonly { readonly name: string; readonly dueAtMs: number }[];
  /** Calls that are written down and were not begun. */
  readonly held: readonly CallTool[];
  /** Places of steps that have ordered runs. */
  readonly children: readonly string[];
  /** Ids of letters that were read last. */
  readonly seen: readonly string[];
  /** Who has joined those who have ordered what the run does, since something was written down last. */
  readonly orderers?: readonly Orderer[];
}

/** What a workflow is started with. What the run is made of stands in the store. */
export interface PipelineInput extends RunKey {
  /** Events of a history after which it goes on in a new one. */
  readonly maxHistory: number;
  /** Time after which who makes a call and is silent counts as gone. */
  readonly silenceMs: number;
  readonly carry?: Carry;
}

/** Something from outside. The same id twice is one letter. */
export interface SignalLetter {
  readonly id: string;
  readonly event: NewEvent;
  /** Who wants what the run does for it. */
  readonly orderers?: readonly Orderer[];
}

/** What a run is made of; `gone` when it is over or somebody else's. */
export type OpenedRun =
  | { readonly kind: 'gone' }
  | {
      readonly kind: 'open';
      readonly definition: JsonObject;
      readonly started: Extract<NewEvent, { kind: 'Started' }>;
      readonly seq: number;
      readonly timeoutMs?: number;
      /** Of the attempt before. */
      readonly state?: StepperState;
    };

/** What has happened in a run, to be written down before what follows is done. */
export interface Progress {
  /** One more than the last time. */
  readonly seq: number;
  readonly attempt: number;
  readonly nowMs: number;
  readonly random: number;
  readonly isTimedOut: boolean;
  readonly status: 'running' | 'waiting';
  /** Events that settle calls. */
  readonly settled: readonly StepperEvent[];
  readonly commands: readonly Command[];
  /** Who has joined those who have ordered what the run does. */
  readonly orderers?: readonly Orderer[];
  /** With the end of an attempt: what the next one goes on with. */
  readonly state?: StepperState;
}

/** What follows from it. */
export type Recorded =
  | { readonly kind: 'goes-on' }
  | { readonly kind: 'again'; readonly afterMs: number; readonly attempt: number }
  /** It has ended, or is not this workflow's any more. */
  | { readonly kind: 'over' };

/** A question to the clocks of a zone. */
export type ZoneQuestion =
  | { readonly kind: 'local'; readonly ms: number; readonly zone: string }
  | { readonly kind: 'instant'; readonly local: JsonObject; readonly zone: string };

/** An answer; `error` for a zone or time there is none of. */
export type ZoneAnswer = { readonly value: JsonValue } | { readonly error: string };

/** What a call was that nobody knows the end of. */
export interface Doubt {
  readonly canRepeat: boolean;
  /** Whoever Temporal gave it to has never begun it. */
  readonly isUntouched?: boolean;
  /** The upstream has made a task of the call, which can be asked after. */
  readonly resume?: TaskToResume;
}

/** What workflows ask of the hub. Only `callTool` has effects outside the store. */
export interface RunActivities {
  readonly openRun: (key: RunKey) => Promise<OpenedRun>;
  readonly recordProgress: (key: RunKey, progress: Progress) => Promise<Recorded>;
  readonly answerZones: (questions: readonly ZoneQuestion[]) => Promise<readonly ZoneAnswer[]>;
  readonly loadRunValues: (key: RunKey, refs: readonly string[]) => Promise<JsonObject>;
  /** Gives what the step is told when no run could be ordered. */
  readonly startChild: (key: RunKey, command: StartChild, intentAt: number) => Promise<NewEvent | null>;
  readonly stopChild: (key: RunKey, step: Pick<StartChild, 'path' | 'attempt'>) => Promise<void>;
  readonly doubtCall: (key: RunKey, command: CallTool) => Promise<Doubt>;
  readonly endBroken: (key: RunKey, message: string) => Promise<void>;
  readonly callTool: (key: RunKey, command: CallTool, resume: TaskToResume | null) => Promise<NewEvent>;
}
