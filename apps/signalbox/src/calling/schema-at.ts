import { isJsonObject, type JsonObject, type JsonValue } from '@signalbox/sdk';

/** The schema of a property by its path, with local references followed; undefined when the schema does not say. */
export function schemaAt(schema: JsonObject | undefined, path: readonly string[]): JsonObject | undefined {
  if (!schema) return undefined;
  return path.reduce<JsonObject | undefined>((node, name) => propertyOf(schema, node, name), schema);
}

function propertyOf(root: JsonObject, node: JsonObject | undefined, name: string): JsonObject | undefined {
  for (const branch of branchesOf(root, node)) {
    const properties = branch['properties'];
    const found = isJsonObject(properties) && Object.hasOwn(properties, name) ? properties[name] : undefined;
    if (isJsonObject(found)) return resolveReference(root, found);
    if (isJsonObject(branch['additionalProperties']))
      return resolveReference(root, branch['additionalProperties']);
  }
  return undefined;
}

/** A schema and the members of its combinations, references followed. */
export function branchesOf(root: JsonObject, node: JsonObject | undefined): JsonObject[] {
  if (!node) return [];
  const own = resolveReference(root, node);
  const inner = ['anyOf', 'oneOf', 'allOf'].flatMap((word) => objectsIn(own[word]));
  return [own, ...inner.map((branch) => resolveReference(root, branch))];
}

function objectsIn(value: JsonValue | undefined): JsonObject[] {
  return Array.isArray(value) ? value.filter((item) => isJsonObject(item)) : [];
}

/** Follows `$ref` within the same schema; a reference elsewhere, or in a circle, gives the schema as it is. */
function resolveReference(root: JsonObject, schema: JsonObject): JsonObject {
  let node = schema;
  for (let step = 0; step < 16; step++) {
    const reference = node['$ref'];
    if (typeof reference !== 'string' || !reference.startsWith('#/')) break;
    const target = pointTo(root, reference.slice(2).split('/'));
    if (!target) break;
    node = target;
  }
  return node;
}

function pointTo(root: JsonObject, segments: readonly string[]): JsonObject | undefined {
  let node: JsonValue | undefined = root;
  for (const segment of segments) {
    const name = decodeURIComponent(segment).replaceAll('~1', '/').replaceAll('~0', '~');
    node = isJsonObject(node) && Object.hasOwn(node, name) ? node[name] : undefined;
  }
  return isJsonObject(node) ? node : undefined;
}
