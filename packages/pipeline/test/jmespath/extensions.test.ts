import type { JsonValue } from '@signalbox/sdk';
import { describe, expect, test } from 'vitest';
import { failureOf, search } from '../support.ts';

const data: JsonValue = {
  temperature: 26.5,
  count: 0,
  items: [{ kind: 'a', size: 1 }, { kind: 'b', size: 30 }, { kind: 'a', size: -4 }, { size: 5 }],
  names: { ada: 1 },
  key: 'ada',
  json: '{"a": [1, {"b": null}]}',
};

describe('numbers without quotes', () => {
  test.each<[string, JsonValue]>([
    ['temperature > 25', true],
    ['temperature <= 26.5', true],
    ['25 < temperature', true],
    ['temperature > -1.5e2', true],
    ['count == 0', true],
    ['count != 0 || temperature > 20', true],
    ['items[?size > 1].size', [30, 5]],
    ['items[?size == -4] | [0].kind', 'a'],
    ['!(count > 3)', true],
    ["date_add('2026-01-31', 1, 'mo')", '2026-02-28'],
    ['items[1].size', 30],
    ['5 == 5', true],
  ])('%s', (expression, found) => {
    expect(search(expression, data)).toEqual(found);
  });

  test.each(['5', 'temperature || 5', 'items[*].5', '{a: 5}', '[a, 5]', '5 && 3', '(5)', '5.a'])(
    '%s has one where there is nothing to compare',
    (expression) => {
      expect(failureOf(() => search(expression, data))).toMatchObject({
        code: 'invalid_params',
        reason: 'syntax',
      });
    },
  );
});

describe('negation', () => {
  test.each<[string, JsonValue]>([
    ['!names.ada', false],
    ['!names.bob', true],
    ['!items[0].kind', false],
    ['!count == `false`', true],
    ['!names.bob && names.ada', 1],
  ])('%s takes the whole path after it', (expression, found) => {
    expect(search(expression, data)).toEqual(found);
  });
});

describe('functions of ours', () => {
  test.each<[string, JsonValue]>([
    ["date_add('2026-11-29T23:30:00Z', 90, 'm')", '2026-11-30T01:00:00.000Z'],
    ["date_add('2026-11-29T23:30:00.125+02:00', -1, 's')", '2026-11-29T21:29:59.125Z'],
    ["date_add('2024-02-29', 1, 'y')", '2025-02-28'],
    ["date_add('2024-01-31', -2, 'mo')", '2023-11-30'],
    ["date_add('2024-02-28', 1, 'd')", '2024-02-29'],
    ["date_add('2024-02-28', 2, 'w')", '2024-03-13'],
    ["date_add('2024-02-28', 36, 'h')", '2024-02-29T12:00:00.000Z'],
    ["format('{0} of {1}: {0}', `1`, 'x')", '1 of x: 1'],
    ["format('{ada} {{and}} more', names)", '1 {and} more'],
    ["format('{0}', names)", '{"ada":1}'],
    ["split('a,b,,c', ',')", ['a', 'b', '', 'c']],
    ["split('a😀b', '')", ['a', '😀', 'b']],
    ["replace('a.b.c', '.', '$&')", 'a$&b$&c'],
    ['lookup(names, key)', 1],
    ["lookup(names, 'bob')", null],
    ["lookup(names, 'bob', `7`)", 7],
    ['lookup(items, -1).size', 5],
    ['lookup(items, 9)', null],
    ['group_by(items, &kind).a[].size', [1, -4]],
    ['keys(group_by(items, &kind))', ['a', 'b']],
    ['from_json(json).a[1]', { b: null }],
    ["to_json('a\"b')", '"a\\"b"'],
    ['to_json(names)', '{"ada":1}'],
    ["sort(['😀', 'ￌ', 'a'])", ['a', 'ￌ', '😀']],
    ["length('a😀')", 2],
    ["reverse('a😀')", '😀a'],
  ])('%s', (expression, found) => {
    expect(search(expression, data)).toEqual(found);
  });

  test.each([
    [
      "date_add('tomorrow', 1, 'd')",
      'date_add(): argument 1 has to be a date, or a time with Z or an offset',
    ],
    [
      "date_add('2026-02-30', 1, 'd')",
      'date_add(): argument 1 has to be a date, or a time with Z or an offset',
    ],
    [
      "date_add('2026-02-03T10:00:00', 1, 'd')",
      'date_add(): argument 1 has to be a date, or a time with Z or an offset',
    ],
    ["date_add('2026-02-03', 1.5, 'd')", 'date_add(): argument 2 has to be a whole number'],
    [
      "date_add('2026-02-03', 1, 'toString')",
      'date_add(): argument 3 has to be one of s, m, h, d, w, mo and y',
    ],
    ["date_add('2026-02-03', 99999, 'y')", 'date_add(): the time is not in the years 0 to 9999'],
    ["format('{0} {1}', 'a')", 'format(): there is no value, or null, for one of the places of its text'],
    [
      "format('{constructor}', names)",
      'format(): there is no value, or null, for one of the places of its text',
    ],
    ["format('a } b')", 'format(): the } of its text is alone; write it twice to mean it'],
    ["replace('abc', '', 'x')", 'replace(): an empty text is everywhere, and cannot be replaced'],
    ["from_json('{a}')", 'from_json(): its text is no JSON'],
  ])('%s cannot be done', (expression, message) => {
    expect(failureOf(() => search(expression, data))).toEqual({
      code: 'template_failed',
      reason: 'invalid-value',
      message,
    });
  });

  test('a value of the wrong type is told by its type, never by what it is', () => {
    expect(failureOf(() => search('sum(@)', ['secret', 1]))).toEqual({
      code: 'template_failed',
      reason: 'invalid-type',
      message: 'sum(): argument 1 has to be an array of numbers, not an array of number and string',
    });
    expect(failureOf(() => search('group_by(@, &a)', [{ a: ['secret'] }])).message).toBe(
      'group_by(): a group has a string, number or boolean, no list or object',
    );
  });
});

describe('mistakes', () => {
  test.each([
    ['steps.weather.', 'expression, character 15: the end was not expected here'],
    ['steps..weather', 'expression, character 7: "." was not expected here'],
    ['a = b', 'expression, character 3: "=" has no meaning here'],
    ["a == 'x", "expression, character 6: the ' here is never closed"],
    ['a == `x`', 'expression, character 6: what is quoted here is no JSON; a text has single quotes'],
    ['a[1.5]', 'expression, character 3: an index is a whole number'],
    ['a[::0]', 'expression, character 2: the step of a slice cannot be 0'],
    ['lenght(a)', 'expression, character 1: there is no function "lenght"'],
    ['length(a, b)', 'expression, character 1: length() takes 1 arguments, not 2'],
    ['lookup(a)', 'expression, character 1: lookup() takes 2 to 3 arguments, not 1'],
    ['merge()', 'expression, character 1: merge() takes 1 or more arguments, not 0'],
    ['sort_by(a, b)', 'expression, character 1: sort_by(): argument 2 has to be an &expression'],
    ['length(&a)', 'expression, character 1: length(): argument 1 cannot be an &expression'],
    ['&a', 'expression, character 1: "&" was not expected here'],
    ['', 'expression, character 1: the end was not expected here'],
    ['a 😀', 'expression, character 3: "😀" has no meaning here'],
  ])('%s is refused where it is wrong', (expression, message) => {
    expect(failureOf(() => search(expression))).toMatchObject({ code: 'invalid_params', message });
  });
});
