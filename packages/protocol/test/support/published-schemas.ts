import { readFileSync } from 'node:fs';
import { isJsonObject, type JsonObject } from '@signalbox/sdk';
import { legacyVersions, modernVersion } from '../../src/index.ts';

/** A version with a published schema. */
export type SchemaVersion = (typeof legacyVersions)[number] | typeof modernVersion;

/** Every version with a published schema, oldest first. */
export const schemaVersions: readonly SchemaVersion[] = [...legacyVersions, modernVersion];

const known = new Map<string, JsonObject>();

/** The published schema of a version, or `tasks-extension`. */
export function publishedSchema(name: SchemaVersion | 'tasks-extension'): JsonObject {
  const schema = known.get(name) ?? mend(read(name));
  known.set(name, schema);
  return schema;
}

/** Its definitions: draft-07 and 2020-12 keep them under different names. */
export function definitionsOf(version: SchemaVersion): { readonly [name: string]: JsonObject } {
  const schema = publishedSchema(version);
  return (schema['definitions'] ?? schema['$defs']) as { readonly [name: string]: JsonObject };
}

function read(name: string): JsonObject {
  return JSON.parse(readFileSync(new URL(`../schemas/${name}.json`, import.meta.url), 'utf8')) as JsonObject;
}

/**
 * Where the source says "any JSON value" or "string, number or boolean", the schemas made from it say `integer` for
 * number and leave null out. Taken literally, 1.5 in a form's answer would be invalid.
 */
function mend(value: JsonObject): JsonObject {
  return JSON.parse(JSON.stringify(value), (_key, each: unknown) =>
    isJsonObject(each) && isNarrowed(each['type'])
      ? { ...each, type: ['string', 'number', 'boolean', 'null'] }
      : each,
  ) as JsonObject;
}

function isNarrowed(type: unknown): boolean {
  return JSON.stringify(type) === '["string","integer","boolean"]';
}
