import { isSignalboxError, type JsonObject, type JsonValue } from '@signalbox/sdk';
import { compileCondition } from '../template/compile-condition.ts';
import { compileTemplate } from '../template/compile-template.ts';
import type { Condition, Reference, Template } from '../template/template.ts';
import type { Surroundings } from './surroundings.ts';

/** A step that an expression reads, by one of its names. */
export interface StepRead {
  readonly name: string;
  /** Path of the step in the plan. */
  readonly path: string;
}

/** What an expression reads, found once, so that rendering looks for nothing. */
interface Reads {
  readonly outputs: readonly StepRead[];
  readonly metas: readonly StepRead[];
  /** Other roots, such as `params`. */
  readonly roots: readonly string[];
}

/** A template with what it reads. */
export interface BoundTemplate extends Reads {
  readonly template: Template;
  /** As it was written. */
  readonly source: JsonValue;
}

/** A condition with what it reads. */
export interface BoundCondition extends Reads {
  readonly condition: Condition;
  readonly source: string;
}

/** Compiles a template and checks that what it reads is there when it is rendered; reports what is not. */
export function bindTemplate(source: JsonValue, around: Surroundings, at: string): BoundTemplate {
  const template = attempt(() => compileTemplate(source), around, at) ?? compileTemplate(null);
  return { template, source, ...readsOf(template.references, around, at) };
}

/** The same for the arguments of a tool, the only place secrets may stand in. */
export function bindArguments(source: JsonObject, around: Surroundings, at: string): BoundTemplate {
  const compile = () => compileTemplate(source, { takesSecrets: true });
  const template = attempt(compile, around, at) ?? compileTemplate(null);
  return { template, source, ...readsOf(template.references, { ...around, takesSecrets: true }, at) };
}

/** The same for a condition. */
export function bindCondition(source: string, around: Surroundings, at: string): BoundCondition {
  const condition = attempt(() => compileCondition(source), around, at) ?? compileCondition('`false`');
  return { condition, source, ...readsOf(condition.references, around, at) };
}

function attempt<Result>(compile: () => Result, around: Surroundings, at: string): Result | undefined {
  try {
    return compile();
  } catch (error) {
    if (!isSignalboxError(error)) throw error;
    around.report(at, error.message);
    return undefined;
  }
}

/** Where something is read, and whether secrets may stand there. */
type ReadingPlace = Surroundings & { readonly takesSecrets?: true };

function readsOf(references: readonly Reference[], around: ReadingPlace, at: string): Reads {
  const outputs = new Map<string, string>();
  const metas = new Map<string, string>();
  const roots = new Set<string>();
  for (const reference of references) {
    const problem = problemOf(reference, around);
    if (problem) around.report(`${at}${reference.at.replaceAll('/', '.')}`, problem);
    else if (reference.root === 'steps') addSteps(outputs, reference, around);
    else if (reference.root === 'steps_meta') addSteps(metas, reference, around);
    else roots.add(reference.root);
  }
  return { outputs: list(outputs), metas: list(metas), roots: [...roots] };
}

function addSteps(into: Map<string, string>, { name }: Reference, { visible }: Surroundings): void {
  const path = name === undefined ? undefined : visible.get(name);
  if (name !== undefined && path !== undefined) into.set(name, path);
  else for (const [each, at] of visible.all()) into.set(each, at);
}

function problemOf({ root, name, path, position }: Reference, around: ReadingPlace): string | undefined {
  if (root === 'steps' || root === 'steps_meta') {
    if (name === undefined || around.visible.get(name) !== undefined) return undefined;
    return around.names.has(name)
      ? `"${path}" at character ${position} reads step "${name}", which is not sure to have ended here; only steps before it may be read, and none inside a loop from outside`
      : `"${path}" at character ${position} reads step "${name}", which does not exist`;
  }
  if (around.roots.has(root)) {
    if (root !== 'vars' || name === undefined || around.vars.has(name)) return undefined;
    return `"${path}" at character ${position} reads a variable nothing sets; give it a value under "vars" or set it`;
  }
  if (['true', 'false', 'null'].includes(root))
    return `"${root}" at character ${position} is read as a name; write \`${root}\` with backticks`;
  if (root === 'item' || root === 'index') return `"${root}" at character ${position} is there in loops only`;
  if (root === 'secrets')
    return around.takesSecrets
      ? `"${path}" at character ${position}: a secret is written \${secrets.name} and nothing else between the braces; names are of a-z, 0-9 and _, begin with a letter and have at most 64 characters`
      : `"secrets" at character ${position} cannot be read here; secrets stand only in "with" of a step that "uses" a tool, and of "compensate"`;
  return `"${root}" at character ${position} is nothing that can be read; there are ${[...around.roots].join(', ')}`;
}

function list(found: ReadonlyMap<string, string>): readonly StepRead[] {
  return [...found].map(([name, path]) => ({ name, path }));
}
