import { expectCode } from '@signalbox/sdk/expect-code';
import { expect, test } from 'vitest';
import { uriTemplateMatcher } from '../src/index.ts';

test.each([
  ['demo://notes/{id}', 'demo://notes/7', true],
  ['demo://notes/{id}', 'demo://notes/7/8', false],
  ['demo://notes/{id}', 'demo://notes/', false],
  ['demo://notes/{id}', 'xdemo://notes/7', false],
  ['file:///{+path}', 'file:///a/b/c.txt', true],
  ['repo://{owner}/{name}{?ref,depth}', 'repo://a/b', true],
  ['repo://{owner}/{name}{?ref,depth}', 'repo://a/b?ref=main', true],
  ['repo://{owner}/{name}{?ref,depth}', 'repo://a/b/c', false],
  ['x://a{/path*}', 'x://a/b/c', true],
  ['x://a.b', 'x://aXb', false],
])('%s and %s: %s', (template, uri, isMatch) => {
  expect(uriTemplateMatcher(template)(uri)).toBe(isMatch);
});

test('a broken or endless template is refused', () => {
  expectCode('invalid_params', () => uriTemplateMatcher('x://{a'));
  expectCode('invalid_params', () => uriTemplateMatcher(`x://${'{a}'.repeat(17)}`));
});

test('the time is linear: a hostile URI is answered before the test ends', () => {
  const matches = uriTemplateMatcher(`x://${'{a}-'.repeat(8)}end`);
  for (let round = 0; round < 1_000; round++) expect(matches(`x://${'a-'.repeat(4_000)}`)).toBe(false);
});
