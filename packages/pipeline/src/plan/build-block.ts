import { readDuration } from '../definition/duration.ts';
import { limits } from '../definition/limits.ts';
import type { StepDefinition } from '../definition/step-definition.ts';
import { compileSchema } from '../schema/compile-schema.ts';
import { bindArguments, bindCondition, bindTemplate } from './bind.ts';
import { buildAction, type MakeBlock } from './build-action.ts';
import type { BlockRole, OnError, PlanBlock, PlanStep } from './plan.ts';
import { planGraph } from './plan-graph.ts';
import { readRetry } from './read-retry.ts';
import { type Surroundings, seeing } from './surroundings.ts';

const callMs = 30_000;

/** A block and the names that may be read once it has ended. */
export interface BuiltBlock {
  readonly block: PlanBlock;
  readonly names: ReadonlyMap<string, string>;
}

/** What a list of steps is called and where it stands in the definition. */
export interface BlockPlace {
  readonly key: string;
  readonly role: BlockRole;
  readonly at: string;
}

/** Makes the steps of a list, each seeing those that are sure to have ended before it. */
export function buildBlock(
  definitions: readonly StepDefinition[],
  around: Surroundings,
  { key, role, at }: BlockPlace,
): BuiltBlock {
  if (around.depth > limits.nesting)
    around.report(
      at,
      `is deeper than ${limits.nesting} steps inside each other; make a task of the inner ones`,
    );
  const graph = planGraph(definitions, around.report, at);
  const inside = seeing({ ...around, isConcurrent: around.isConcurrent || graph !== undefined }, []);
  const named: ReadonlyMap<string, string>[] = [];
  const steps: PlanStep[] = [];
  for (const [index, definition] of definitions.entries()) {
    const before = graph?.ancestors[index];
    const seen = before?.flatMap((each) => [...(named[each] ?? [])]);
    const place = { definitions, index, at: `${at}.${index}` };
    const built = buildStep(definition, seen ? seeing(inside, seen) : inside, place);
    if (!graph) inside.visible.add(built.names);
    named.push(built.names);
    steps.push(built.step);
    around.steps.set(built.step.path, built.step);
  }
  const block: PlanBlock = { key, role, steps, ...(graph && { after: graph.after }) };
  around.blocks.set(key, block);
  return { block, names: new Map(named.flatMap((each) => [...each])) };
}

interface StepPlace {
  readonly definitions: readonly StepDefinition[];
  readonly index: number;
  readonly at: string;
}

function buildStep(
  definition: StepDefinition,
  around: Surroundings,
  { definitions, index, at }: StepPlace,
): { readonly step: PlanStep; readonly names: ReadonlyMap<string, string> } {
  const path = `${around.prefix}${definition.id}`;
  const names = new Map([[definition.id, path]]);
  if (definition.save_as) names.set(definition.save_as, path);

  const makeBlock: MakeBlock = (steps, place) => {
    const loops = place.role === 'body' && place.isLoop ? [...around.loops, path] : around.loops;
    const built = buildBlock(
      steps,
      {
        ...(place.sees ?? around),
        loops,
        prefix: loops === around.loops ? `${path}.` : `${path}[].`,
        isConcurrent: around.isConcurrent || place.isConcurrent === true,
        depth: around.depth + 1,
      },
      { key: `${path}${place.isLoop ? '[]' : ''}/${place.name}`, role: place.role, at: `${at}.${place.at}` },
    );
    if (!place.isLoop) for (const [name, inner] of built.names) names.set(name, inner);
    return built;
  };

  const condition =
    definition.if === undefined ? undefined : bindCondition(definition.if, around, `${at}.if`);
  const otherwise =
    definition.else && makeBlock(definition.else, { name: 'else', role: 'else', at: 'else' }).block;
  const action = buildAction(definition, around, at, makeBlock);
  const after = seeing(around, names);
  const compensate = definition.compensate && {
    tool: definition.compensate.uses,
    args: bindArguments(definition.compensate.with ?? {}, after, `${at}.compensate.with`),
    timeoutMs: (definition.compensate.timeout_seconds ?? callMs / 1_000) * 1_000,
  };
  const check = definition.validate && compileSchema(definition.validate, around.report, `${at}.validate`);
  const onError = buildOnError(definition, { definitions, index, at }, around, (steps) =>
    makeBlock(steps, { name: 'handler', role: 'handler', at: 'on_error.steps', sees: after }),
  );
  const timeoutMs =
    definition.timeout_seconds === undefined
      ? definition.uses === undefined
        ? undefined
        : callMs
      : definition.timeout_seconds * 1_000;
  const step: PlanStep = {
    id: definition.id,
    ...(definition.save_as && { saveAs: definition.save_as }),
    path,
    index,
    loops: around.loops,
    ...(condition && { condition }),
    ...(otherwise && { otherwise }),
    action,
    ...(timeoutMs !== undefined && { timeoutMs }),
    retry: readRetry(definition),
    ...(definition.on_unknown && { onUnknown: definition.on_unknown }),
    onError,
    ...(compensate && { compensate }),
    ...(check && { check }),
    ...buildCache(definition, around, at),
  };
  return { step, names };
}

function buildCache(definition: StepDefinition, around: Surroundings, at: string): Pick<PlanStep, 'cache'> {
  if (!definition.cache) return {};
  const ttlMs = readDuration(definition.cache.ttl) ?? 0;
  return { cache: { key: bindTemplate(definition.cache.key, around, `${at}.cache.key`), ttlMs } };
}

function buildOnError(
  { on_error: given }: StepDefinition,
  { definitions, index, at }: StepPlace,
  around: Surroundings,
  makeHandler: (steps: readonly StepDefinition[]) => BuiltBlock,
): OnError {
  if (given === undefined || given === 'fail') return { kind: 'fail' };
  if (given === 'continue') return { kind: 'continue' };
  if ('steps' in given) return { kind: 'steps', block: makeHandler(given.steps).block };
  const target = definitions.findIndex(({ id }) => id === given.goto);
  const isGraph = definitions.some(({ needs }) => needs !== undefined);
  if (isGraph) around.report(`${at}.on_error.goto`, 'is not possible where steps have "needs"');
  else if (target <= index)
    around.report(`${at}.on_error.goto`, `"${given.goto}" must be a later step of the same list`);
  return { kind: 'goto', index: Math.max(target, index + 1) };
}
