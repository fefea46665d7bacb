import type { JsonValue } from '@signalbox/sdk';
import { limits } from '../definition/limits.ts';
import { type DefinitionIssue, parsePipeline, refuse } from '../definition/parse-pipeline.ts';
import type { PipelineDefinition } from '../definition/pipeline-definition.ts';
import { compileSchema } from '../schema/compile-schema.ts';
import type { Zones } from '../template/template.ts';
import { addOutput } from './add-output.ts';
import { buildBlock } from './build-block.ts';
import { canonicalText } from './canonical-text.ts';
import { type DefinedStep, everyStep } from './every-step.ts';
import { engineVersion, type Plan, type PlanBlock, type PlanStep } from './plan.ts';
import { secretsOf } from './secrets-of.ts';
import { type Surroundings, seeing } from './surroundings.ts';
import { utcZones } from './utc-zones.ts';
import { VisibleSteps } from './visible-steps.ts';

/** What a plan needs to know besides its definition. */
export interface PlanOptions {
  /** What knows the clocks of zones; for UTC only unless given. */
  readonly zones?: Zones;
}

/** Checks a definition whole and makes it ready to be stepped. Throws `invalid_params` with every issue and its path. */
export function makePlan(value: unknown, { zones = utcZones }: PlanOptions = {}): Plan {
  const definition = parsePipeline(value);
  const issues: DefinitionIssue[] = [];
  const report = (path: string, message: string): void => void issues.push({ path, message });
  const defined = everyStep(definition);
  const names = checkNames(defined, report);
  if (defined.length > limits.steps)
    report('steps', `are ${defined.length}, more than ${limits.steps}; make a task of some and "call" it`);

  const around = surroundingsOf(definition, defined, names, report);
  const built = buildBlock(definition.steps, around, { key: 'main', role: 'main', at: 'steps' });
  const afterMain = seeing(around, built.names);
  const main =
    definition.output === undefined
      ? built.block
      : addOutput(built.block, afterMain, { path: '$output', value: definition.output, at: 'output' });
  const onFailure =
    definition.on_failure &&
    buildBlock(definition.on_failure, afterMain, { key: 'on_failure', role: 'on_failure', at: 'on_failure' });
  const last =
    definition.finally &&
    buildBlock(definition.finally, seeing(afterMain, onFailure?.names ?? new Map()), {
      key: 'finally',
      role: 'finally',
      at: 'finally',
    }).block;
  const checkParams =
    definition.params_schema && compileSchema(definition.params_schema, report, 'params_schema');
  if (issues.length > 0) refuse(issues);
  return {
    engineVersion,
    definition,
    canonicalText: canonicalText({ engineVersion, definition: definition as unknown as JsonValue }),
    tools: namesOf(defined, ({ uses, compensate }) => [uses, compensate?.uses]),
    tasks: namesOf(defined, ({ call }) => [call]),
    secrets: secretsOf(around.steps.values()),
    vars: { ...Object.fromEntries([...around.vars].map((name) => [name, null])), ...definition.vars },
    ...(checkParams && { checkParams }),
    main,
    ...(onFailure && { onFailure: onFailure.block }),
    ...(last && { finally: last }),
    blocks: around.blocks,
    steps: around.steps,
    zones,
  };
}

function surroundingsOf(
  definition: PipelineDefinition,
  defined: readonly DefinedStep[],
  names: ReadonlySet<string>,
  report: Surroundings['report'],
): Surroundings {
  return {
    visible: new VisibleSteps(),
    roots: new Set(['params', 'steps', 'steps_meta', 'event', 'run', 'vars']),
    loops: [],
    prefix: '',
    isConcurrent: false,
    depth: 1,
    report,
    names,
    vars: new Set([
      ...Object.keys(definition.vars),
      ...defined.flatMap(({ step }) => Object.keys(step.set ?? {})),
    ]),
    blocks: new Map<string, PlanBlock>(),
    steps: new Map<string, PlanStep>(),
  };
}

function checkNames(defined: readonly DefinedStep[], report: Surroundings['report']): ReadonlySet<string> {
  const owners = new Map<string, string>();
  for (const { step, at } of defined)
    for (const [field, name] of [
      ['id', step.id],
      ['save_as', step.save_as],
    ] as const) {
      const owner = name === undefined ? undefined : owners.get(name);
      if (owner !== undefined && owner !== at)
        report(`${at}.${field}`, `"${name}" is also the name of ${owner}; give each its own`);
      if (name !== undefined && owner === undefined) owners.set(name, at);
    }
  return new Set(owners.keys());
}

function namesOf(
  defined: readonly DefinedStep[],
  pick: (step: DefinedStep['step']) => readonly (string | undefined)[],
): readonly string[] {
  const found = defined.flatMap(({ step }) => pick(step)).filter((name) => name !== undefined);
  return [...new Set(found)].sort();
}
