import { isJsonObject, type JsonObject, type JsonValue } from '@signalbox/sdk';
import { z } from 'zod';
import type { SchemaCheck } from './plan.ts';
import type { Surroundings } from './surroundings.ts';

const refused = ['pattern', 'patternProperties'];

/**
 * Makes a check of a JSON Schema, and reports what cannot be checked: conditionals, references elsewhere, and patterns, since a
 * regular expression may take for ever.
 */
export function compileSchema(
  schema: JsonObject,
  report: Surroundings['report'],
  at: string,
): SchemaCheck | undefined {
  const pattern = findRefused(schema);
  if (pattern) {
    report(
      at,
      `"${pattern}" is not supported, since a pattern may take for ever; use "enum", "format" or lengths`,
    );
    return undefined;
  }
  try {
    const compiled = z.fromJSONSchema(schema);
    return (value) => tell(compiled, value);
  } catch (error) {
    report(
      at,
      `is no JSON Schema that can be checked: ${error instanceof Error ? error.message : 'unknown'}`,
    );
    return undefined;
  }
}

function tell(schema: z.ZodType, value: JsonValue): string | undefined {
  const result = schema.safeParse(value);
  if (result.success) return undefined;
  return result.error.issues
    .slice(0, 5)
    .map(({ path, message }) => `${path.map(String).join('.') || '(root)'}: ${message}`)
    .join('; ');
}

/** Finds a keyword where schemas stand; a property may be called like one. */
function findRefused(schema: JsonValue): string | undefined {
  if (Array.isArray(schema)) return schema.map(findRefused).find((found) => found !== undefined);
  if (!isJsonObject(schema)) return undefined;
  const own = refused.find((name) => Object.hasOwn(schema, name));
  if (own) return own;
  return Object.entries(schema)
    .filter(([name]) => !['enum', 'const', 'default', 'examples'].includes(name))
    .map(([name, value]) =>
      ['properties', '$defs', 'definitions'].includes(name) && isJsonObject(value)
        ? findRefused(Object.values(value))
        : findRefused(value),
    )
    .find((found) => found !== undefined);
}
