import { readDuration } from '../definition/duration.ts';
import { limits } from '../definition/limits.ts';
import type { StepDefinition } from '../definition/step-definition.ts';
import { compileSchema } from '../schema/compile-schema.ts';
import { addOutput } from './add-output.ts';
import { bindArguments, bindCondition, bindTemplate } from './bind.ts';
import type { Action, ActionOf, BlockRole, PlanBlock } from './plan.ts';
import { type Surroundings, seeing } from './surroundings.ts';

/** Makes a block inside the step that is being made. */
export type MakeBlock = (
  steps: readonly StepDefinition[],
  place: {
    readonly name: string;
    readonly role: BlockRole;
    readonly at: string;
    readonly isLoop?: boolean;
    readonly isConcurrent?: boolean;
    /** What its first step may read, when that is not what the step itself may. */
    readonly sees?: Surroundings;
  },
) => { readonly block: PlanBlock; readonly names: ReadonlyMap<string, string> };

/** Makes what a step does. */
export function buildAction(
  step: StepDefinition,
  around: Surroundings,
  at: string,
  makeBlock: MakeBlock,
): Action {
  const build = { step, around, at, makeBlock };
  if (step.uses !== undefined)
    return { kind: 'call', tool: step.uses, args: bindArguments(step.with ?? {}, around, `${at}.with`) };
  if (step.call !== undefined)
    return { kind: 'child', task: step.call, args: bindTemplate(step.with ?? {}, around, `${at}.with`) };
  if (step.set !== undefined) return buildSet(build, step.set);
  if (step.sleep !== undefined)
    return { kind: 'sleep', length: bindTemplate(step.sleep, around, `${at}.sleep`) };
  if (step.sleep_until !== undefined)
    return { kind: 'sleep_until', at: bindTemplate(step.sleep_until, around, `${at}.sleep_until`) };
  if (step.wait) return buildWait(build, step.wait);
  if (step.approve) return buildApprove(build, step.approve);
  if (step.foreach) return buildForeach(build, step.foreach);
  if (step.while) return buildWhile(build, step.while);
  if (step.parallel) return buildParallel(build, step.parallel);
  if (step.switch) return buildSwitch(build, step.switch);
  if (step.steps)
    return { kind: 'steps', body: makeBlock(step.steps, { name: 'body', role: 'body', at: 'steps' }).block };
  return { kind: 'output', value: bindTemplate(step.output ?? null, around, `${at}.output`) };
}

interface Build {
  readonly step: StepDefinition;
  readonly around: Surroundings;
  readonly at: string;
  readonly makeBlock: MakeBlock;
}

type Given<Name extends keyof StepDefinition> = NonNullable<StepDefinition[Name]>;

function buildSet({ around, at }: Build, given: Given<'set'>): Action {
  if (around.isConcurrent)
    around.report(
      `${at}.set`,
      'is not possible where other steps run at the same time, since nobody could say what they read; use the output of the step',
    );
  return { kind: 'set', values: bindTemplate(given, around, `${at}.set`) };
}

function buildWait({ around, at }: Build, given: Given<'wait'>): ActionOf<'wait'> {
  const timeoutMs = readDuration(given.timeout);
  return {
    kind: 'wait',
    topic: bindTemplate(given.event, around, `${at}.wait.event`),
    ...(given.match !== undefined && { match: bindCondition(given.match, around, `${at}.wait.match`) }),
    ...(timeoutMs !== undefined && { timeoutMs }),
  };
}

function buildApprove({ around, at }: Build, given: Given<'approve'>): ActionOf<'approve'> {
  const timeoutMs = readDuration(given.timeout);
  const check = given.schema && compileSchema(given.schema, around.report, `${at}.approve.schema`);
  if (given.on_timeout && timeoutMs === undefined)
    around.report(`${at}.approve.on_timeout`, 'needs a "timeout"');
  return {
    kind: 'approve',
    message: bindTemplate(given.message, around, `${at}.approve.message`),
    ...(given.schema && { schema: given.schema }),
    ...(check && { check }),
    assignees: given.assignees ?? [],
    ...(timeoutMs !== undefined && { timeoutMs }),
    onTimeout: given.on_timeout ?? 'fail',
  };
}

function buildForeach({ step, around, at, makeBlock }: Build, given: Given<'foreach'>): ActionOf<'foreach'> {
  const list = bindTemplate(given.in, around, `${at}.foreach.in`);
  if (given.as !== undefined && (around.roots.has(given.as) || given.as === 'secrets'))
    around.report(`${at}.foreach.as`, `"${given.as}" is taken; choose another name`);
  const maxParallel = given.max_parallel ?? 1;
  const roots = new Set([...around.roots, 'item', 'index', ...(given.as === undefined ? [] : [given.as])]);
  const { block, names } = makeBlock(step.steps ?? [], {
    name: 'body',
    role: 'body',
    at: 'steps',
    isLoop: true,
    isConcurrent: maxParallel > 1,
    sees: { ...around, roots },
  });
  const inside = { ...seeing(around, names), roots };
  return {
    kind: 'foreach',
    list,
    ...(given.as !== undefined && { as: given.as }),
    maxParallel,
    onItemError: given.on_item_error ?? 'fail',
    body:
      given.collect === undefined
        ? block
        : addOutput(
            block,
            { ...inside, loops: [...around.loops, `${inside.prefix}${step.id}`] },
            {
              path: `${inside.prefix}${step.id}[].$collect`,
              value: given.collect,
              at: `${at}.foreach.collect`,
            },
          ),
  };
}

function buildWhile({ step, around, at, makeBlock }: Build, given: Given<'while'>): ActionOf<'while'> {
  const roots = new Set([...around.roots, 'index']);
  const sees = { ...around, roots };
  const { block, names } = makeBlock(step.steps ?? [], {
    name: 'body',
    role: 'body',
    at: 'steps',
    isLoop: true,
    sees,
  });
  const inside = seeing(sees, names);
  return {
    kind: 'while',
    condition: bindCondition(given.condition, inside, `${at}.while.condition`),
    max: given.max ?? 100,
    body: block,
  };
}

function buildParallel({ makeBlock }: Build, given: Given<'parallel'>): ActionOf<'parallel'> {
  const lists = given.branches ?? given.steps?.map((step) => [step]) ?? [];
  const branches = lists.map(
    (steps, index) =>
      makeBlock(steps, {
        name: `branch${index}`,
        role: 'branch',
        at: given.branches ? `parallel.branches.${index}` : `parallel.steps.${index}`,
        isConcurrent: lists.length > 1,
      }).block,
  );
  return {
    kind: 'parallel',
    branches,
    ...(given.steps && { names: given.steps.map(({ id }) => id) }),
    max: given.max ?? limits.parallel,
  };
}

function buildSwitch({ around, at, makeBlock }: Build, given: Given<'switch'>): ActionOf<'switch'> {
  const otherwise =
    given.default && makeBlock(given.default, { name: 'default', role: 'case', at: 'switch.default' }).block;
  return {
    kind: 'switch',
    cases: given.cases.map(({ when, steps }, index) => ({
      when: bindCondition(when, around, `${at}.switch.cases.${index}.when`),
      block: makeBlock(steps, { name: `case${index}`, role: 'case', at: `switch.cases.${index}.steps` })
        .block,
    })),
    ...(otherwise && { otherwise }),
  };
}
