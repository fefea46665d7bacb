import type { JsonObject, JsonValue } from '@signalbox/sdk';
import { Ajv2020 } from 'ajv/dist/2020.js';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { misfit } from './support.ts';

const seed = Number(process.env['SIGNALBOX_SEED'] ?? 20_261_130);
const runs = process.env['SIGNALBOX_LONG'] === '1' ? 50_000 : 1_000;
const names = ['a', 'b', 'c', 'd', 'a/b'];

const name = fc.constantFrom(...names);
const { value } = fc.letrec<{ value: JsonValue }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    fc.constantFrom<JsonValue>(null, true, false, 0, 1, 2, -1, 1.5, '', 'a', 'ab', '💩', '2026-11-30'),
    fc.array(tie('value'), { maxLength: 3 }),
    members(tie('value')),
  ),
}));

const leaves = {
  type: fc.oneof(typeName(), fc.uniqueArray(typeName(), { minLength: 1, maxLength: 3 })),
  enum: fc.uniqueArray(value, { minLength: 1, maxLength: 3, selector: (each) => JSON.stringify(each) }),
  const: value,
  minimum: fc.nat(3),
  maximum: fc.nat(3),
  exclusiveMinimum: fc.nat(3),
  exclusiveMaximum: fc.nat(3),
  multipleOf: fc.constantFrom(1, 2, 0.5),
  minLength: fc.nat(3),
  maxLength: fc.nat(3),
  minItems: fc.nat(3),
  maxItems: fc.nat(3),
  uniqueItems: fc.boolean(),
  minContains: fc.nat(3),
  maxContains: fc.nat(3),
  required: fc.uniqueArray(name, { maxLength: 2 }),
  minProperties: fc.nat(3),
  maxProperties: fc.nat(3),
  dependentRequired: members(fc.uniqueArray(name, { maxLength: 2 })),
  default: value,
  title: fc.constant('x'),
} satisfies Record<string, fc.Arbitrary<JsonValue>>;

/** Schemas of every keyword; of some that refer, too. */
function schemas(more: Readonly<Record<string, fc.Arbitrary<JsonValue>>>): fc.Arbitrary<JsonObject> {
  const { whole } = fc.letrec<{ whole: JsonObject }>((tie) => {
    const schema = tie('whole');
    const orNot = fc.oneof(schema, fc.boolean());
    const some = fc.array(schema, { minLength: 1, maxLength: 3 });
    const nodes: Record<string, fc.Arbitrary<JsonValue>> = {
      prefixItems: some,
      items: orNot,
      contains: schema,
      properties: members(schema),
      additionalProperties: orNot,
      propertyNames: schema,
      dependentSchemas: members(schema),
      allOf: some,
      anyOf: some,
      oneOf: some,
      not: schema,
      ...Object.fromEntries(['if', 'then', 'else'].map((keyword) => [keyword, schema])),
    };
    const flat = keywords({ ...leaves, ...more });
    return {
      whole: fc.oneof({ maxDepth: 3 }, flat, keywords({ ...leaves, ...more, ...nodes }), keywords(nodes)),
    };
  });
  return whole;
}

function keywords(all: Readonly<Record<string, fc.Arbitrary<JsonValue>>>): fc.Arbitrary<JsonObject> {
  const each = Object.entries(all).map(([keyword, given]) => fc.tuple(fc.constant(keyword), given));
  return fc
    .array(fc.oneof(...each), { maxLength: 4 })
    .map(objectOf)
    .filter(isKnownToAjv);
}

/** Ajv 8.20 takes an empty list for one that contains something where the schema is empty, or `prefixItems` stands beside. */
function isKnownToAjv({ contains, prefixItems }: JsonObject): boolean {
  return (
    contains === undefined || (prefixItems === undefined && JSON.stringify(contains).includes('"type":'))
  );
}

function members(of: fc.Arbitrary<JsonValue>): fc.Arbitrary<JsonObject> {
  return fc.array(fc.tuple(name, of), { maxLength: 3 }).map(objectOf);
}

function typeName(): fc.Arbitrary<string> {
  return fc.constantFrom('null', 'boolean', 'integer', 'number', 'string', 'array', 'object');
}

/** Also with a member called "__proto__", as JSON.parse makes it. */
function objectOf(all: readonly (readonly [string, JsonValue])[]): JsonObject {
  return Object.fromEntries(all);
}

const plain = schemas({});
const referring = schemas({ $ref: fc.constantFrom('#/$defs/one', '#/$defs/a~1b') });

test(`random schemas say of random values what ajv says, from seed ${seed}`, () => {
  const ajv = new Ajv2020({ strict: false, validateFormats: false, ownProperties: true, logger: false });
  let fitting = 0;
  let checked = 0;
  fc.assert(
    fc.property(
      referring,
      plain,
      plain,
      fc.array(value, { minLength: 1, maxLength: 6 }),
      (main, one, two, values) => {
        const whole = { ...main, $defs: { one, 'a/b': two } };
        const fits = ajv.compile(whole);
        for (const each of values) {
          const said = misfit(whole, each);
          checked++;
          if (said === undefined) fitting++;
          expect(said === undefined, `${JSON.stringify(whole)}\n${JSON.stringify(each)}\n${said}`).toBe(
            fits(each),
          );
        }
      },
    ),
    { seed, numRuns: runs },
  );
  // Neither says always the same.
  expect(fitting / checked).toBeGreaterThan(0.1);
  expect(fitting / checked).toBeLessThan(0.9);
});
