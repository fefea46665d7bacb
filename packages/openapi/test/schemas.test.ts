import type { JsonObject } from '@signalbox/sdk';
import { expect, test } from 'vitest';
import { toolOf } from './support/api-of.ts';

/** How a body schema of 3.0 comes out among the arguments. */
function bodyOf(schema: JsonObject, schemas: JsonObject = {}): unknown {
  const requestBody = { required: true, content: { 'application/json': { schema } } };
  const { definition } = toolOf({ requestBody }, { method: 'post', rest: { components: { schemas } } });
  const { properties, $defs } = definition['inputSchema'] as JsonObject;
  return $defs === undefined
    ? (properties as JsonObject)['body']
    : { ...((properties as JsonObject)['body'] as JsonObject), $defs };
}

test.each<[string, JsonObject, JsonObject]>([
  ['nullable', { type: 'string', nullable: true }, { type: ['string', 'null'] }],
  [
    'nullable enum',
    { type: 'string', enum: ['a'], nullable: true },
    { type: ['string', 'null'], enum: ['a', null] },
  ],
  [
    'nullable allOf',
    { allOf: [{ type: 'string' }], nullable: true },
    { anyOf: [{ allOf: [{ type: 'string' }] }, { type: 'null' }] },
  ],
  [
    'exclusive minimum',
    { type: 'number', minimum: 1, exclusiveMinimum: true },
    { type: 'number', exclusiveMinimum: 1 },
  ],
  ['inclusive maximum', { maximum: 1, exclusiveMaximum: false }, { maximum: 1 }],
  ['example', { type: 'string', example: 'x' }, { type: 'string', examples: ['x'] }],
  ['vendor and xml members', { type: 'string', 'x-a': 1, xml: {} }, { type: 'string' }],
  [
    'discriminator',
    { oneOf: [{ type: 'object' }], discriminator: { propertyName: 'a' } },
    { oneOf: [{ type: 'object' }], discriminator: { propertyName: 'a' } },
  ],
  [
    'what is no schema',
    { type: 'file', required: true, enum: [], pattern: '(?<', minLength: '3', items: [] },
    {},
  ],
  [
    'read-only members',
    { type: 'object', properties: { id: { readOnly: true }, a: {} }, required: ['id', 'a'] },
    { type: 'object', properties: { a: {} }, required: ['a'] },
  ],
])('%s', (_name, schema, wanted) => {
  expect(bodyOf(schema)).toEqual(wanted);
});

test('a circle of references stays one of definitions', () => {
  const Node = { type: 'object', properties: { next: { $ref: '#/components/schemas/Node' } } };
  expect(bodyOf({ $ref: '#/components/schemas/Node' }, { Node })).toEqual({
    $ref: '#/$defs/Node',
    $defs: { Node: { type: 'object', properties: { next: { $ref: '#/$defs/Node' } } } },
  });
});

test('parameters of one name are told apart by their place', () => {
  const parameters = ['path', 'query', 'header'].map((place) => ({
    name: 'id',
    in: place,
    required: place === 'path',
    schema: { type: 'string' },
  }));
  const tool = toolOf(
    { parameters: [...parameters, { name: 'body', in: 'query', schema: {} }] },
    { path: '/{id}' },
  );
  expect(tool.parameters.map(({ argument }) => argument)).toEqual([
    'id',
    'query_id',
    'query_body',
    'header_id',
  ]);
});

test.each([
  ['get', { readOnlyHint: true, openWorldHint: true }],
  ['post', { readOnlyHint: false, idempotentHint: false, openWorldHint: true }],
  ['put', { readOnlyHint: false, idempotentHint: true, openWorldHint: true }],
  ['delete', { readOnlyHint: false, destructiveHint: true, idempotentHint: true, openWorldHint: true }],
])('%s is annotated', (method, annotations) => {
  expect(toolOf({}, { method }).definition['annotations']).toEqual(annotations);
});

const json = (schema: JsonObject): JsonObject => ({
  description: '',
  content: { 'application/json': { schema } },
});

test.each<[string, JsonObject, unknown]>([
  [
    'an object as it is',
    { '200': json({ type: 'object', properties: { a: {}, secret: { writeOnly: true } } }) },
    { type: 'object', properties: { a: {} } },
  ],
  [
    'a list wrapped',
    { '200': json({ type: 'array' }) },
    { type: 'object', properties: { result: { type: 'array' } }, required: ['result'] },
  ],
  [
    'nothing where one answer has no body',
    { '200': json({ type: 'object' }), '204': { description: '' } },
    undefined,
  ],
  [
    'nothing where answers differ',
    { '200': json({ type: 'object' }), '201': json({ type: 'array' }) },
    undefined,
  ],
  [
    'nothing where the shape is open',
    { '200': json({ oneOf: [{ type: 'array' }, { type: 'object' }] }) },
    undefined,
  ],
])('an output schema gives %s', (_name, responses, wanted) => {
  expect(toolOf({ responses }).definition['outputSchema']).toEqual(wanted);
});
