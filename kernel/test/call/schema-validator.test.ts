import type { JsonObject } from '@signalbox/sdk';
import { expectCode } from '@signalbox/sdk/expect-code';
import { describe, expect, test } from 'vitest';
import { SchemaValidator } from '../../src/call/schema-validator.ts';

const check = (schema: JsonObject, value: unknown) => new SchemaValidator().check(schema, value as never);

describe('a value held against a JSON Schema', () => {
  test.each([
    [{ type: 'string' }, 'x', []],
    [{ type: 'string' }, 1, [{ path: '/', message: 'must be string' }]],
    [{ type: 'object', required: ['a'] }, {}, [{ path: '/', message: "must have required property 'a'" }]],
    [
      { type: 'object', properties: { a: { type: 'array', items: { type: 'integer' } } } },
      { a: [1, 'x'] },
      [{ path: '/a/1', message: 'must be integer' }],
    ],
    [
      { type: 'object', properties: {}, additionalProperties: false },
      { extra: 1 },
      [{ path: '/', message: 'must NOT have additional properties "extra"' }],
    ],
    [
      { enum: ['a', 'b'] },
      'c',
      [{ path: '/', message: 'must be equal to one of the allowed values (a, b)' }],
    ],
    [{ type: 'string', format: 'email' }, 'x', [{ path: '/', message: 'must match format "email"' }]],
    [{ type: 'string', format: 'unheard-of' }, 'x', []],
    [{ 'x-own': true, description: 5 }, 'x', []],
    [
      { prefixItems: [{ type: 'string' }], items: false },
      ['a', 'b'],
      [{ path: '/', message: 'must NOT have more than 1 items' }],
    ],
    [{ $ref: '#/$defs/a', $defs: { a: { type: 'string' } } }, 1, [{ path: '/', message: 'must be string' }]],
    [
      {
        $schema: 'http://json-schema.org/draft-07/schema#',
        items: [{ type: 'string' }],
        additionalItems: false,
      },
      ['a', 'b'],
      [{ path: '/', message: 'must NOT have more than 1 items' }],
    ],
    [{ $schema: 'https://json-schema.org/draft/2020-12/schema', type: 'string' }, 'x', []],
  ])('%j and %j', (schema, value, mismatches) => {
    expect(check(schema as JsonObject, value)).toEqual(mismatches);
  });

  test('keeps apart schemas that give themselves the same id', () => {
    const validator = new SchemaValidator();
    const schema = (type: string): JsonObject => ({
      $id: 'https://example.com/same',
      properties: { a: { $id: 'https://example.com/inner', type } },
    });
    expect(validator.check(schema('string'), { a: 'x' })).toEqual([]);
    expect(validator.check(schema('number'), { a: 1 })).toEqual([]);
    expect(validator.check(schema('string'), { a: 1 })).toHaveLength(1);
  });

  test('compiles a schema once and finds it again', () => {
    const validator = new SchemaValidator();
    let reads = 0;
    const schema = new Proxy({ type: 'string' }, { ownKeys: (target) => (reads++, Reflect.ownKeys(target)) });
    for (let index = 0; index < 5; index++) validator.check(schema, 'x');
    expect(reads).toBe(1);
  });
});

describe('a schema that cannot be used', () => {
  test.each([
    [
      'refers to the network',
      { $ref: 'https://example.com/schema.json' },
      "can't resolve reference https://example.com/schema.json",
    ],
    [
      'refers to a file',
      { properties: { a: { $ref: 'file:///etc/passwd' } } },
      "can't resolve reference file:///etc/passwd",
    ],
    ['refers to nothing', { $ref: '#/$defs/absent' }, "can't resolve reference #/$defs/absent"],
    [
      'is of an unknown dialect',
      { $schema: 'https://example.com/own-dialect' },
      'its dialect "https://example.com/own-dialect" is not known',
    ],
    ['names no dialect', { $schema: 5 }, 'its dialect 5 is not known'],
    ['has a type that is none', { type: 'strnig' }, 'type must be JSONType'],
    ['has a pattern that is none', { pattern: '(' }, 'Invalid regular expression'],
    ['is huge', { description: 'x'.repeat(262_144) }, 'more than 262144'],
  ])('because it %s is the fault of its upstream', (_what, schema, reason) => {
    const error = expectCode('upstream_invalid_answer', () => check(schema, {}));
    expect(error.message).toContain(reason);
    expect(error.message).toMatch(/^the tool's schema cannot be used: .*; its upstream must mend it$/);
  });

  test('does not take what every object inherits for a member', () => {
    const schema = { type: 'object', required: ['constructor'] };
    expect(new SchemaValidator().check(schema, {})).toHaveLength(1);
    expect(new SchemaValidator().check({ properties: { toString: { type: 'string' } } }, {})).toEqual([]);
  });

  test('is looked at once: a second call costs nothing', () => {
    const validator = new SchemaValidator();
    let reads = 0;
    const schema = new Proxy({ type: 'strnig' }, { ownKeys: (target) => (reads++, Reflect.ownKeys(target)) });
    expectCode('upstream_invalid_answer', () => validator.check(schema, 'x'));
    expectCode('upstream_invalid_answer', () => validator.check(schema, 'x'));
    expect(reads).toBe(1);
  });
});

test('two patterns are two, in one schema and in one validator', () => {
  const validator = new SchemaValidator();
  const schema = { properties: { a: { pattern: '^a+$' }, b: { pattern: '^b+$' } } };
  expect(validator.check(schema, { a: 'aa', b: 'bb' })).toEqual([]);
  expect(validator.check(schema, { a: 'bb' })).toEqual([
    { path: '/a', message: 'must match pattern "^a+$"' },
  ]);
  expect(validator.check({ type: 'string', pattern: '^c+$' }, 'cc')).toEqual([]);
});
