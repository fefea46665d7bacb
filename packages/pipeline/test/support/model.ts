import type { ErrorKind, PipelineDefinition, StepDefinition } from '@signalbox/pipeline';
import type { JsonObject, JsonValue } from '@signalbox/sdk';
import { answerOf, type Call, callOfTask, eventOf, type World } from './world.ts';

/** What a pipeline does, by the model: recursive, from the definition itself, one thing after the other. */
export interface Modelled {
  readonly status: 'succeeded' | 'failed';
  readonly output: JsonValue;
  readonly errorKind: ErrorKind | undefined;
  readonly calls: readonly Call[];
  /** A failure reached something that runs beside others, so that it depends on time what those have done. */
  readonly dependsOnTime: boolean;
}

class Failure extends Error {
  readonly kind: ErrorKind;
  constructor(kind: ErrorKind) {
    super(kind);
    this.kind = kind;
  }
}

class Jump extends Error {
  readonly target: string;
  constructor(target: string) {
    super(target);
    this.target = target;
  }
}

interface Scope {
  readonly outputs: Map<string, JsonValue>;
  readonly above?: Scope;
  readonly item?: JsonValue;
  readonly index?: number;
  readonly as?: string;
}

interface Context {
  readonly world: World;
  readonly params: JsonObject;
  readonly vars: Map<string, JsonValue>;
  readonly calls: Call[];
  readonly undo: { readonly path: string; readonly args: JsonValue }[];
  dependsOnTime: boolean;
}

/** Interprets a definition. */
export function interpret(definition: PipelineDefinition, world: World, params: JsonObject): Modelled {
  const context: Context = {
    world,
    params,
    vars: new Map(Object.entries(definition.vars)),
    calls: [],
    undo: [],
    dependsOnTime: false,
  };
  const scope: Scope = { outputs: new Map() };
  let output: JsonValue = null;
  let error: ErrorKind | undefined;
  try {
    output = runList(context, definition.steps, scope, '');
    if (definition.output !== undefined) output = render(context, scope, definition.output);
  } catch (caught) {
    error = failureOf(caught).kind;
  }
  if (error) {
    for (const { path, args } of context.undo.toReversed())
      context.calls.push({ path: `${path}#undo`, attempt: 1, tool: 'undo', args });
    if (definition.on_failure) attempt(() => runList(context, definition.on_failure ?? [], scope, ''));
  }
  if (definition.finally) {
    const last = attempt(() => runList(context, definition.finally ?? [], scope, ''));
    error ??= last?.kind;
  }
  return {
    status: error ? 'failed' : 'succeeded',
    output: error ? null : output,
    errorKind: error,
    calls: context.calls,
    dependsOnTime: context.dependsOnTime,
  };
}

function attempt(work: () => unknown): Failure | undefined {
  try {
    work();
    return undefined;
  } catch (caught) {
    return failureOf(caught);
  }
}

function failureOf(caught: unknown): Failure {
  if (caught instanceof Failure) return caught;
  throw caught;
}

function runList(
  context: Context,
  steps: readonly StepDefinition[],
  scope: Scope,
  prefix: string,
): JsonValue {
  const isGraph = steps.some(({ needs }) => needs);
  let skipUntil: string | undefined;
  for (const step of steps) {
    if (skipUntil === step.id) skipUntil = undefined;
    if (skipUntil !== undefined) {
      scope.outputs.set(step.id, null);
      continue;
    }
    try {
      runStep(context, step, scope, `${prefix}${step.id}`);
    } catch (caught) {
      if (caught instanceof Jump) skipUntil = caught.target;
      else {
        if (isGraph) context.dependsOnTime = true;
        throw caught;
      }
    }
  }
  const last = steps.at(-1);
  return (last && scope.outputs.get(last.id)) ?? null;
}

