import { isJsonObject, type JsonObject, type JsonValue } from '@signalbox/sdk';
import { isAtLeast, type LegacyVersion } from '../versions.ts';

/**
 * The parameters of `elicitation/create` as a client of the version can take them: before 2025-11-25 a form has no mode,
 * and a choice names its values and titles in two lists (2025-06-18, client/elicitation, "Requested Schema").
 */
export function toLegacyElicitation(params: JsonObject, version: LegacyVersion): JsonObject {
  if (isAtLeast(version, '2025-11-25') || params['mode'] === 'url') return params;
  const { mode: _mode, requestedSchema, ...rest } = params;
  return requestedSchema === undefined ? rest : { ...rest, requestedSchema: toLegacyForm(requestedSchema) };
}

function toLegacyForm(schema: JsonValue): JsonValue {
  if (!isJsonObject(schema) || !isJsonObject(schema['properties'])) return schema;
  const fields = Object.entries(schema['properties']).map(([name, field]) => [name, toLegacyChoice(field)]);
  return { ...schema, properties: Object.fromEntries(fields) as JsonObject };
}

function toLegacyChoice(field: JsonValue): JsonValue {
  if (!isJsonObject(field) || !Array.isArray(field['oneOf'])) return field;
  const { oneOf, ...rest } = field;
  const options = oneOf.filter(isJsonObject);
  const values = options.map((option) => option['const'] ?? null);
  return {
    ...rest,
    enum: values,
    enumNames: options.map(({ title }, index) => title ?? values[index] ?? null),
  };
}
