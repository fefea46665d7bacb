import type { Plan, SecretUse } from './plan.ts';

/** What a pipeline needs to run at all. */
export interface PlanRequirements {
  /** Tools it may call, sorted. */
  readonly tools: readonly string[];
  /** Tasks it may call, sorted. */
  readonly tasks: readonly string[];
  /** Secrets of the organization it needs, each with the tool it is given to, sorted. */
  readonly secrets: readonly SecretUse[];
  /** Params `params_schema` requires and the definition has no default for, sorted. */
  readonly params: readonly string[];
}

/** Says what must be there before a run starts. */
export function planRequirements({ definition, tools, tasks, secrets }: Plan): PlanRequirements {
  const required = definition.params_schema?.['required'];
  const names = Array.isArray(required) ? required.filter((name) => typeof name === 'string') : [];
  const params = names.filter((name) => !Object.hasOwn(definition.params, name)).sort();
  return { tools, tasks, secrets, params };
}
