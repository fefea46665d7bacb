import type { JsonValue } from '@signalbox/sdk';
import { expect, test } from 'vitest';
import { Budget, compileExpression, compileTemplate } from '../../src/index.ts';
import { compileNode } from '../../src/jmespath/compile-node.ts';
import { parseExpression } from '../../src/jmespath/parse-expression.ts';
import { failureOf, search, time } from '../support.ts';

/** A value inside so many others. */
function nest(depth: number, wrap: (inner: JsonValue) => JsonValue): JsonValue {
  let value: JsonValue = 'end';
  for (let level = 0; level < depth; level++) value = wrap(value);
  return value;
}

test('an expression has at most 4,096 characters', () => {
  expect(search(`'${'x'.repeat(4_094)}'`)).toHaveLength(4_094);
  expect(failureOf(() => search(`'${'x'.repeat(4_095)}'`))).toEqual({
    code: 'invalid_params',
    reason: 'limit',
    message: 'expression, character 4097: it is longer than 4096 characters',
  });
});

test.each([
  ['brackets', `${'('.repeat(70)}a${')'.repeat(70)}`],
  ['lists', `${'['.repeat(70)}a${']'.repeat(70)}`],
  ['objects', `${'{a: '.repeat(70)}a${'}'.repeat(70)}`],
  ['functions', `${'type('.repeat(70)}a${')'.repeat(70)}`],
  ['negations', `${'!'.repeat(2_000)}a`],
  ['filters', `a${'[?a'.repeat(700)}${']'.repeat(700)}`],
  ['projections', `a${'[*]'.repeat(1_300)}`],
  ['flattening', `a${'[]'.repeat(2_000)}`],
  ['slices', `a${'[:]'.repeat(1_300)}`],
  ['wildcards', `a${'.*'.repeat(2_000)}`],
  ['comparisons', `a${' == a'.repeat(700)}`],
  ['a literal', `\`${'['.repeat(2_000)}${']'.repeat(2_000)}\``],
  ['expressions for each', `map(&${'map(&'.repeat(600)}`],
])('%s nested too deep are refused', (_name, expression) => {
  expect(failureOf(() => compileExpression(expression))).toMatchObject({
    code: 'invalid_params',
    reason: 'limit',
  });
});

test('a path of 20,000 names is read and followed, for it is not nested', () => {
  const data = nest(20_000, (inner) => ({ a: inner }));
  for (const separator of ['.', ' | ']) {
    const node = parseExpression(Array.from({ length: 20_000 }, () => 'a').join(separator));
    expect(compileNode(node)(data, new Budget())).toBe('end');
  }
  const choices = parseExpression(Array.from({ length: 20_000 }, () => 'b').join(' || '));
  expect(compileNode(choices)(data, new Budget())).toBe(undefined);
});

test('deep data is compared, and refused as a result, without a stack that grows', () => {
  const data = { one: nest(20_000, (inner) => [inner]), other: nest(20_000, (inner) => [inner]) };
  expect(search('one == other', data)).toBe(true);
  expect(search('one == `5`', data)).toBe(false);
  for (const expression of ['one', 'to_string(one)', 'to_json(@)']) {
    expect(failureOf(() => search(expression, data))).toMatchObject({
      code: 'template_failed',
      reason: 'budget',
    });
  }
});

const many: JsonValue = {
  list: Array.from({ length: 2_000 }, (_, index) => index),
  text: 'x'.repeat(500_000),
  object: Object.fromEntries(Array.from({ length: 5_000 }, (_, index) => [`m${index}`, index])),
};
/** A text, or list, that is doubled thirty times. */
const doubled = (first: string, twice: string): string => [first, ...Array(30).fill(twice)].join(' | ');
/** A list of 4,096 times the same, which is little work. */
const copied = (value: string): string => [`[${value}]`, ...Array(12).fill('[@, @][]')].join(' | ');

