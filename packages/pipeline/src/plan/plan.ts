import type { JsonObject, JsonValue } from '@signalbox/sdk';
import type { PipelineDefinition } from '../definition/pipeline-definition.ts';

/** Which stepper a plan and a state are for. It grows when the same events would give other commands. */
export const engineVersion = 1;

/**
 * A checked pipeline, ready to be stepped: normalised, immutable, its templates compiled. Made by
 * `makePlan(definition: unknown, options?: { zones?: Zones }) -> Plan`, which throws `invalid_params` with every issue and its path.
 * A plan is never stored: store the definition and make it again (the same text gives the same plan).
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
  readonly paramsSchema?: JsonObject;
  readonly params: { readonly [name: string]: JsonValue };
}
