import type { JsonObject } from '@signalbox/sdk';

/**
 * Writes one schema of OpenAPI 3.0 as JSON Schema 2020-12, without looking into the schemas in it: `nullable`, boolean
 * `exclusiveMinimum` and `exclusiveMaximum`, `example`, and members beside `$ref`, which 3.0 ignores (OpenAPI 3.0.4,
 * "Schema Object" and "Reference Object").
 */
export function fromOldDialect(schema: JsonObject): JsonObject {
  if (typeof schema['$ref'] === 'string') return { $ref: schema['$ref'] };
  const { nullable, example, exclusiveMinimum, exclusiveMaximum, ...rest } = schema;
  const converted: JsonObject = {
    ...rest,
    ...(example === undefined ? {} : { examples: [example] }),
    ...bound(exclusiveMinimum, 'minimum', 'exclusiveMinimum', rest),
    ...bound(exclusiveMaximum, 'maximum', 'exclusiveMaximum', rest),
  };
  if (exclusiveMinimum === true) delete converted['minimum'];
  if (exclusiveMaximum === true) delete converted['maximum'];
  return nullable === true ? orNull(converted) : converted;
}

function bound(isExclusive: unknown, limit: string, keyword: string, schema: JsonObject): JsonObject {
  const value = isExclusive === true ? schema[limit] : isExclusive;
  return typeof value === 'number' ? { [keyword]: value } : {};
}

function orNull(schema: JsonObject): JsonObject {
  const { type, enum: values } = schema;
  if (typeof type === 'string') {
    const withNull = Array.isArray(values) && !values.includes(null) ? { enum: [...values, null] } : {};
    return { ...schema, type: [type, 'null'], ...withNull };
  }
  const isOpen = !['allOf', 'anyOf', 'oneOf', 'enum', 'not', 'const'].some((keyword) => keyword in schema);
  // Without a type null is allowed anyhow, unless something else forbids it.
  return isOpen ? schema : { anyOf: [schema, { type: 'null' }] };
}