test.each([
  [
    'a list for each item of a list',
    'list[*].[@, @][] | [*].[@,@,@][] | [*].[@,@,@,@,@,@,@][] | [*].[@,@,@,@,@][]',
  ],
  ['a list that doubles', doubled('list', '[@, @][]')],
  ['lists in lists that double', doubled('list', '[@, @]')],
  ['a text that doubles', doubled('text', "join('', [@, @])")],
  ['replacing that doubles', doubled('text', "replace(@, 'x', 'xx')")],
  ['a form that doubles', doubled('text', "format('{0}{0}', @)")],
  ['texts of lists that double', doubled('[list]', '[to_string([@, @])]')],
  ['a large result', '[text, text, text]'],
  ['a text of what is large', 'to_string([text, text, text])'],
  ['keys of many large objects', `${copied('object')} | [*].keys(@)`],
  ['whether many large objects are empty', `${copied('object')} | [?@]`],
  ['comparing many large objects', `${copied('{a: object, b: from_json(to_json(object))}')} | [?a == b]`],
  ['comparing many large texts', `${copied("{a: text, b: join('', [text])}")} | [?a == b]`],
  ['looking into many large texts', `${copied('text')} | [?contains(@, 'y')]`],
  ['taking many large texts apart', `${copied('text')} | [*].split(@, '')`],
  ['turning many large texts round', `${copied('text')} | [*].reverse(@)`],
  ['counting in many large texts', `${copied('text')} | [*].length(@)`],
  ['sorting many large texts', `${copied('text')} | sort(@)`],
  ['sorting by many large texts', `${copied('{a: text}')} | max_by(@, &a)`],
  ['writing many large lists', `${copied('list')} | [*].length(to_json(@))`],
  ['reading many large lists', `${copied('to_json(list)')} | [*].length(from_json(@))`],
  ['merging many large objects', `${copied('object')} | [*].merge(@, @)`],
  ['flattening many large lists', `${copied('list')} | []`],
  ['slicing many large lists', `${copied('list')} | [*][::-1]`],
  ['looking for something in many large lists', `${copied('list')} | [?contains(@, 'y')]`],
  ['replacing in many large texts', `${copied('text')} | [*].length(replace(@, 'y', 'z'))`],
])('%s ends in an error, and soon', (_name, expression) => {
  const beganMs = process.cpuUsage().user;
  expect(failureOf(() => search(expression, many))).toMatchObject({
    code: 'template_failed',
    reason: 'budget',
  });
  expect((process.cpuUsage().user - beganMs) / 1_000).toBeLessThan(2_000);
});

test.each([
  ['quotes that are never closed', `'${'\\'.repeat(4_000)}`],
  ['numbers', `a > ${'1'.repeat(4_000)}e`],
  ['escapes', `"${'\\\\'.repeat(2_000)}`],
  ['brackets', '['.repeat(4_000)],
  ['spaces', `${' '.repeat(4_000)}#`],
])('a text made to be slow to read (%s) is refused', (_name, expression) => {
  expect(failureOf(() => compileExpression(expression)).code).toBe('invalid_params');
});

test('a budget of its own is kept to, and one may be shared', () => {
  const list = Array.from({ length: 100 }, (_, index) => index);
  expect(failureOf(() => compileExpression('[?@ > 5]').search(list, new Budget({ visits: 100 })))).toEqual({
    code: 'template_failed',
    reason: 'budget',
    message: 'the expression takes more than 100 steps for this data; let it look at less',
  });
  expect(failureOf(() => compileExpression('@').search(list, new Budget({ resultSize: 200 })))).toEqual({
    code: 'template_failed',
    reason: 'budget',
    message: 'the expression gives more than 200 characters of JSON; let it choose less',
  });
  const shared = new Budget({ resultSize: 1_000 });
  const ask = (): unknown => compileExpression('@').search(list, shared);
  ask();
  ask();
  ask();
  expect(failureOf(ask).reason).toBe('budget');
});

test('a template has one budget for all its expressions', () => {
  const template = compileTemplate(Array.from({ length: 30 }, () => '${params.text}'));
  expect(failureOf(() => template.render({ params: { text: 'x'.repeat(50_000) } }, time))).toEqual({
    code: 'template_failed',
    reason: 'budget',
    message:
      'the template at "/20", character 3: the expression gives more than 1048576 characters of JSON; let it choose less',
  });
});

test('the same text is compiled once, as long as it is asked for', () => {
  const first = compileExpression('a.kept');
  expect(compileExpression('a.kept')).toBe(first);
  for (let index = 0; index < 1_000; index++) compileExpression(`a.other${index}`);
  expect(compileExpression('a.kept')).not.toBe(first);
});
