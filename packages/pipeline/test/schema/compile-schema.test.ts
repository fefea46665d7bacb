import type { JsonObject, JsonValue } from '@signalbox/sdk';
import { expect, test } from 'vitest';
import { misfit, refusal } from './support.ts';

test.each<[JsonObject, JsonValue, string]>([
  [{ type: 'object', required: ['id'] }, { no: 1 }, 'id: is missing'],
  [{ type: 'object', properties: { a: {} }, required: ['a', 'b'] }, { a: 1 }, 'b: is missing'],
  [{ required: ['a'], properties: { a: { default: 1 } } }, {}, 'a: is missing'],
  [{ required: ['toString', '__proto__'] }, {}, 'toString: is missing; __proto__: is missing'],
  [{ type: 'array', minItems: 1 }, [], '(root): has to have at least 1 items'],
  [{ minimum: 1 }, 0, '(root): has to be at least 1'],
  [{ minLength: 3 }, '💩💩', '(root): has to have at least 3 characters'],
  [{ items: { type: 'integer' } }, [1, 1.5], '1: has to be an integer, not a number'],
  [
    { properties: { a: { type: ['string', 'null'] } } },
    { a: 1 },
    'a: has to be a string or null, not an integer',
  ],
  [{ allOf: [{ required: ['a'] }] }, {}, 'a: is missing'],
  [{ const: { a: 1, b: [2] } }, { a: 1 }, '(root): has to be {"a":1,"b":[2]}'],
  [{ enum: ['x', { a: 1 }] }, 'y', '(root): has to be one of "x", {"a":1}'],
  [{ additionalProperties: false, properties: { a: {} } }, { a: 1, b: 2 }, 'b: is not known here'],
  [{ multipleOf: 0.01 }, 19.995, '(root): has to be a multiple of 0.01'],
  [{ multipleOf: 2 }, 3_000_000_000_000_001, '(root): has to be a multiple of 2'],
  [{ format: 'date-time' }, '2026-11-30', '(root): has to have the format date-time'],
  [{ format: 'time' }, '25:00:00Z', '(root): has to have the format time'],
  [{ format: 'email' }, 'nobody', '(root): has to have the format email'],
  [{ not: { type: 'null' } }, null, '(root): fits what it must not (not)'],
  [{ oneOf: [{ type: 'integer' }, { minimum: 1 }] }, 2, '(root): fits 2 of the 2 schemas of oneOf, not one'],
  [JSON.parse('{"if":{"required":["a"]},"then":{"required":["b"]}}'), { a: 1 }, 'b: is missing'],
  [{ items: [{ type: 'string' }], additionalItems: false }, ['a', 1], '1: must not be there'],
  [{ dependencies: { a: ['b'] } }, { a: 1 }, 'b: is missing'],
])('%j does not take %j: %s', (schema, value, said) => {
  expect(misfit(schema, value)).toBe(said);
});

test.each<[JsonObject, JsonValue]>([
  [{ const: { a: 1, b: [2] } }, { b: [2], a: 1 }],
  [{ enum: [[], { a: 1 }] }, { a: 1 }],
  [{ multipleOf: 0.01 }, 19.99],
  [{ type: 'integer' }, 2],
  [{ maxLength: 2 }, '💩💩'],
  [{ format: 'date-time' }, '2026-11-30T08:30:00+02:00'],
  [{ format: 'time' }, '08:30:00Z'],
  [{ format: 'nobody-knows' }, 'x'],
  [{ properties: { __proto__: { type: 'string' } } }, {}],
  [{ 'x-own': { pattern: 'x' }, description: 'a note' }, 1],
])('%j takes %j', (schema, value) => {
  expect(misfit(schema, value)).toBeUndefined();
});

