import { isSignalboxError } from '@signalbox/sdk';
import { expect, test } from 'vitest';
import { parseDocument } from '../../src/openapi/parse-document.ts';

function failureOf(text: string): { code: string; message: string } {
  try {
    parseDocument(text, 'api.yaml');
  } catch (error) {
    if (isSignalboxError(error)) return error;
  }
  return expect.fail('it was taken');
}

const list = (length: number): string => `list: &all [${Array.from({ length }, () => '1').join(',')}]\n`;
const aliases = (count: number): string =>
  Array.from({ length: count }, (_, index) => `a${index}: *all\n`).join('');

test('JSON and YAML give the same, aliases included', () => {
  expect(parseDocument('{"a":[1]}', 'x')).toEqual(parseDocument('a: [1]', 'x'));
  expect(parseDocument(`${list(2)}${aliases(1)}`, 'x')).toEqual({ list: [1, 1], a0: [1, 1] });
});

test.each([
  ['many aliases', `${list(10)}${aliases(990)}`, 'upstream_invalid_answer', /more than 200 aliases/],
  ['few aliases of a large list', `${list(20_000)}${aliases(150)}`, 'too_large', /more than 2000000 values/],
  ['deep JSON', `${'['.repeat(500)}${']'.repeat(500)}`, 'too_large', /deeper than 400/],
  ['very deep JSON', `${'['.repeat(50_000)}${']'.repeat(50_000)}`, 'too_large', /deeper than 400/],
  ['an alias of itself', 'a: &a [*a]', 'too_large', /deeper than 400/],
  ['broken text', '{"a":', 'upstream_invalid_answer', /neither JSON nor YAML/],
])('%s is refused', (_, text, code, message) => {
  expect(failureOf(text)).toMatchObject({ code, message: expect.stringMatching(message) });
});
