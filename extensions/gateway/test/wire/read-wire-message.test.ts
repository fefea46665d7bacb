import { expect, test } from 'vitest';
import { readWireMessages } from '../../src/wire/read-wire-message.ts';

test.each(['1.5', '-0.1', '1e-3'])('an error whose code is %s is refused, with the id it answers', (code) => {
  const text = `{"jsonrpc":"2.0","id":7,"error":{"code":${code},"message":"no"}}`;
  const refused = { kind: 'refused', id: 7, why: 'the code of its error is no whole number' };
  expect(readWireMessages(text)).toEqual([refused]);
  expect(readWireMessages(`[${text}]`)).toEqual([refused]);
});

test('an error whose code is whole is read', () => {
  const error = { code: -1, message: 'no' };
  expect(readWireMessages(JSON.stringify({ jsonrpc: '2.0', id: 7, error }))).toEqual([
    { kind: 'message', message: { kind: 'failure', id: 7, error } },
  ]);
});
