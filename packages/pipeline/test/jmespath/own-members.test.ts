import type { JsonValue } from '@signalbox/sdk';
import { expect, test } from 'vitest';
import { compileTemplate } from '../../src/index.ts';
import { failureOf, search, time } from '../support.ts';

const inherited = [
  '__proto__',
  'constructor',
  'toString',
  'valueOf',
  'hasOwnProperty',
  '__defineGetter__',
  'isPrototypeOf',
  'length',
  'prototype',
  'map',
  'at',
  'toJSON',
  'rawJSON',
] as const;
const data: JsonValue = { object: {}, text: 'abc', list: [1, 2], number: 5, flag: true };

test.each(inherited)('nothing that is called %s is found in anything, unless the data has it', (name) => {
  for (const path of [
    name,
    `object.${name}`,
    `text.${name}`,
    `list.${name}`,
    `number.${name}`,
    `flag.${name}`,
  ]) {
    expect(search(path, data), path).toBe(null);
    expect(search(`"${path}"`, data), path).toBe(null);
  }
  for (const holder of ['object', 'text', 'list', '@']) {
    expect(search(`lookup(${holder}, '${name}', 'none')`, data)).toBe('none');
  }
  expect(search(`${name}.constructor`, data)).toBe(null);
  const own: JsonValue = JSON.parse(`{"${name}": "data"}`);
  expect(search(name, own)).toBe('data');
  expect(failureOf(() => compileTemplate(`\${${name}}`).render({}, time)).reason).toBe('missing');
});

test('a function of the language is none of those every object has', () => {
  for (const name of ['constructor', 'toString', '__proto__', 'hasOwnProperty']) {
    expect(failureOf(() => search(`${name}(@)`))).toMatchObject({
      code: 'invalid_params',
      reason: 'unknown-function',
    });
  }
});

test('members called like parts of a prototype are made as data and change nothing else', () => {
  const made = [
    search('{"__proto__": @, constructor: @}', { isAdmin: true }),
    search(`merge(@, from_json('{"__proto__": {"isAdmin": true}}'))`, {}),
    search('group_by(@, &kind)', [{ kind: '__proto__', isAdmin: true }]),
    compileTemplate(JSON.parse('{"__proto__": "${params.x}", "y": 1}')).render(
      { params: { x: { isAdmin: true } } },
      time,
    ),
  ];
  for (const value of made) {
    expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
    expect(Object.keys(value ?? {})).toContain('__proto__');
    expect(search('isAdmin', value)).toBe(null);
  }
  expect(Reflect.get({}, 'isAdmin')).toBe(undefined);
});

test('what a literal gives cannot be changed for those who ask next', () => {
  const first = search('`{"list": [1]}`.list');
  expect(() => Array.isArray(first) && first.push(2)).toThrow(TypeError);
  expect(search('`{"list": [1]}`.list')).toEqual([1]);
});

test('a number that is kept as its own text is a number', () => {
  const raw: JsonValue = JSON.parse(
    '{"id": 12345678901234567890}',
    (_key, value: JsonValue, context?: { source?: string }) =>
      typeof value === 'number'
        ? Reflect.apply(Reflect.get(JSON, 'rawJSON'), JSON, [context?.source ?? '0'])
        : value,
  );
  expect(search('id > 5', raw)).toBe(true);
  expect(search('type(id)', raw)).toBe('number');
  expect(search('to_string(@)', raw)).toBe('{"id":12345678901234567890}');
  expect(compileTemplate('no. ${params.id}').render({ params: raw }, time)).toBe('no. 12345678901234567890');
});
