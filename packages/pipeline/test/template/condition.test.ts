import { describe, expect, test } from 'vitest';
import { compileCondition, type Scope } from '../../src/index.ts';
import { failureOf, time } from '../support.ts';

const scope: Scope = {
  params: { isDry: false, name: 'x', nothing: null, zero: 0, empty: [] },
  steps: { weather: { temperature: 26 } },
};

describe('a condition is true as JMESPath has it', () => {
  test.each([
    ['steps.weather.temperature > 25', true],
    ['${steps.weather.temperature > 25}', true],
    ['  ${ steps.weather.temperature < 25 }  ', false],
    ['params.isDry', false],
    ['!params.isDry', true],
    ['params.name', true],
    ['params.zero', true],
    ['params.empty', false],
    ['params.nothing', false],
    ['params.gone', false],
    ['!params.gone.deeper', true],
    ['params.gone > 5', false],
    ["params.name == 'x' && steps.weather", true],
    ["params.name == '${'", false],
    ['`{}`', false],
    ['scheduled_at.date', true],
  ])('%s', (text, isTrue) => {
    expect(compileCondition(text).test(scope, time)).toBe(isTrue);
  });
});

test.each([
  ['', 'the condition, character 1: the end was not expected here'],
  ['${params.a', 'the condition, character 1: the ${ here is never closed'],
  [
    ' ${params.a} && ${params.b}',
    'the condition, character 2: a condition is one expression; put all of it into one ${ }, or leave that away',
  ],
  [' ${params.a ==}', 'the condition, character 15: the end was not expected here'],
  ['params.a = 5', 'the condition, character 10: "=" has no meaning here'],
])('%s is refused', (text, message) => {
  expect(failureOf(() => compileCondition(text))).toMatchObject({ code: 'invalid_params', message });
});

test('a condition that cannot be answered is an error, not false', () => {
  const condition = compileCondition('sum(params.name) > 5');
  expect(failureOf(() => condition.test(scope, time))).toMatchObject({
    code: 'template_failed',
    message: 'the condition, character 1: sum(): argument 1 has to be an array, not string',
  });
});
