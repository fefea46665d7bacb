import { SignalboxError } from '@signalbox/sdk';
import type { z } from 'zod';
import { limits } from './limits.ts';
import { type PipelineDefinition, pipelineDefinition } from './pipeline-definition.ts';

/** One thing that is wrong in a definition, with the path to it. */
export interface DefinitionIssue {
  readonly path: string;
  readonly message: string;
}

/** Reads a definition. Throws `invalid_params` with every issue and its path, in the message and as details. */
export function parsePipeline(value: unknown): PipelineDefinition {
  checkExtent(value);
  const result = schemaFor(value).safeParse(value);
  if (result.success) return result.data;
  return refuse(
    result.error.issues
      .flatMap(flatten)
      .map(({ path, message }) => ({ path: path.map(String).join('.'), message })),
  );
}

/** Throws `invalid_params` with these issues. */
export function refuse(issues: readonly DefinitionIssue[]): never {
  const shown = issues.slice(0, 20).map(({ path, message }) => `${path || '(root)'}: ${message}`);
  const rest = issues.length > shown.length ? `; and ${issues.length - shown.length} more` : '';
  throw new SignalboxError('invalid_params', `the pipeline is not right: ${shown.join('; ')}${rest}`, {
    details: issues.slice(0, 200).map(({ path, message }) => ({ path, message })),
  });
}

/** The alternative that is meant, so that its own errors are told and not that neither fits. */
function schemaFor(value: unknown): z.ZodType<PipelineDefinition> {
  const [plain, named] = pipelineDefinition.options;
  const isNamed = typeof value === 'object' && value !== null && 'pipeline' in value && !('steps' in value);
  return isNamed ? named : plain;
}

/** Issues of the alternatives of a union that came nearest, instead of "no alternative fits". */
function flatten(issue: z.core.$ZodIssue): readonly z.core.$ZodIssue[] {
  if (issue.code !== 'invalid_union' || issue.errors.length === 0) return [issue];
  const nearest = issue.errors.toSorted((one, other) => depthOf(other) - depthOf(one))[0] ?? [];
  if (depthOf(nearest) === 0) return [issue];
  return nearest.map((inner) => ({ ...inner, path: [...issue.path, ...inner.path] })).flatMap(flatten);
}

function depthOf(issues: readonly z.core.$ZodIssue[]): number {
  return Math.max(0, ...issues.map(({ path }) => path.length));
}

/** Looks at the extent without recursion, so that what follows may recurse. */
function checkExtent(value: unknown): void {
  let level: unknown[] = [value];
  let count = 0;
  for (let depth = 0; level.length > 0; depth++) {
    count += level.length;
    if (depth > limits.depth)
      refuse([{ path: '', message: `is deeper than ${limits.depth} levels; make it flatter` }]);
    if (count > limits.values)
      refuse([{ path: '', message: `has more than ${limits.values} values; make several tasks of it` }]);
    level = level.flatMap((each) => (typeof each === 'object' && each !== null ? Object.values(each) : []));
  }
}
