import type { Plan } from './plan.ts';

/** What a pipeline needs to run at all. */
export interface PlanRequirements {
  /** Tools it may call, sorted. */
  readonly tools: readonly string[];
  /** Tasks it may call, sorted. */
  readonly tasks: readonly string[];
  /** Params `params_schema` requires and the definition has no default for, sorted. */
  readonly params: readonly string[];
}

/** Says what must be there before a run starts. */
export function planRequirements({ definition, tools, tasks }: Plan): PlanRequirements {
  const required = definition.params_schema?.['required'];
  const names = Array.isArray(required) ? required.filter((name) => typeof name === 'string') : [];
  return { tools, tasks, params: names.filter((name) => !Object.hasOwn(definition.params, name)).sort() };
}
