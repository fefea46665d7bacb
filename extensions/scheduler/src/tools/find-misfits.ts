import { isJsonObject, type JsonObject, type JsonValue } from '@signalbox/sdk';

/** Something that does not fit, and where in the value it stands. */
export interface Misfit {
  readonly path: readonly string[];
  readonly message: string;
}

const mostMisfits = 50;
const mostRefs = 20;

/**
 * What of a value does not fit a JSON Schema, as far as it can be told before its templates are rendered: a text with a template may
 * become anything. Keywords that are not known say nothing, so that nothing right is called wrong.
 */
export function findMisfits(schema: JsonObject, value: JsonValue): readonly Misfit[] {
  return visit({ root: schema, refs: 0 }, schema, value, []).slice(0, mostMisfits);
}

interface Place {
  readonly root: JsonObject;
  /** References followed on the way: a schema may refer to itself. */
  readonly refs: number;
}

function visit(
  place: Place,
  schema: JsonValue | undefined,
  value: JsonValue,
  path: readonly string[],
): readonly Misfit[] {
  if (schema === false) return [{ path, message: 'nothing is taken here' }];
  if (!isJsonObject(schema) || isTemplate(value)) return [];
  const { $ref: ref } = schema;
  if (typeof ref === 'string') {
    const target = place.refs < mostRefs ? follow(place.root, ref) : undefined;
    return visit({ ...place, refs: place.refs + 1 }, target, value, path);
  }
  const wrong = typeMisfit(schema, value) ?? valueMisfit(schema, value);
  if (wrong !== undefined) return [{ path, message: wrong }];
  return [...combined(place, schema, value, path), ...inside(place, schema, value, path)];
}

function isTemplate(value: JsonValue): boolean {
  return typeof value === 'string' && value.includes('${');
}

function typeMisfit({ type }: JsonObject, value: JsonValue): string | undefined {
  const types = (Array.isArray(type) ? type : [type]).filter((each) => typeof each === 'string');
  if (types.length === 0 || types.some((each) => isOfType(value, each))) return undefined;
  return `is to be of type ${types.join(' or ')}, not ${typeOf(value)}`;
}

function isOfType(value: JsonValue, type: string): boolean {
  return type === 'integer' ? Number.isInteger(value) : typeOf(value) === type;
}

function typeOf(value: JsonValue): string {
  if (value === null) return 'null';
  return Array.isArray(value) ? 'array' : typeof value;
}

function valueMisfit(schema: JsonObject, value: JsonValue): string | undefined {
  const allowed = Array.isArray(schema['enum'])
    ? schema['enum']
    : 'const' in schema
      ? [schema['const'] ?? null]
      : undefined;
  const text = JSON.stringify(value);
  if (allowed && !hasTemplateInside(value) && !allowed.some((each) => JSON.stringify(each) === text))
    return `is to be one of ${allowed.map((each) => JSON.stringify(each)).join(', ')}`.slice(0, 300);
  const size = typeof value === 'number' ? value : undefined;
  const [minimum, maximum] = [schema['minimum'], schema['maximum']];
  if (size !== undefined && typeof minimum === 'number' && size < minimum)
    return `is to be at least ${minimum}`;
  if (size !== undefined && typeof maximum === 'number' && size > maximum)
    return `is to be at most ${maximum}`;
  return undefined;
}

function hasTemplateInside(value: JsonValue): boolean {
  return JSON.stringify(value).includes('${');
}

/** Of alternatives one has to fit, of parts that go together all. */
function combined(
  place: Place,
  schema: JsonObject,
  value: JsonValue,
  path: readonly string[],
): readonly Misfit[] {
  const all = Array.isArray(schema['allOf']) ? schema['allOf'] : [];
  const problems = all.flatMap((each) => visit(place, each, value, path));
  for (const name of ['anyOf', 'oneOf']) {
    const choices = schema[name];
    if (!Array.isArray(choices) || choices.length === 0) continue;
    const found = choices.map((each) => visit(place, each, value, path));
    if (found.some((each) => each.length === 0)) continue;
    problems.push(
      ...(found.length === 1 ? (found[0] ?? []) : [{ path, message: 'fits none of the forms it may have' }]),
    );
  }
  return problems;
}

function inside(
  place: Place,
  schema: JsonObject,
  value: JsonValue,
  path: readonly string[],
): readonly Misfit[] {
  if (Array.isArray(value))
    return value.flatMap((each, index) => visit(place, schema['items'], each, [...path, String(index)]));
  return isJsonObject(value) ? members(place, schema, value, path) : [];
}

function members(
  place: Place,
  schema: JsonObject,
  value: JsonObject,
  path: readonly string[],
): readonly Misfit[] {
  const properties = isJsonObject(schema['properties']) ? schema['properties'] : {};
  const required = Array.isArray(schema['required']) ? schema['required'] : [];
  const others = isJsonObject(schema['patternProperties']) ? undefined : schema['additionalProperties'];
  const missing = required
    .filter((name) => typeof name === 'string')
    .filter((name) => !Object.hasOwn(value, name))
    .map((name) => ({ path: [...path, name], message: 'is missing' }));
  // What a name with a template becomes is not known.
  const named = Object.entries(value).filter(([name]) => !name.includes('${'));
  return [
    ...missing,
    ...named.flatMap(([name, each]) => {
      if (Object.hasOwn(properties, name)) return visit(place, properties[name], each, [...path, name]);
      if (others === false) return [{ path: [...path, name], message: 'is not known' }];
      return visit(place, others, each, [...path, name]);
    }),
  ];
}

/** What `#/$defs/NAME` and the like name; nothing for what is elsewhere. */
function follow(root: JsonObject, ref: string): JsonValue | undefined {
  if (ref === '#') return root;
  if (!ref.startsWith('#/')) return undefined;
  let found: JsonValue | undefined = root;
  for (const part of ref.slice(2).split('/')) {
    const name = decodeURIComponent(part).replaceAll('~1', '/').replaceAll('~0', '~');
    found = isJsonObject(found) && Object.hasOwn(found, name) ? found[name] : undefined;
  }
  return found;
}
