import { isSignalboxError, type JsonObject } from '@signalbox/sdk';
import { expect, test } from 'vitest';
import { parseArguments } from '../../src/calling/parse-arguments.ts';

const schema: JsonObject = {
  type: 'object',
  properties: {
    city: { type: 'string' },
    days: { type: 'integer' },
    ratio: { type: 'number' },
    metric: { type: 'boolean' },
    labels: { type: 'array', items: { type: 'string' } },
    sizes: { type: 'array', items: { type: 'integer' } },
    where: { $ref: '#/$defs/Place' },
    limit: { anyOf: [{ type: 'integer' }, { type: 'null' }] },
    mode: { enum: ['fast', 3, true] },
    either: { type: ['number', 'string'] },
    'dotted.name': { type: 'integer' },
    map: { type: 'object', additionalProperties: { type: 'number' } },
  },
  $defs: { Place: { type: 'object', properties: { lat: { type: 'number' }, name: { type: 'string' } } } },
};

test.each<[string, string[], JsonObject]>([
  ['text stays text even when it looks like a number', ['city=42'], { city: '42' }],
  ['a value may hold "=" and be empty', ['city=a=b', 'labels='], { city: 'a=b', labels: [''] }],
  [
    'numbers and booleans follow the schema',
    ['days=3', 'ratio=-1.5e2', 'metric=true'],
    { days: 3, ratio: -150, metric: true },
  ],
  ['a repeated key fills a list', ['labels=bug', 'labels=urgent'], { labels: ['bug', 'urgent'] }],
  ['list items are typed by the list', ['sizes=1', 'sizes=2'], { sizes: [1, 2] }],
  ['a list may be JSON', ['sizes=[1,2,3]'], { sizes: [1, 2, 3] }],
  [
    'a dotted key goes into an object through a reference',
    ['where.lat=47.01', 'where.name=7'],
    { where: { lat: 47.01, name: '7' } },
  ],
  ['an object may be JSON', ['where={"lat":1}'], { where: { lat: 1 } }],
  ['null is null where the schema allows it', ['limit=null'], { limit: null }],
  ['a number is a number in a union with null', ['limit=5'], { limit: 5 }],
  ['a choice keeps its own type', ['mode=3'], { mode: 3 }],
  ['of several types the number wins', ['either=5'], { either: 5 }],
  ['of several types text is the rest', ['either=five'], { either: 'five' }],
  ['a property with a dot in its name is that property', ['dotted.name=1'], { 'dotted.name': 1 }],
  ['free members are typed by additionalProperties', ['map.a=1'], { map: { a: 1 } }],
  ['an unknown key is text', ['other=5'], { other: '5' }],
  [':= takes any JSON', ['other:=[1,{"a":null}]', 'city:="x"'], { other: [1, { a: null }], city: 'x' }],
])('%s', (_, words, expected) => {
  expect(parseArguments(words, schema)).toEqual(expected);
});

test('without a schema everything is text', () => {
  expect(parseArguments(['n=1', 'a.b=true'], undefined)).toEqual({ n: '1', a: { b: 'true' } });
});

test('words win over the arguments given as JSON', () => {
  const given = { city: 'Balti', where: { lat: 1, name: 'x' } };
  expect(parseArguments(['city=Chisinau', 'where.lat=2'], schema, given)).toEqual({
    city: 'Chisinau',
    where: { lat: 2, name: 'x' },
  });
  expect(given).toEqual({ city: 'Balti', where: { lat: 1, name: 'x' } });
});

test.each([
  ['a word without "="', ['city']],
  ['a word without a key', ['=x']],
  ['a text where a whole number is wanted', ['days=hunter2']],
  ['a fraction where a whole number is wanted', ['days=1.5']],
  ['a text where a boolean is wanted', ['metric=hunter2']],
  ['broken JSON', ['other:={hunter2']],
  ['a key given twice that is no list', ['city=hunter2', 'city=hunter2']],
  ['a path that reaches for the prototype', ['__proto__.x=hunter2']],
  ['an empty part of a path', ['a..b=hunter2']],
])('%s is refused as wrong use, and the message does not repeat the value', (_, words) => {
  const refused = (() => {
    try {
      parseArguments(words, schema);
      return undefined;
    } catch (error) {
      return error;
    }
  })();
  expect(isSignalboxError(refused) && refused.code).toBe('usage');
  expect(String(refused)).not.toContain('hunter2');
});
