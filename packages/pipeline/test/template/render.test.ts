import type { JsonValue } from '@signalbox/sdk';
import { describe, expect, test } from 'vitest';
import { compileTemplate, type Scope } from '../../src/index.ts';
import { failureOf, time } from '../support.ts';

const scope: Scope = {
  params: { city: 'Chisinau', count: 3, ratio: 0.5, isOn: true, nothing: null, empty: '', zero: 0 },
  steps: {
    weather: { temperature: 26, alerts: [{ level: 'high', text: 'heat' }, { level: 'low' }], at: null },
    inbox: [],
    gone: null,
  },
  event: { payload: { text: 'hello ${params.city} $${x}' } },
  item: { 'odd name': 1, 'a}b': 2 },
  index: 4,
};
const render = (value: JsonValue): JsonValue => compileTemplate(value).render(scope, time);

describe('a text that is one expression keeps the type of what it finds', () => {
  test.each<[string, JsonValue]>([
    ['${params.city}', 'Chisinau'],
    ['${params.count}', 3],
    ['${ params.ratio }', 0.5],
    ['${params.isOn}', true],
    ['${params.nothing}', null],
    ['${params.empty}', ''],
    ['${steps.inbox}', []],
    ["${steps.weather.alerts[?level == 'high'].text | [0]}", 'heat'],
    ['${steps.weather.{t: temperature, n: length(alerts)}}', { t: 26, n: 2 }],
    ['${{a: params.count, b: {c: params.isOn}}}', { a: 3, b: { c: true } }],
    ['${steps.weather.temperature > 25}', true],
    ['${params.missing || `7`}', 7],
    ["${params.missing || params.nothing || 'x'}", 'x'],
    ['${params.zero}', 0],
    ['${index}', 4],
    ['${item."odd name"}', 1],
    ['${item."a}b"}', 2],
    ["${'}'}", '}'],
    ["${'it\\'s } ${x}'}", "it's } ${x}"],
    ['${`{"a": "}"}`.a}', '}'],
    ['${`"\\`}"`}', '`}'],
    ['${@.params.count}', 3],
  ])('%s', (template, found) => {
    expect(render(template)).toEqual(found);
  });
});

describe('an expression among other text becomes text', () => {
  test.each<[string, string]>([
    ['in ${params.city}!', 'in Chisinau!'],
    ['${params.count}${params.ratio}', '30.5'],
    ['${params.city} ', 'Chisinau '],
    ['on: ${params.isOn}', 'on: true'],
    ['all: ${steps.weather.alerts}', 'all: [{"level":"high","text":"heat"},{"level":"low"}]'],
    ['[${params.empty}]', '[]'],
    ["hello ${params.missing || 'you'}", 'hello you'],
    ["hello ${params.nothing || 'you'}", 'hello you'],
    ['got: ${event.payload.text}', 'got: hello ${params.city} $${x}'],
  ])('%s', (template, found) => {
    expect(render(template)).toBe(found);
  });
});

describe('what is no expression stays as it is', () => {
  test.each<[JsonValue, JsonValue]>([
    ['plain', 'plain'],
    ['', ''],
    ['costs $5 or {5} or $ {5}', 'costs $5 or {5} or $ {5}'],
    ['$${params.city}', '${params.city}'],
    ['a $${b} c', 'a ${b} c'],
    ['$$${b}', '$${b}'],
    ['$', '$'],
    ['$$', '$$'],
    ['}', '}'],
    [5, 5],
    [null, null],
    [true, true],
    [[], []],
    [{}, {}],
    [
      [1, ['x'], { a: null }],
      [1, ['x'], { a: null }],
    ],
  ])('%j', (template, found) => {
    const compiled = compileTemplate(template);
    expect(compiled.isConstant).toBe(true);
    expect(compiled.references).toEqual([]);
    expect(compiled.render({}, time)).toEqual(found);
  });
});

test('every string of a value is rendered, and no name of a member', () => {
  expect(
    render({ '${params.city}': ['${params.count}', { text: 'in ${params.city}', n: 1 }], kept: '$${x}' }),
  ).toEqual({ '${params.city}': [3, { text: 'in Chisinau', n: 1 }], kept: '${x}' });
});

