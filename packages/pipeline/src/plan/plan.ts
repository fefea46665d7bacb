import type { JsonObject, JsonValue } from '@signalbox/sdk';
import type { PipelineDefinition } from '../definition/pipeline-definition.ts';
import type { ErrorKind } from '../stepper/step-error.ts';
import type { Zones } from '../template/template.ts';
import type { BoundCondition, BoundTemplate } from './bind.ts';

/** Which stepper a plan and a state are for. It grows when the same events would give other commands. */
export const engineVersion = 1;

/**
 * A checked pipeline, ready to be stepped: normalised, immutable, its templates compiled. Made by {@link makePlan}.
 * It is never stored: store the definition and make the plan again (the same definition gives the same plan).
 */
export interface Plan {
  readonly engineVersion: number;
  /** The definition with its defaults filled in. */
  readonly definition: PipelineDefinition;
  /** Canonical JSON of the definition and the engine version; its hash names the version of the task. */
  readonly canonicalText: string;
  /** Names of all tools it may call, sorted, each once. */
  readonly tools: readonly string[];
  /** Names of all tasks it may call, sorted, each once. */
  readonly tasks: readonly string[];
  /** Every secret of its calls with the tool it is for, sorted, each pair once. */
  readonly secrets: readonly SecretUse[];
  /** All variables with their first values. */
  readonly vars: { readonly [name: string]: JsonValue };
  /** Says what is wrong with the params of a run; undefined when nothing is. */
  readonly checkParams?: SchemaCheck;
  readonly main: PlanBlock;
  readonly onFailure?: PlanBlock;
  readonly finally?: PlanBlock;
  /** By key. */
  readonly blocks: ReadonlyMap<string, PlanBlock>;
  /** By path. */
  readonly steps: ReadonlyMap<string, PlanStep>;
  /** What knows the clocks of zones; for UTC only, unless the engine gave another. */
  readonly zones: Zones;
}

/** A secret, and a tool it is given to. */
export interface SecretUse {
  readonly secret: string;
  /** As the step names it. */
  readonly tool: string;
}

/** Says what does not fit, with the path; undefined when everything does. */
export type SchemaCheck = (value: JsonValue) => string | undefined;

/** What a block is for its step. */
export type BlockRole = 'main' | 'on_failure' | 'finally' | 'body' | 'case' | 'branch' | 'else' | 'handler';

/** A list of steps. */
export interface PlanBlock {
  /** Such as `loop[]/body`: where iterations stand, `[]` is filled when it runs. */
  readonly key: string;
  readonly role: BlockRole;
  readonly steps: readonly PlanStep[];
  /** For each step those that go before it, by index; absent in a list that is done from top to bottom. */
  readonly after?: readonly (readonly number[])[];
}

/** One step, checked. */
export interface PlanStep {
  readonly id: string;
  readonly saveAs?: string;
  /** Such as `loop[].send`. */
  readonly path: string;
  /** Where it stands in its block. */
  readonly index: number;
  /** Paths of the loops around it, the outermost first. */
  readonly loops: readonly string[];
  readonly condition?: BoundCondition;
  readonly otherwise?: PlanBlock;
  readonly action: Action;
  readonly timeoutMs?: number;
  readonly retry: RetryPolicy;
  readonly onUnknown?: 'fail' | 'retry' | 'ask';
  readonly onError: OnError;
  readonly compensate?: { readonly tool: string; readonly args: BoundTemplate; readonly timeoutMs: number };
  readonly check?: SchemaCheck;
  readonly cache?: { readonly key: BoundTemplate; readonly ttlMs: number };
}

/** What becomes of a step that failed. */
export type OnError =
  | { readonly kind: 'fail' }
  | { readonly kind: 'continue' }
  | { readonly kind: 'goto'; readonly index: number }
  | { readonly kind: 'steps'; readonly block: PlanBlock };

/** When a call that failed is made again. */
export interface RetryPolicy {
  readonly max: number;
  readonly strategy: 'exponential_jitter' | 'exponential' | 'linear' | 'fixed';
  readonly baseMs: number;
  readonly factor: number;
  readonly capMs: number;
  readonly on: readonly ErrorKind[];
  /** Whether `on` is the author's; otherwise idempotent tools are called again after a `tool_error`, too. */
  readonly isOwn: boolean;
}

/** What a step does. */
export type Action =
  | { readonly kind: 'call'; readonly tool: string; readonly args: BoundTemplate }
  | { readonly kind: 'child'; readonly task: string; readonly args: BoundTemplate }
  | { readonly kind: 'set'; readonly values: BoundTemplate }
  | { readonly kind: 'output'; readonly value: BoundTemplate }
  | { readonly kind: 'sleep'; readonly length: BoundTemplate }
  | { readonly kind: 'sleep_until'; readonly at: BoundTemplate }
  | WaitAction
  | ApproveAction
  | ForeachAction
  | {
      readonly kind: 'while';
      readonly condition: BoundCondition;
      readonly max: number;
      readonly body: PlanBlock;
    }
  | ParallelAction
  | {
      readonly kind: 'switch';
      readonly cases: readonly { readonly when: BoundCondition; readonly block: PlanBlock }[];
      readonly otherwise?: PlanBlock;
    }
  | { readonly kind: 'steps'; readonly body: PlanBlock };

interface WaitAction {
  readonly kind: 'wait';
  readonly topic: BoundTemplate;
  readonly match?: BoundCondition;
  readonly timeoutMs?: number;
}

interface ApproveAction {
  readonly kind: 'approve';
  readonly message: BoundTemplate;
  readonly schema?: JsonObject;
  readonly check?: SchemaCheck;
  readonly assignees: readonly string[];
  readonly timeoutMs?: number;
  readonly onTimeout: 'fail' | 'approve' | 'reject';
}

interface ForeachAction {
  readonly kind: 'foreach';
  readonly list: BoundTemplate;
  readonly as?: string;
  readonly maxParallel: number;
  readonly onItemError: 'fail' | 'continue';
  /** Its last step gives what is collected. */
  readonly body: PlanBlock;
}

interface ParallelAction {
  readonly kind: 'parallel';
  readonly branches: readonly PlanBlock[];
  /** Names of the branches in the output; a list without them. */
  readonly names?: readonly string[];
  readonly max: number;
}

/** The action of one kind. */
export type ActionOf<Kind extends Action['kind']> = Extract<Action, { readonly kind: Kind }>;
