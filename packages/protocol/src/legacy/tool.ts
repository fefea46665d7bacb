import { isJsonObject, type JsonObject, type JsonValue } from '@signalbox/sdk';
import type { LegacyVersion } from '../versions.ts';
import { type MemberSince, toLegacyDefinition } from './definition.ts';

const toolMembers: readonly MemberSince[] = [
  ['annotations', '2025-03-26'],
  ['outputSchema', '2025-06-18'],
  ['execution', '2025-11-25'],
];

/**
 * A tool's definition as a legacy client of the given version can take it. An output that is no object is shown wrapped
 * in one, because structured output was an object before 2026-07-28; what a version does not know is left out.
 */
export function toLegacyTool(definition: JsonObject, version: LegacyVersion): JsonObject {
  const known = toLegacyDefinition(definition, version, toolMembers);
  return hasWrappedOutput(known)
    ? { ...known, outputSchema: wrapSchema(known['outputSchema'] ?? {}) }
    : known;
}

/** True for a tool whose structured output is not always an object: legacy clients get it as `{ result: … }`. */
export function hasWrappedOutput({ outputSchema }: JsonObject): boolean {
  return outputSchema !== undefined && (!isJsonObject(outputSchema) || outputSchema['type'] !== 'object');
}

function wrapSchema(schema: JsonValue): JsonObject {
  // References of a schema start at its root, which moves; what they may point to moves along.
  const { $schema, $defs, definitions, $id, ...inner } = isJsonObject(schema) ? schema : {};
  return {
    ...($schema === undefined ? {} : { $schema }),
    ...($id === undefined ? {} : { $id }),
    type: 'object',
    properties: { result: isJsonObject(schema) ? inner : schema },
    required: ['result'],
    ...($defs === undefined ? {} : { $defs }),
    ...(definitions === undefined ? {} : { definitions }),
  };
}