test.each<[JsonObject, string]>([
  [
    { properties: { a: { pattern: 'x' } } },
    'schema.properties.a: "pattern" is not supported, since a pattern',
  ],
  [{ patternProperties: {} }, 'schema: "patternProperties" is not supported'],
  [
    { items: { unevaluatedProperties: false } },
    'schema.items: "unevaluatedProperties" is not supported; use',
  ],
  [{ $ref: 'https://elsewhere.test/schema' }, 'schema.$ref: refers to another place'],
  [{ $ref: '#/$defs/none' }, 'schema.$ref: refers to #/$defs/none, where nothing is'],
  [{ $ref: '#/%zz' }, 'schema.$ref: is no reference'],
  [{ type: 'text' }, 'schema.type: has to be one of null, boolean, integer'],
  [{ type: [] }, 'schema.type: has to name a type'],
  [{ minLength: -1 }, 'schema.minLength: has to be a whole number of at least 0'],
  [{ minimum: '1' }, 'schema.minimum: has to be a number'],
  [{ multipleOf: 0 }, 'schema.multipleOf: has to be more than 0'],
  [{ required: 'a' }, 'schema.required: has to be a list'],
  [{ required: ['a', 1] }, 'schema.required.1: has to be a text'],
  [{ properties: [] }, 'schema.properties: has to be an object'],
  [{ properties: { a: 1 } }, 'schema.properties.a: has to be an object, true or false'],
  [{ anyOf: [] }, 'schema.anyOf: has to have at least one schema'],
  [{ uniqueItems: 1 }, 'schema.uniqueItems: has to be true or false'],
  [{ items: { $id: 'x' } }, 'schema.items: has an "$id"'],
  [nested(120), 'nested more than 100 deep'],
])('%j cannot be checked: %s', (schema, reason) => {
  expect(refusal(schema)).toContain(reason);
});

test('at most five things that do not fit are said, and long names are cut', () => {
  const schema = { additionalProperties: { type: 'string' } };
  const many = Object.fromEntries(
    Array.from({ length: 20 }, (_, index) => [`${'n'.repeat(500)}${index}`, 1]),
  );
  expect(misfit(schema, many)?.split('; ')).toHaveLength(5);
  expect(misfit(schema, many)?.length).toBeLessThan(800);
});

test('a tree as deep as values may be fits or not; what is deeper, or goes around for ever, does not fit', () => {
  const tree = { type: 'array', items: { $ref: '#' } };
  expect(misfit(tree, lists(200))).toBeUndefined();
  expect(misfit(tree, lists(3_000))).toContain('nested more than 500 deep');
  expect(misfit({ $ref: '#' }, 1)).toContain('refers to itself without end');
  expect(misfit({ enum: [[]] }, lists(50_000))).toContain('(root): ');
});

test('a schema that would take for ever is left, and the value does not fit', () => {
  const doubling: Record<string, JsonValue> = { last: { type: 'string' } };
  for (let index = 0; index < 60; index++) {
    const next = { $ref: `#/$defs/${index === 0 ? 'last' : `each${index - 1}`}` };
    doubling[`each${index}`] = { anyOf: [next, next] };
  }
  expect(misfit({ $ref: '#/$defs/each59', $defs: doubling }, 1)).toContain('takes too long');
  const wide = Array.from({ length: 20_000 }, () => ({ a: 'x'.repeat(50) }));
  expect(misfit({ anyOf: Array.from({ length: 200 }, () => ({ uniqueItems: true })) }, wide)).toContain(
    'takes too long',
  );
});

const many = (count: number, schema: JsonObject): JsonObject => ({
  allOf: Array.from({ length: count }, () => schema),
});
const names = (count: number): string[] => Array.from({ length: count }, (_, index) => `n${index}`);
const of = (all: readonly string[], value: JsonValue): JsonObject =>
  Object.fromEntries(all.map((name) => [name, value]));

test.each<[string, JsonObject, JsonValue]>([
  ['short texts', many(400, { uniqueItems: true }), Array.from({ length: 100_000 }, (_, index) => index)],
  ['items', many(2_000, { items: true }), Array.from({ length: 50_000 }, () => 1)],
  ['what is contained', many(400, { contains: true }), Array.from({ length: 50_000 }, () => 1)],
  ['names', many(400, { propertyNames: true }), of(names(20_000), 1)],
  ['counts of names', many(400, { minProperties: 1 }), of(names(20_000), 1)],
  [
    'properties',
    { items: { properties: of(names(4_000), true) } },
    Array.from({ length: 20_000 }, () => ({})),
  ],
  [
    'dependent names',
    { items: { dependentRequired: of(names(4_000), []) } },
    Array.from({ length: 20_000 }, () => ({})),
  ],
])('%s count as work, however little each is', (_what, schema, value) => {
  expect(misfit(schema, value)).toContain('takes too long');
});

function lists(depth: number): JsonValue {
  let value: JsonValue = [];
  for (let index = 0; index < depth; index++) value = [value];
  return value;
}

function nested(depth: number): JsonObject {
  let schema: JsonObject = {};
  for (let index = 0; index < depth; index++) schema = { not: schema };
  return schema;
}