test('what is found is never rendered again', () => {
  expect(render('${event.payload.text}')).toBe('hello ${params.city} $${x}');
  expect(render({ a: ['${event.payload}'] })).toEqual({ a: [{ text: 'hello ${params.city} $${x}' }] });
});

test('lists and objects are made anew each time', () => {
  const template = compileTemplate({ list: [1, { a: 'x' }] });
  const first = template.render({}, time);
  expect(template.render({}, time)).toEqual(first);
  expect(template.render({}, time)).not.toBe(first);
});

describe('a path that leads nowhere is an error that names it', () => {
  test.each([
    ['${params.town}', 'params.town is missing: there is no "town" in params'],
    ['${parms.city}', 'parms.city is missing: there is no "parms" here'],
    ['${steps.news.items[0]}', 'steps.news.items is missing: there is no "news" in steps'],
    ['${steps.weather.alerts[7]}', 'it finds nothing in steps.weather.alerts'],
    ['${steps.weather.alerts[7].text}', 'it finds nothing in steps.weather.alerts'],
    ['${steps.gone.text}', 'steps.gone.text is missing: steps.gone is null'],
    ['${params.city.name}', 'params.city.name is missing: there is no "name" in params.city'],
    ['${params.a || params.b}', 'params.a is missing: there is no "a" in params'],
    ['${params.nothing || params.b}', 'params.b is missing: there is no "b" in params'],
    ["${params.x.{a: 'b'}}", 'params.x is missing: there is no "x" in params'],
    ['text ${params.x}', 'params.x is missing: there is no "x" in params'],
  ])('%s', (template, problem) => {
    const failure = failureOf(() => render({ with: [template] }));
    const position = template.indexOf('{') + 2;
    expect(failure).toEqual({
      code: 'template_failed',
      reason: 'missing',
      message: `the template at "/with/0", character ${position}: ${problem}; give a value for this case: \${… || 'value'}`,
    });
  });

  test('null is a value, but no text', () => {
    expect(failureOf(() => render('at ${steps.weather.at}'))).toEqual({
      code: 'template_failed',
      reason: 'null',
      message:
        "the template, character 6: it is null, which is no text; give a value for this case: ${… || 'value'}",
    });
  });

  test('where it may be missing, it is null, or no text', () => {
    const template = compileTemplate(
      { a: '${params.town}', b: 'in ${params.town}!', c: 'at ${steps.weather.at}', d: '${params.city}' },
      { missing: 'empty' },
    );
    expect(template.render(scope, time)).toEqual({ a: null, b: 'in !', c: 'at ', d: 'Chisinau' });
  });
});

test('values of the wrong type are an error with the place, and never in the message', () => {
  expect(failureOf(() => render({ n: 'sum: ${sum([params.city])}' }))).toEqual({
    code: 'template_failed',
    reason: 'invalid-type',
    message:
      'the template at "/n", character 8: sum(): argument 1 has to be an array of numbers, not an array of string',
  });
});

describe('a template that cannot be read is refused with place and position', () => {
  test.each<[JsonValue, string]>([
    ['${params.city', 'the template, character 1: the ${ here is never closed; write $${ to mean it'],
    [
      { a: { 'b/~': ['ok', 'x ${'] } },
      'the template at "/a/b~1~0/1", character 3: the ${ here is never closed; write $${ to mean it',
    ],
    ["ok ${a == '}", 'the template, character 4: the ${ here is never closed; write $${ to mean it'],
    ['${}', 'the template, character 3: the end was not expected here'],
    ['x ${params..city} y', 'the template, character 12: "." was not expected here'],
    [['${a}', '${nope(a)}'], 'the template at "/1", character 3: there is no function "nope"'],
    [
      '${now+1}',
      'the template, character 6: after now come steps such as +1d or -30m (s m h d w mo y), then .date, .time, .unix or .iso, then @ and a zone',
    ],
    [
      '${@}',
      'the template, character 3: this would read everything there is; begin with a name such as params, steps or event',
    ],
  ])('%j', (template, message) => {
    expect(failureOf(() => compileTemplate(template))).toMatchObject({ code: 'invalid_params', message });
  });

  test('and one that is nested more than 64 deep', () => {
    let value: JsonValue = 'x';
    for (let depth = 0; depth < 64; depth++) value = [value];
    expect(failureOf(() => compileTemplate(value)).message).toBe('the template is nested more than 64 deep');
  });
});
