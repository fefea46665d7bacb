import { isJsonObject, type JsonObject, type JsonValue } from '@signalbox/sdk';
import { followReference } from '../document/follow-reference.ts';
import type { Operation } from '../document/read-operations.ts';
import { type DocumentSchemas, maxOutputBytes } from '../schema/document-schemas.ts';
import { isJsonType } from './body-plan.ts';

/**
 * The schema of a tool's structured results, or undefined when none can be promised: each successful answer must be
 * JSON of one and the same schema, because a tool with an output schema must always give structured content
 * (2026-07-28, server/tools, "Output Schema"). What is no object is wrapped as `{ result }`, as it is when it comes.
 */
export function outputSchema(
  { document, budget, output: { converter, sets } }: DocumentSchemas,
  operation: Operation,
): JsonObject | undefined {
  const schema = budget.isUsedUp ? undefined : onlySchema(operation);
  if (schema === undefined) return undefined;
  const shape = shapeOf(document.root, schema, { left: mostShapes });
  if (shape === 'unknown') return undefined;
  const { schema: converted, references, bytes } = converter.convert(schema);
  if (bytes > maxOutputBytes) return undefined;
  const { definitions, bytes: more, isCut } = sets.of(references);
  if (isCut || bytes + more > maxOutputBytes || !budget.write(bytes + more)) return undefined;
  return {
    ...(shape === 'object' && typeof converted !== 'boolean'
      ? { ...converted, type: 'object' }
      : { type: 'object', properties: { result: converted }, required: ['result'] }),
    ...(Object.keys(definitions).length > 0 ? { $defs: definitions } : {}),
  };
}

function onlySchema({ responses, method }: Operation): JsonValue | undefined {
  if (method === 'HEAD') return undefined;
  const good = Object.entries(responses).filter(([status]) => /^2(?:\d\d|XX)$/i.test(status));
  const schemas = good.map(([, { content }]) => jsonSchemaOf(content));
  const [first] = schemas;
  const isOne = schemas.every(
    (schema) =>
      schema !== undefined && (schema === first || JSON.stringify(schema) === JSON.stringify(first)),
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

/** Parts of parts are looked at, and each may have several: more than this is never a plain shape. */
const mostShapes = 200;

interface Looks {
  left: number;
}

function shapeOf(root: JsonObject, given: JsonValue, looks: Looks): Shape {
  if (looks.left <= 0) return 'unknown';
  looks.left -= 1;
  const schema = followReference(root, given);
  const { type, nullable } = schema;
  if (type === 'object') return nullable === true ? 'unknown' : 'object';
  if (typeof type === 'string') return 'other';
  if (Array.isArray(type)) return type.includes('object') ? 'unknown' : 'other';
  const all = shapesOf(root, schema['allOf'], looks);
  if (all.includes('object')) return 'object';
  const any = [...shapesOf(root, schema['anyOf'], looks), ...shapesOf(root, schema['oneOf'], looks)];
  if (any.length > 0 && any.every((shape) => shape === any[0])) return any[0] ?? 'unknown';
  return isJsonObject(schema['properties']) && any.length === 0 ? 'object' : 'unknown';
}

function shapesOf(root: JsonObject, list: JsonValue | undefined, looks: Looks): Shape[] {
  return Array.isArray(list) ? list.slice(0, mostShapes).map((each) => shapeOf(root, each, looks)) : [];
}
