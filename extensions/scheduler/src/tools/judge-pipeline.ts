import {
  graphOf,
  lintPlan,
  makePlan,
  type Plan,
  planRequirements,
  type StepDefinition,
} from '@signalbox/pipeline';
import { isJsonObject, isSignalboxError, type JsonObject, toolAddress, type Viewer } from '@signalbox/sdk';
import type { WayIn } from '../wire/way-in.ts';
import { findMisfits } from './find-misfits.ts';

/** Something to say about a pipeline, and where. */
interface PipelineNote {
  readonly path: string;
  readonly message: string;
}

/** What there is to say about a pipeline before it runs. */
export interface PipelineJudgement {
  readonly valid: boolean;
  readonly problems: readonly PipelineNote[];
  readonly hints: readonly PipelineNote[];
  readonly tools: readonly string[];
  readonly tasks: readonly string[];
  /** Names of the secrets it needs. */
  readonly secrets: readonly string[];
  /** Params a run has to be given. */
  readonly params: readonly string[];
  /** Mermaid. */
  readonly graph?: string;
}

/** Checks a pipeline whole, and its calls against the tools somebody sees. Nothing is run. */
export function judgePipeline({ catalog }: WayIn, viewer: Viewer, pipeline: JsonObject): PipelineJudgement {
  const read = readPlan(pipeline);
  if (!read.plan)
    return {
      valid: false,
      problems: read.problems,
      hints: [],
      tools: [],
      tasks: [],
      secrets: [],
      params: [],
    };
  const { plan } = read;
  const problems = callsOf(plan).flatMap(({ uses, given, path }) => {
    const definition = catalog.findTool('all', toolAddress(catalog, uses, viewer), viewer);
    if (!definition) return [{ path, message: `there is no tool "${uses}" for you` }];
    const schema = isJsonObject(definition['inputSchema']) ? definition['inputSchema'] : {};
    return findMisfits(schema, given).map((misfit) => ({
      path: [path, 'with', ...misfit.path].join('.'),
      message: `${uses}: ${misfit.path.length === 0 ? 'with' : `"${misfit.path.join('.')}"`} ${misfit.message}`,
    }));
  });
  const { tools, tasks, secrets, params } = planRequirements(plan);
  return {
    valid: problems.length === 0,
    problems,
    hints: lintPlan(plan),
    tools,
    tasks,
    secrets: [...new Set(secrets.map(({ secret }) => secret))],
    params,
    graph: graphOf(plan),
  };
}

function readPlan(
  pipeline: JsonObject,
): { readonly plan: Plan } | { readonly plan?: undefined; readonly problems: readonly PipelineNote[] } {
  try {
    return { plan: makePlan(pipeline) };
  } catch (error) {
    if (!isSignalboxError(error) || error.code !== 'invalid_params') throw error;
    const notes = Array.isArray(error.details) ? error.details.flatMap(toNote) : [];
    return { problems: notes.length > 0 ? notes : [{ path: '', message: error.message }] };
  }
}

function toNote(detail: unknown): readonly PipelineNote[] {
  if (!isJsonObject(detail)) return [];
  const { path, message } = detail;
  return typeof path === 'string' && typeof message === 'string' ? [{ path, message }] : [];
}

interface Call {
  readonly uses: string;
  readonly given: JsonObject;
  readonly path: string;
}

/** Every call of a tool whose name stands in the pipeline, at any depth. */
function callsOf({ definition }: Plan): readonly Call[] {
  const calls: Call[] = [];
  const visit = (value: unknown, path: string): void => {
    if (Array.isArray(value)) return value.forEach((each, index) => visit(each, `${path}.${index}`));
    if (!isJsonObject(value)) return;
    const step = value as Partial<StepDefinition>;
    if (typeof step.uses === 'string' && !step.uses.includes('${'))
      calls.push({ uses: step.uses, given: step.with ?? {}, path });
    for (const [name, inner] of Object.entries(value))
      if (!valueMembers.has(name)) visit(inner, path === '' ? name : `${path}.${name}`);
  };
  visit(definition, '');
  return calls;
}

/** What is data for steps, and holds none. */
const valueMembers: ReadonlySet<string> = new Set([
  'with',
  'params',
  'params_schema',
  'vars',
  'set',
  'output',
  'validate',
  'schema',
  'collect',
  'in',
]);
