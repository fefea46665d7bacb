import { isJsonObject, type JsonObject, type JsonValue } from '@signalbox/sdk';
import { followReference } from '../document/follow-reference.ts';
import type { OpenApiDocument } from '../document/open-document.ts';
import type { Operation } from '../document/read-operations.ts';
import { SchemaConverter } from '../schema/convert-schema.ts';
import { isJsonType } from './body-plan.ts';

/** What a tool says of its results costs room in every list; more than this says nothing useful any more. */
const maxBytes = 16_384;

/**
 * The schema of a tool's structured results, or undefined when none can be promised: each successful answer must be
 * JSON of one and the same schema, because a tool with an output schema must always give structured content
 * (2026-07-28, server/tools, "Output Schema"). What is no object is wrapped as `{ result }`, as it is when it comes.
 */
export function outputSchema(document: OpenApiDocument, operation: Operation): JsonObject | undefined {
  const schema = onlySchema(operation);
  if (schema === undefined) return undefined;
  const shape = shapeOf(document.root, schema, 0);
  if (shape === 'unknown') return undefined;
  const converter = new SchemaConverter(document, 'output', maxBytes);
  const converted = converter.convert(schema);
  const definitions = converter.definitions();
  const whole = {
    ...(shape === 'object' && typeof converted !== 'boolean'
      ? { ...converted, type: 'object' }
      : { type: 'object', properties: { result: converted }, required: ['result'] }),
    ...(Object.keys(definitions).length > 0 ? { $defs: definitions } : {}),
  };
  return converter.isCut || JSON.stringify(whole).length > maxBytes ? undefined : whole;
}

function onlySchema({ responses, method }: Operation): JsonValue | undefined {
  if (method === 'HEAD') return undefined;
  const good = Object.entries(responses).filter(([status]) => /^2(?:\d\d|XX)$/i.test(status));
  const schemas = good.map(([, { content }]) => jsonSchemaOf(content));
  const [first] = schemas;
  const isOne = schemas.every(
    (schema) => schema !== undefined && JSON.stringify(schema) === JSON.stringify(first),
  );
  return isOne ? first : undefined;
}

/** The schema of a response whose every media type is JSON. */
function jsonSchemaOf(content: JsonValue | undefined): JsonValue | undefined {
  if (!isJsonObject(content)) return undefined;
  const entries = Object.entries(content);
  const isJson = entries.every(([type]) => isJsonType(type.split(';')[0]?.trim().toLowerCase() ?? ''));
  const [first] = entries;
  return isJson && first && isJsonObject(first[1]) ? first[1]['schema'] : undefined;
}

type Shape = 'object' | 'other' | 'unknown';

function shapeOf(root: JsonObject, given: JsonValue, depth: number): Shape {
  const schema = followReference(root, given);
  const { type, nullable } = schema;
  if (type === 'object') return nullable === true ? 'unknown' : 'object';
  if (typeof type === 'string') return 'other';
  if (Array.isArray(type)) return type.includes('object') ? 'unknown' : 'other';
  if (depth > 8) return 'unknown';
  const all = shapesOf(root, schema['allOf'], depth);
  if (all.includes('object')) return 'object';
  const any = [...shapesOf(root, schema['anyOf'], depth), ...shapesOf(root, schema['oneOf'], depth)];
  if (any.length > 0 && any.every((shape) => shape === any[0])) return any[0] ?? 'unknown';
  return isJsonObject(schema['properties']) && any.length === 0 ? 'object' : 'unknown';
}

function shapesOf(root: JsonObject, list: JsonValue | undefined, depth: number): Shape[] {
  return Array.isArray(list) ? list.map((each) => shapeOf(root, each, depth + 1)) : [];
}