function runStep(context: Context, step: StepDefinition, scope: Scope, path: string): void {
  const give = (value: JsonValue): void => {
    scope.outputs.set(step.id, value);
    if (step.save_as) scope.outputs.set(step.save_as, value);
  };
  let isAction = false;
  try {
    if (step.if !== undefined && !truth(context, scope, step.if)) {
      give(step.else ? runList(context, step.else, scope, `${path}.`) : null);
      return;
    }
    isAction = true;
    const given = act(context, step, scope, path);
    give(given);
    const isUndoable = remember(context, step, scope, path);
    if (step.validate && !isFit(given)) throw new Failure('tool_error');
    if (!isUndoable) throw new Failure('template');
  } catch (caught) {
    if (caught instanceof Jump) throw caught;
    const failure = failureOf(caught);
    const { on_error: onError = 'fail' } = step;
    give(null);
    if (onError === 'fail') throw failure;
    if (onError === 'continue') return;
    if ('goto' in onError) throw new Jump(onError.goto);
    give(runList(context, onError.steps, scope, `${path}.`));
  } finally {
    void isAction;
  }
}

/** Remembers what would undo a step, from what it gave; false when that cannot be said. */
function remember(context: Context, step: StepDefinition, scope: Scope, path: string): boolean {
  if (!step.compensate) return true;
  const { with: given = {} } = step.compensate;
  if ('z' in given) return false;
  context.undo.push({ path, args: render(context, scope, given) });
  return true;
}

/** The only schema there is says that `ok` is true. */
function isFit(value: JsonValue): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && value['ok'] === true;
}

function act(context: Context, step: StepDefinition, scope: Scope, path: string): JsonValue {
  if (step.uses) return callTool(context, step, path, render(context, scope, step.with ?? {}));
  if (step.call) return callTask(context, path, render(context, scope, step.with ?? {}));
  if (step.set) {
    const given = render(context, scope, step.set) as JsonObject;
    for (const [name, value] of Object.entries(given)) context.vars.set(name, value);
    return given;
  }
  if (step.sleep !== undefined) return null;
  if (step.wait) return eventOf(path);
  if (step.approve) {
    if (context.world.refusals.has(step.id)) throw new Failure('denied');
    return { decision: 'approved', value: 'fine', by: 'ana' };
  }
  if (step.foreach) return runForeach(context, step, scope, path);
  if (step.while) return runWhile(context, step, scope, path);
  if (step.parallel) return runParallel(context, step, scope, path);
  if (step.switch) {
    const chosen =
      step.switch.cases.find(({ when }) => truth(context, scope, when))?.steps ?? step.switch.default;
    return chosen ? runList(context, chosen, scope, `${path}.`) : null;
  }
  if (step.steps) return runList(context, step.steps, scope, `${path}.`);
  return render(context, scope, step.output ?? null);
}

function callTool(context: Context, step: StepDefinition, path: string, args: JsonValue): JsonValue {
  const most = step.max_retries ?? 3;
  for (let attempt = 1; ; attempt++) {
    const call = { path, attempt, tool: step.uses ?? '', args };
    context.calls.push(call);
    const answer = answerOf(context.world, call);
    if ('output' in answer) return answer.output;
    if (answer.error !== 'timeout' || attempt > most) throw new Failure(answer.error);
  }
}

/** The task makes one call, with what it is given, and gives what that gives. */
function callTask(context: Context, path: string, args: JsonValue): JsonValue {
  const call = { path: callOfTask(path), attempt: 1, tool: 'tool.a', args };
  context.calls.push(call);
  const answer = answerOf(context.world, call);
  if ('output' in answer) return answer.output;
  throw new Failure(answer.error);
}

