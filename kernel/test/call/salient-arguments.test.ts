import type { CallKind, JsonObject } from '@signalbox/sdk';
import { expect, test } from 'vitest';
import { salientArguments } from '../../src/call/salient-arguments.ts';

const argument = { name: 'city', value: 'Chi' };
const context = { arguments: { country: 'md' } };

test.each<[CallKind, JsonObject, JsonObject]>([
  ['tool', { name: 'pay', arguments: { amount: 5 }, _meta: { progressToken: 1 } }, { amount: 5 }],
  ['tool', { name: 'pay' }, {}],
  ['prompt', { name: 'greet', arguments: { who: 'ada' } }, { who: 'ada' }],
  ['completion', { ref: { type: 'ref/prompt', name: 'greet' }, argument, context }, { argument, context }],
  ['completion', { ref: { type: 'ref/prompt', name: 'greet' }, argument }, { argument }],
  ['resource', { uri: 'note://1', arguments: { a: 1 } }, {}],
  ['subscription', { uri: 'note://1' }, {}],
])('what a %s with %j is approved for is %j', (kind, params, expected) => {
  expect(salientArguments({ kind, params })).toEqual(expected);
});
