import { isJsonObject, type JsonObject, SignalboxError } from '@signalbox/sdk';
import { metaKeys } from '../meta-keys.ts';
import { modernVersion } from '../versions.ts';
import { decodeHeaderValue, encodeHeaderValue } from './header-value.ts';
import { type ParamHeader, paramHeaderText } from './param-headers.ts';

/** Headers as node gives them: lower-case names. */
export interface RequestHeaders {
  readonly [name: string]: string | string[] | undefined;
}

const namedBy: { readonly [method: string]: 'name' | 'uri' | 'taskId' } = {
  'tools/call': 'name',
  'prompts/get': 'name',
  'resources/read': 'uri',
  // SEP-2663, "Streamable HTTP: Routing Headers"
  'tasks/get': 'taskId',
  'tasks/update': 'taskId',
  'tasks/cancel': 'taskId',
};

/** The headers a modern request carries besides its body. */
export function requestHeaders(
  method: string,
  params: JsonObject,
  paramHeaders: readonly ParamHeader[] = [],
): Record<string, string> {
  const headers: Record<string, string> = { 'mcp-protocol-version': modernVersion, 'mcp-method': method };
  const member = namedBy[method];
  const name = member === undefined ? undefined : params[member];
  if (typeof name === 'string') headers['mcp-name'] = encodeHeaderValue(name);
  for (const header of paramHeaders) {
    const text = paramHeaderText(header, params['arguments']);
    if (text !== undefined) headers[header.header] = encodeHeaderValue(text);
  }
  return headers;
}

/**
 * Holds the headers of a modern request against its body
 * (2026-07-28, transports/streamable-http, "Server Validation"). Errors: `header_mismatch`.
 */
export function checkRequestHeaders(
  headers: RequestHeaders,
  version: string,
  method: string,
  params: JsonObject,
): void {
  expectHeader(headers, 'mcp-protocol-version', version);
  expectHeader(headers, 'mcp-method', method);
  const member = namedBy[method];
  const name = member === undefined ? undefined : params[member];
  if (typeof name === 'string') expectEncodedHeader(headers, 'mcp-name', name);
}

/**
 * Holds the version header against the one the body claims, whatever version that is: a request that contradicts itself
 * is refused as such, not for its version. Errors: `header_mismatch`.
 */
export function checkVersionHeader(headers: RequestHeaders, params: JsonObject): void {
  const meta = params['_meta'];
  const claimed = isJsonObject(meta) ? meta[metaKeys.protocolVersion] : undefined;
  if (typeof claimed === 'string') expectHeader(headers, 'mcp-protocol-version', claimed);
}

/** Holds the `Mcp-Param-*` headers of a tool call against its arguments. Errors: `header_mismatch`. */
export function checkParamHeaders(
  headers: RequestHeaders,
  params: JsonObject,
  paramHeaders: readonly ParamHeader[],
): void {
  for (const header of paramHeaders) {
    const text = paramHeaderText(header, params['arguments']);
    if (text !== undefined) expectEncodedHeader(headers, header.header, text, header.type);
    else if (headers[header.header] !== undefined)
      throw mismatch(`${header.header} is sent, but the argument is absent`);
  }
}

function expectHeader(headers: RequestHeaders, name: string, wanted: string): void {
  if (headers[name] !== wanted) throw mismatch(describe(name, headers[name], wanted));
}

function expectEncodedHeader(
  headers: RequestHeaders,
  name: string,
  wanted: string,
  type: ParamHeader['type'] = 'string',
): void {
  const given = headers[name];
  if (given === wanted && !given.startsWith('=?base64?')) return;
  const decoded = typeof given === 'string' ? decodeHeaderValue(given) : undefined;
  // Integers compare numerically: 42.0 and 42 are equal.
  const isEqual =
    decoded === wanted || (type === 'integer' && !!decoded && Number(decoded) === Number(wanted));
  if (!isEqual) throw mismatch(describe(name, given, wanted));
}

function describe(name: string, given: string | string[] | undefined, wanted: string): string {
  if (given === undefined) return `the header ${name} is missing`;
  return name.startsWith('mcp-param-')
    ? `the header ${name} differs from the argument`
    : `the header ${name} says "${String(given).slice(0, 200)}", the body says "${wanted.slice(0, 200)}"`;
}

function mismatch(what: string): SignalboxError {
  return new SignalboxError('header_mismatch', `header mismatch: ${what}; send headers that repeat the body`);
}