function runForeach(
  context: Context,
  { foreach, steps }: StepDefinition,
  scope: Scope,
  path: string,
): JsonValue {
  const items = render(context, scope, foreach?.in ?? []) as JsonValue[];
  return items.map((item, index) => {
    const inner: Scope = {
      outputs: new Map(),
      above: scope,
      item,
      index,
      ...(foreach?.as && { as: foreach.as }),
    };
    try {
      const last = runList(context, steps ?? [], inner, `${path}[${index}].`);
      return foreach?.collect === undefined ? last : render(context, inner, foreach.collect);
    } catch (caught) {
      if (foreach?.on_item_error === 'continue') return failureOf(caught) && null;
      if ((foreach?.max_parallel ?? 1) > 1) context.dependsOnTime = true;
      throw caught;
    }
  });
}

function runWhile(
  context: Context,
  { while: loop, steps }: StepDefinition,
  scope: Scope,
  path: string,
): JsonValue {
  let last: JsonValue = null;
  let before: Scope = { outputs: new Map(), above: scope };
  for (let round = 0; ; round++) {
    if (!truth(context, { ...before, index: round }, loop?.condition ?? '')) return last;
    if (round >= (loop?.max ?? 100)) throw new Failure('budget');
    before = { outputs: new Map(), above: scope, index: round };
    last = runList(context, steps ?? [], before, `${path}[${round}].`);
  }
}

function runParallel(context: Context, { parallel }: StepDefinition, scope: Scope, path: string): JsonValue {
  try {
    if (parallel?.branches)
      return parallel.branches.map((steps) => runList(context, steps, scope, `${path}.`));
    return Object.fromEntries(
      (parallel?.steps ?? []).map((step) => [step.id, runList(context, [step], scope, `${path}.`)]),
    );
  } catch (caught) {
    context.dependsOnTime = true;
    throw caught;
  }
}

/** Templates of the generated pipelines: a name in `${}`, whole or in text. */
function render(context: Context, scope: Scope, value: JsonValue): JsonValue {
  if (Array.isArray(value)) return value.map((each) => render(context, scope, each));
  if (typeof value === 'object' && value !== null)
    return Object.fromEntries(
      Object.entries(value).map(([name, each]) => [name, render(context, scope, each)]),
    );
  if (typeof value !== 'string') return value;
  const whole = /^\$\{([^}]+)\}$/.exec(value)?.[1];
  if (whole !== undefined) return read(context, scope, whole);
  return value.replaceAll(/\$\{([^}]+)\}/g, (_all, text: string) => {
    const found = read(context, scope, text);
    return typeof found === 'string' ? found : JSON.stringify(found);
  });
}

function read(context: Context, scope: Scope, text: string): JsonValue {
  const [root = '', ...rest] = text.split('.');
  let value: JsonValue;
  if (root === 'params') value = context.params;
  else if (root === 'vars') value = context.vars.get(rest.shift() ?? '') ?? null;
  else if (root === 'steps') value = outputOf(scope, rest.shift() ?? '');
  else value = fromLoop(scope, root);
  for (const name of rest)
    value =
      typeof value === 'object' && value !== null && !Array.isArray(value) ? (value[name] ?? null) : null;
  return value;
}

function outputOf(scope: Scope, name: string): JsonValue {
  for (let at: Scope | undefined = scope; at; at = at.above) {
    const value = at.outputs.get(name);
    if (value !== undefined) return value;
  }
  return null;
}

function fromLoop(scope: Scope, root: string): JsonValue {
  for (let at: Scope | undefined = scope; at; at = at.above) {
    if (root === 'index' && at.index !== undefined) return at.index;
    if (at.item !== undefined && (root === 'item' || at.as === root)) return at.item;
  }
  return null;
}

function truth(context: Context, scope: Scope, text: string): boolean {
  const limit = /^index < (\d+)$/.exec(text)?.[1];
  if (limit !== undefined) return Number(fromLoop(scope, 'index')) < Number(limit);
  if (text.startsWith('!')) return !truth(context, scope, text.slice(1));
  const value = read(context, scope, text);
  return value === true || typeof value === 'number' || (typeof value === 'string' && value !== '');
}
