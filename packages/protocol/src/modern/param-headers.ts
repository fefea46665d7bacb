import { isJsonObject, type JsonObject, type JsonValue } from '@signalbox/sdk';

/** A tool parameter that is mirrored into a header (2026-07-28, transports/streamable-http, "Schema Extension"). */
export interface ParamHeader {
  /** Lower case, with its `mcp-param-` prefix. */
  readonly header: string;
  /** Property names from the arguments' root. */
  readonly path: readonly string[];
  readonly type: 'string' | 'integer' | 'boolean';
}

/** The parameters of an input schema that are mirrored, or why the schema's marks are invalid. */
export type ParamHeaders =
  | { readonly isValid: true; readonly headers: readonly ParamHeader[] }
  | { readonly isValid: false; readonly reason: string };

/** Reads the `x-mcp-header` marks of a tool's input schema. */
export function readParamHeaders(inputSchema: JsonValue | undefined): ParamHeaders {
  if (!isJsonObject(inputSchema)) return { isValid: true, headers: [] };
  const headers: ParamHeader[] = [];
  const reason = collect(inputSchema, [], headers) ?? findDuplicate(headers);
  return reason === undefined ? { isValid: true, headers } : { isValid: false, reason };
}

/** The value at the header's path as text; undefined when there is none, it is null, or it is not of its type. */
export function paramHeaderText(header: ParamHeader, args: JsonValue | undefined): string | undefined {
  let value: JsonValue | undefined = args;
  for (const name of header.path) {
    value = isJsonObject(value) && Object.hasOwn(value, name) ? value[name] : undefined;
  }
  if (typeof value === 'string' || typeof value === 'boolean') return String(value);
  return typeof value === 'number' && Number.isSafeInteger(value) ? String(value) : undefined;
}

function collect(schema: JsonObject, path: readonly string[], headers: ParamHeader[]): string | undefined {
  if (path.length > 16) return 'a mark lies deeper than 16 levels';
  const properties = schema['properties'];
  for (const [name, property] of Object.entries(isJsonObject(properties) ? properties : {})) {
    if (!isJsonObject(property)) continue;
    const reason =
      readMark(property, [...path, name], headers) ?? collect(property, [...path, name], headers);
    if (reason !== undefined) return reason;
  }
  for (const [keyword, value] of Object.entries(schema)) {
    if (keyword !== 'properties' && keyword !== 'x-mcp-header' && hasMark(value, 0))
      return `a mark stands below "${keyword}"`;
  }
  return undefined;
}

function readMark(property: JsonObject, path: readonly string[], headers: ParamHeader[]): string | undefined {
  const mark = property['x-mcp-header'];
  if (mark === undefined) return undefined;
  if (typeof mark !== 'string' || !/^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,128}$/.test(mark)) {
    return `the mark of "${path.join('.')}" is no header name`;
  }
  const type = property['type'];
  if (type !== 'string' && type !== 'integer' && type !== 'boolean') {
    return `"${path.join('.')}" is marked but is no string, integer or boolean`;
  }
  headers.push({ header: `mcp-param-${mark.toLowerCase()}`, path, type });
  return undefined;
}

function hasMark(value: JsonValue | undefined, depth: number): boolean {
  if (depth > 64 || typeof value !== 'object' || value === null) return false;
  if (Array.isArray(value)) return value.some((item) => hasMark(item, depth + 1));
  return 'x-mcp-header' in value || Object.values(value).some((item) => hasMark(item, depth + 1));
}

function findDuplicate(headers: readonly ParamHeader[]): string | undefined {
  const seen = new Set<string>();
  for (const { header } of headers) {
    if (seen.has(header)) return `two parameters are marked "${header}"`;
    seen.add(header);
  }
  return undefined;
}
