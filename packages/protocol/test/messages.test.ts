import { SignalboxError } from '@signalbox/sdk';
import { expectCode } from '@signalbox/sdk/expect-code';
import { describe, expect, test } from 'vitest';
import { fromRpcError, parseJsonText, readMessage, toRpcError } from '../src/index.ts';

describe('JSON-RPC messages', () => {
  test('each kind is told from the others', () => {
    expect(readMessage({ jsonrpc: '2.0', id: 1, method: 'a', params: { x: 1 } })).toEqual({
      kind: 'request',
      id: 1,
      method: 'a',
      params: { x: 1 },
    });
    expect(readMessage({ jsonrpc: '2.0', method: 'a' })).toEqual({
      kind: 'notification',
      method: 'a',
      params: {},
    });
    expect(readMessage({ jsonrpc: '2.0', id: '1', result: {} })).toEqual({
      kind: 'result',
      id: '1',
      result: {},
    });
    expect(readMessage({ jsonrpc: '2.0', id: null, error: { code: 1, message: 'm', data: 2 } })).toEqual({
      kind: 'failure',
      id: undefined,
      error: { code: 1, message: 'm', data: 2 },
    });
  });

  test.each([
    [[]],
    ['text'],
    [null],
    [{}],
    [{ jsonrpc: '1.0', id: 1, method: 'a' }],
    [{ jsonrpc: '2.0', id: 1, method: 7 }],
    [{ jsonrpc: '2.0', id: null, method: 'a' }],
    [{ jsonrpc: '2.0', id: 1.5, method: 'a' }],
    [{ jsonrpc: '2.0', id: {}, method: 'a' }],
    [{ jsonrpc: '2.0', id: 1, method: 'a', params: [1] }],
    [{ jsonrpc: '2.0', id: 1, result: 'text' }],
    [{ jsonrpc: '2.0', id: 1, error: { code: 'x', message: 'm' } }],
    [{ jsonrpc: '2.0', result: {} }],
    [parseJsonText('{"jsonrpc":"2.0","id":1,"method":"a","params":12345678901234567890}')],
    [parseJsonText('{"jsonrpc":"2.0","id":12345678901234567890,"method":"a"}')],
    [parseJsonText('{"jsonrpc":"2.0","id":1,"result":1e999}')],
  ])('%j is no message', (value) => {
    expectCode('invalid_request', () => readMessage(value));
  });
});

describe('errors on the wire', () => {
  test('own codes stay outside the reserved range and name themselves', () => {
    const error = new SignalboxError('rate_limited', 'slow down', { details: { retryAfterMs: 5 } });
    expect(toRpcError(error, 'modern')).toEqual({
      code: -31429,
      message: 'slow down',
      data: { code: 'rate_limited', details: { retryAfterMs: 5 } },
    });
  });

  test('a resource not found is -32002 to legacy clients and -32602 to modern ones', () => {
    const error = new SignalboxError('not_found', 'no such resource');
    expect(toRpcError(error, 'legacy', 'resources/read').code).toBe(-32002);
    expect(toRpcError(error, 'modern', 'resources/read').code).toBe(-32602);
    expect(toRpcError(error, 'legacy', 'tools/call').code).toBe(-32602);
    expect(toRpcError(fromRpcError({ code: -32002, message: 'gone' }), 'modern').code).toBe(-32602);
    expect(toRpcError(fromRpcError({ code: -32602, message: 'gone' }), 'legacy', 'resources/read').code).toBe(
      -32002,
    );
  });

  test("an upstream's own error passes with its code, message and data", () => {
    const given = { code: 4711, message: 'own words', data: { a: [1] } };
    expect(toRpcError(fromRpcError(given), 'legacy')).toEqual(given);
    expect(toRpcError(fromRpcError(given), 'modern')).toEqual(given);
  });

  test.each([-32020, -32021, -32022, -32042, -32099])(
    'an upstream cannot speak with the reserved code %d to a modern client',
    (code) => {
      expect(toRpcError(fromRpcError({ code, message: 'forged' }), 'modern').code).toBe(-32603);
    },
  );

  test('an account that is missing is a page to visit for legacy clients that were found to take one', () => {
    const elicitations = [{ mode: 'url', elicitationId: '1', url: 'https://hub.test/x', message: 'sign in' }];
    const error = new SignalboxError('upstream_login_needed', 'sign in', { details: { elicitations } });
    expect(toRpcError(error, 'legacy')).toEqual({
      code: -32042,
      message: 'sign in',
      data: { elicitations },
    });
    expect(toRpcError(error, 'modern').code).toBe(-31411);
    const plain = new SignalboxError('upstream_login_needed', 'sign in', { details: { upstream: 'u' } });
    expect(toRpcError(plain, 'legacy').code).toBe(-31411);
  });

  test('what is not safe to show is not shown', () => {
    expect(toRpcError(new Error('password is 1234'), 'modern')).toEqual({
      code: -32603,
      message: 'the hub failed inside; its log has the cause',
    });
  });
});
