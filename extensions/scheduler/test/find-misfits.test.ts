import { expect, test } from 'vitest';
import { findMisfits } from '../src/tools/find-misfits.ts';

const person = {
  type: 'object',
  properties: { name: { type: 'string' }, age: { type: 'integer', minimum: 0 } },
  required: ['name'],
  additionalProperties: false,
};

const schema = {
  type: 'object',
  properties: {
    to: { type: 'array', items: { $ref: '#/$defs/person' } },
    how: { enum: ['soon', 'later'] },
    at: { anyOf: [{ type: 'string' }, { type: 'number' }] },
    either: { type: ['string', 'null'] },
    both: { allOf: [{ type: 'object' }, { required: ['x'] }] },
    tree: { $ref: '#/$defs/tree' },
  },
  $defs: {
    person,
    tree: {
      type: 'object',
      properties: { under: { $ref: '#/$defs/tree' } },
      additionalProperties: { type: 'number' },
    },
  },
};

test.each([
  [
    'a member far inside',
    { to: [{ name: 'Ana' }, { name: 7 }] },
    ['to.1.name is to be of type string, not number'],
  ],
  [
    'what is missing and what is not known',
    { to: [{ nam: 'Ana' }] },
    ['to.0.name is missing', 'to.0.nam is not known'],
  ],
  ['a bound', { to: [{ name: 'Ana', age: -1 }] }, ['to.0.age is to be at least 0']],
  [
    'a part of a number',
    { to: [{ name: 'Ana', age: 1.5 }] },
    ['to.0.age is to be of type integer, not number'],
  ],
  ['a choice', { how: 'never' }, ['how is to be one of "soon", "later"']],
  ['an alternative', { at: true }, ['at fits none of the forms it may have']],
  ['several types', { either: 1 }, ['either is to be of type string or null, not number']],
  ['parts that go together', { both: {} }, ['both.x is missing']],
  [
    'a schema in itself',
    { tree: { under: { under: { n: 'x' } } } },
    ['tree.under.under.n is to be of type number, not string'],
  ],
])('%s that does not fit is named with its path', (_what, value, problems) => {
  expect(findMisfits(schema, value).map(({ path, message }) => `${path.join('.')} ${message}`)).toEqual(
    problems,
  );
});

test('what a template becomes may be anything', () => {
  const value = {
    to: ['${item}', { name: '${a} b' }],
    how: '${x}',
    at: ['${x}'].at(0) ?? '',
    tree: { '${name}': 'x' },
  };
  expect(findMisfits(schema, value)).toEqual([]);
});

test('a schema that goes round in a circle, or is elsewhere, says nothing', () => {
  expect(findMisfits({ $ref: '#' }, { a: 1 })).toEqual([]);
  expect(findMisfits({ $ref: 'https://example.com/schema' }, { a: 1 })).toEqual([]);
});
