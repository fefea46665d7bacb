import { isJsonObject, type JsonObject, type JsonValue } from '@signalbox/sdk';
import type { LegacyVersion } from '../versions.ts';
import { unknownTo } from './unknown-to.ts';

/**
 * The schema of a form as 2025-06-18 knows it (client/elicitation, "Supported Schema Types"): choices with titles are
 * `enum` and `enumNames`, only a boolean has a default. Errors: `missing_capability` for a list to choose several from;
 * one text in its place would come back as something the upstream did not ask for.
 */
export function toLegacyForm(schema: JsonObject, version: LegacyVersion): JsonObject {
  const { $schema: _dialect, properties, ...rest } = schema;
  if (!isJsonObject(properties)) return { ...rest, properties: {} };
  const fields = Object.entries(properties).map(([name, field]) => [name, toLegacyField(field, version)]);
  // fromEntries defines members, so that even "__proto__" stays one.
  return { ...rest, properties: Object.fromEntries(fields) as JsonObject };
}

function toLegacyField(field: JsonValue, version: LegacyVersion): JsonValue {
  if (!isJsonObject(field) || field['type'] === 'boolean') return field;
  if (field['type'] === 'array') throw unknownTo(version, 'it cannot choose several from a list');
  const { default: _default, oneOf, ...rest } = field;
  return Array.isArray(oneOf) ? { ...rest, ...toNamedChoices(oneOf) } : rest;
}

function toNamedChoices(choices: readonly JsonValue[]): JsonObject {
  const named = choices.filter(isJsonObject);
  return {
    enum: named.map((choice) => choice['const'] ?? ''),
    enumNames: named.map(({ const: value, title }) => title ?? value ?? ''),
  };
}
