import { describe, expect, test } from 'vitest';
import { encodeFailure, parseJsonText, toPlainNumbers } from '../src/index.ts';

describe('plain numbers', () => {
  test.each([
    ['12345678901234567890', 12345678901234567000],
    ['{"a":[{"b":0.12345678901234567890123}]}', { a: [{ b: 0.12345678901234568 }] }],
    ['[1e400,"x",null,true]', [Infinity, 'x', null, true]],
  ])('%s become the nearest doubles', (text, value) => {
    expect(toPlainNumbers(parseJsonText(text))).toEqual(value);
  });

  test('of a value without long ones is that value itself', () => {
    const value = parseJsonText('{"a":[1,2.5,{"b":"12345678901234567890"}]}');
    expect(toPlainNumbers(value)).toBe(value);
  });
});

test('a failure of what could not be read has no id', () => {
  const error = { code: -32700, message: 'm' };
  expect([encodeFailure(undefined, error), encodeFailure('', error), encodeFailure(0, error)]).toEqual([
    '{"jsonrpc":"2.0","error":{"code":-32700,"message":"m"}}',
    '{"jsonrpc":"2.0","id":"","error":{"code":-32700,"message":"m"}}',
    '{"jsonrpc":"2.0","id":0,"error":{"code":-32700,"message":"m"}}',
  ]);
});
