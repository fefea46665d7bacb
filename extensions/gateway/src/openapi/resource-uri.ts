import type { OpenApiTool } from '@signalbox/openapi';
import { isJsonObject, type JsonObject, type JsonValue, SignalboxError } from '@signalbox/sdk';
import { parseAnswer } from './answer-json.ts';

type Plan = OpenApiTool['parameters'][number];

/** A resource URI in its parts, nothing decoded yet. */
export interface ResourceAddress {
  readonly path: string;
  readonly query: string;
}

/** Splits `api://UPSTREAM/path?query`; undefined for a URI of something else. A fragment is left out. */
export function splitUri(upstream: string, uri: string): ResourceAddress | undefined {
  const start = `api://${upstream}/`;
  if (!uri.startsWith(start)) return undefined;
  const [whole = ''] = uri.slice(start.length - 1).split('#');
  const mark = whole.indexOf('?');
  return mark === -1
    ? { path: whole, query: '' }
    : { path: whole.slice(0, mark), query: whole.slice(mark + 1) };
}

/** Segment by segment; a parameter takes one that is not empty. */
export function fits(template: string, path: string): boolean {
  const wanted = template.split('/');
  const given = path.split('/');
  if (wanted.length !== given.length) return false;
  return wanted.every((segment, index) => {
    const text = given[index] ?? '';
    return parameterOf(segment) === undefined ? segment === text : text !== '';
  });
}

/**
 * The arguments a URI gives to the tool of its operation, so that a read is bound by the very rules of a call.
 * Errors: `invalid_params` for a value that would lead elsewhere and for a query parameter the operation has not.
 */
export function argumentsOf(tool: OpenApiTool, { path, query }: ResourceAddress): JsonObject {
  return Object.fromEntries([...pathArguments(tool, path), ...queryArguments(tool, query)]);
}

function pathArguments({ operation, parameters }: OpenApiTool, path: string): [string, JsonValue][] {
  const given = path.split('/');
  return operation.path.split('/').flatMap((segment, index): [string, JsonValue][] => {
    const name = parameterOf(segment);
    const plan = parameters.find((each) => each.in === 'path' && each.name === name);
    return plan ? [[plan.argument, decodeSegment(given[index] ?? '', plan)]] : [];
  });
}

function parameterOf(segment: string): string | undefined {
  return /^\{([^{}]+)\}$/.exec(segment)?.[1];
}

/** Decoded once; a value of one segment holds nothing that a server could take for two, or for the way up. */
function decodeSegment(segment: string, { argument }: Plan): string {
  const text = decode(segment);
  const why = text === undefined ? 'is no percent-encoded text' : reasonAgainst(text);
  if (text !== undefined && why === undefined) return text;
  throw new SignalboxError('invalid_params', `"${argument}" in the path of the URI ${why}; leave that out`);
}

/** Some servers drop what follows a semicolon before they look for dots. */
function reasonAgainst(text: string): string | undefined {
  if (/^\.{1,2}(?:;|$)/.test(text)) return 'is "." or "..", which leads to another path';
  // oxlint-disable-next-line no-control-regex -- control characters are what is looked for
  return /[/\\\u0000-\u001f\u007f]/.test(text) ? 'holds a slash or a control character' : undefined;
}

function decode(segment: string): string | undefined {
  try {
    return decodeURIComponent(segment);
  } catch {
    return undefined;
  }
}

function queryArguments({ parameters }: OpenApiTool, query: string): [string, JsonValue][] {
  const given = new URLSearchParams(query);
  const plans = parameters.filter((plan) => plan.in === 'query');
  return [...new Set(given.keys())].map((name) => {
    const plan = plans.find((each) => each.name === name);
    if (plan) return [plan.argument, valueOf(plan, given.getAll(name))];
    const known =
      plans.length === 0 ? 'it takes none' : `it takes ${plans.map((each) => each.name).join(', ')}`;
    const text = `the operation has no query parameter ${JSON.stringify(name.slice(0, 64))}; ${known.slice(0, 500)}`;
    throw new SignalboxError('invalid_params', text);
  });
}

/** A list comes as several parameters or with commas (RFC 6570 §3.2.8). */
function valueOf({ argument, isJson, schema }: Plan, given: readonly string[]): JsonValue {
  const [first = ''] = given;
  const isList = isJsonObject(schema) && schema['type'] === 'array';
  if (isList && !isJson) return given.flatMap((text) => text.split(','));
  if (given.length > 1)
    throw new SignalboxError(
      'invalid_params',
      `"${argument}" stands in the URI more than once; give it once`,
    );
  return isJson ? parseJsonValue(first, argument) : first;
}

function parseJsonValue(text: string, argument: string): JsonValue {
  try {
    return parseAnswer(text, `"${argument}"`);
  } catch (cause) {
    throw new SignalboxError('invalid_params', `"${argument}" in the URI is no JSON; write it as JSON`, {
      cause,
    });
  }
}
