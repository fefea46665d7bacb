import { type JsonObject, type JsonValue, SignalboxError } from '@signalbox/sdk';
import type { ParameterPlan, Place } from '../tools/parameter-plans.ts';
import type { OpenApiTool } from '../tools/to-tools.ts';
import { type Credential, toPair } from './credentials.ts';
import { encodeReserved, percentEncode } from './percent-encode.ts';
import { writeBody } from './write-body.ts';
import { writeStyle } from './write-style.ts';

/** An HTTP request as data. */
export interface HttpRequest {
  readonly method: string;
  readonly url: string;
  /** Names in lower case. */
  readonly headers: { readonly [name: string]: string };
  readonly body?: string | Uint8Array;
}

/** What a request needs besides the arguments. */
export interface RequestSurroundings {
  /** What the path is appended to, without a slash at its end. */
  readonly baseUrl: string;
  /** Headers of every request; names in lower case. */
  readonly headers?: { readonly [name: string]: string };
  readonly credentials?: readonly Credential[];
  /** Separates the parts of a multipart body; random. */
  readonly boundary: string;
}

/**
 * Makes the request of one call. Parameters that are absent or null are left out. Credentials stand over parameters of
 * the same name. Errors: `invalid_params` for a path parameter that is missing, empty, or would change the path, and for
 * a value that cannot stand where it belongs.
 */
export function buildRequest(
  tool: OpenApiTool,
  given: JsonObject,
  { baseUrl, headers = {}, credentials = [], boundary }: RequestSurroundings,
): HttpRequest {
  const values = valuesOf(tool, given);
  const query = [...queryPairs(values), ...credentials.filter(isIn('query')).map(toPair)];
  const cookies = [...cookiePairs(values), ...credentials.filter(isIn('cookie')).map(toPair)];
  const body =
    tool.body && given['body'] !== undefined ? writeBody(tool.body, given['body'], boundary) : undefined;
  return {
    method: tool.operation.method,
    url: `${baseUrl}${fillPath(tool.operation.path, values)}${query.length > 0 ? `?${query.join('&')}` : ''}`,
    headers: {
      accept: 'application/json, */*;q=0.5',
      ...headerPairs(values),
      ...headers,
      ...Object.fromEntries(
        credentials.filter(isIn('header')).map(({ name, value }) => [name.toLowerCase(), value]),
      ),
      ...(cookies.length > 0 ? { cookie: cookies.join('; ') } : {}),
      ...(body ? { 'content-type': body.contentType } : {}),
    },
    ...(body ? { body: body.bytes } : {}),
  };
}

interface ParameterValue extends ParameterPlan {
  readonly value: JsonValue;
}

function valuesOf({ parameters, body }: OpenApiTool, given: JsonObject): ParameterValue[] {
  const known = new Set([...parameters.map(({ argument }) => argument), ...(body ? ['body'] : [])]);
  const unknown = Object.keys(given).find((name) => !known.has(name));
  if (unknown !== undefined)
    throw new SignalboxError('invalid_params', `there is no argument "${unknown.slice(0, 64)}"`);
  return parameters.flatMap((plan) => {
    const value = Object.hasOwn(given, plan.argument) ? given[plan.argument] : undefined;
    if (value !== undefined && value !== null) return [{ ...plan, value }];
    if (!plan.isRequired) return [];
    throw new SignalboxError('invalid_params', `the argument "${plan.argument}" is missing`);
  });
}

const isIn = (place: Place) => (item: { readonly in: Place | Credential['in'] }) => item.in === place;

function fillPath(template: string, values: readonly ParameterValue[]): string {
  const filled = values
    .filter(isIn('path'))
    .reduce((path, plan) => path.split(`{${plan.name}}`).join(pathText(plan)), template);
  if (/[{}]/.test(filled))
    throw new SignalboxError(
      'upstream_invalid_answer',
      `the document says nothing of a parameter in "${template}"`,
    );
  if (filled.split('/').some(isDots))
    throw new SignalboxError(
      'invalid_params',
      'a path parameter is "." or "..", which would lead to another path',
    );
  return filled;
}

function pathText({ argument, value, isJson, name, style, explode }: ParameterValue): string {
  const text = isJson ? percentEncode(JSON.stringify(value)) : writeStyle({ name, value, style, explode });
  // Without it the path would be that of another operation.
  if (text === '' || text === '.')
    throw new SignalboxError('invalid_params', `the path parameter "${argument}" is empty`);
  return text;
}

/** Segments an URL parser takes away (WHATWG URL, "double-dot path segment"). */
function isDots(segment: string): boolean {
  return /^(?:\.|%2e){1,2}$/i.test(segment);
}

function queryPairs(values: readonly ParameterValue[]): string[] {
  return values
    .filter(isIn('query'))
    .map(({ name, value, style, explode, allowReserved, isJson }) => {
      const encode = allowReserved ? encodeReserved : percentEncode;
      if (isJson) return `${percentEncode(name)}=${encode(JSON.stringify(value))}`;
      return writeStyle({ name, value, style, explode, encode });
    })
    .filter((pair) => pair !== '');
}

/** Cookies are separated by `; `, so an exploded list is several cookies of one name. */
function cookiePairs(values: readonly ParameterValue[]): string[] {
  return values
    .filter(isIn('cookie'))
    .flatMap(({ name, value, explode, isJson }) =>
      isJson
        ? [`${percentEncode(name)}=${percentEncode(JSON.stringify(value))}`]
        : writeStyle({ name, value, style: 'form', explode }).split('&'),
    )
    .filter((pair) => pair !== '');
}

function headerPairs(values: readonly ParameterValue[]): Record<string, string> {
  return Object.fromEntries(
    values.filter(isIn('header')).map(({ name, value, explode, isJson, argument }) => {
      const text = isJson
        ? JSON.stringify(value)
        : writeStyle({ name, value, style: 'simple', explode, encode: keep });
      // RFC 9110 §5.5: visible ASCII, space and tab. A line break would be a header of its own.
      if (!/^[\t\x20-\x7e]*$/.test(text) || !/^[\w!#$%&'*+.^`|~-]+$/.test(name))
        throw new SignalboxError('invalid_params', `"${argument}" holds characters a header cannot carry`);
      return [name.toLowerCase(), text];
    }),
  );
}

/** Headers are not percent-encoded (OpenAPI 3.1, "Style Values"). */
function keep(text: string): string {
  return text;
}
