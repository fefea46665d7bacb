import { isJsonObject, type JsonObject, type JsonValue } from '@signalbox/sdk';
import type { KeywordKind } from './keywords.ts';

type Convert = (schema: JsonValue) => JsonObject | boolean;
type Read = (value: JsonValue, convert: Convert) => JsonValue | undefined;

/**
 * Reads the value of a keyword, or gives undefined when it is none: real documents hold `required: true`, empty enums
 * and patterns of other languages, and one of these must not take a whole API away.
 */
export function readKeyword(kind: KeywordKind, value: JsonValue, convert: Convert): JsonValue | undefined {
  return readers[kind](value, convert);
}

const types = new Set(['null', 'boolean', 'object', 'array', 'number', 'integer', 'string']);

const readers: { readonly [kind in KeywordKind]: Read } = {
  schema: (value, convert) => (isSchema(value) ? convert(value) : undefined),
  schemas: (value, convert) =>
    Array.isArray(value) && value.length > 0 ? value.filter(isSchema).map(convert) : undefined,
  schemaMap: (value, convert) => (isJsonObject(value) ? mapSchemas(value, convert) : undefined),
  text: (value) => (typeof value === 'string' ? value : undefined),
  pattern: (value) => (typeof value === 'string' && isPattern(value) ? value : undefined),
  number: (value) => (typeof value === 'number' ? value : undefined),
  count: (value) => (typeof value === 'number' && Number.isInteger(value) && value >= 0 ? value : undefined),
  flag: (value) => (typeof value === 'boolean' ? value : undefined),
  names: (value) => (Array.isArray(value) ? names(value) : undefined),
  values: (value) => (Array.isArray(value) && value.length > 0 ? value : undefined),
  any: (value) => value,
  object: (value) => (isJsonObject(value) ? value : undefined),
  type: readType,
};

function readType(value: JsonValue): JsonValue | undefined {
  if (typeof value === 'string') return types.has(value) ? value : undefined;
  if (!Array.isArray(value)) return undefined;
  const known = [...new Set(value)].filter((type) => typeof type === 'string' && types.has(type));
  return known.length === 0 ? undefined : known;
}

function mapSchemas(value: JsonObject, convert: Convert): JsonObject {
  const entries = Object.entries(value).filter(([, schema]) => isSchema(schema));
  return Object.fromEntries(entries.map(([name, schema]) => [name, convert(schema)]));
}

function isSchema(value: JsonValue): boolean {
  return typeof value === 'boolean' || isJsonObject(value);
}

function isPattern(value: string): boolean {
  try {
    return new RegExp(value, 'u').flags === 'u';
  } catch {
    return false;
  }
}

function names(value: readonly JsonValue[]): JsonValue | undefined {
  const known = [...new Set(value)].filter((name) => typeof name === 'string');
  return known.length === 0 ? undefined : known;
}
