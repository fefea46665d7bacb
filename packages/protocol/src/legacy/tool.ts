import { isJsonObject, type JsonObject, type JsonValue } from '@signalbox/sdk';
import { isAtLeast, type LegacyVersion } from '../versions.ts';

/**
 * A tool's definition as a legacy client of the given version can take it. An output that is no object is shown wrapped
 * in one, because structured output was an object before 2026-07-28; what a version does not know is left out.
 */
export function toLegacyTool(definition: JsonObject, version: LegacyVersion): JsonObject {
  if (!isAtLeast(version, '2025-06-18')) {
    const {
      outputSchema: _output,
      title: _title,
      icons: _icons,
      execution: _execution,
      ...rest
    } = definition;
    if (isAtLeast(version, '2025-03-26')) return rest;
    const { annotations: _annotations, ...oldest } = rest;
    return oldest;
  }
  const wrapped = hasWrappedOutput(definition)
    ? { ...definition, outputSchema: wrapSchema(definition['outputSchema'] ?? {}) }
    : definition;
  if (isAtLeast(version, '2025-11-25')) return wrapped;
  const { icons: _icons, execution: _execution, ...rest } = wrapped;
  return rest;
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
