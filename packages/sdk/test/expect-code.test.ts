import { expect, test } from 'vitest';
import { expectCode, expectRejection } from '../src/expect-code.ts';
import { SignalboxError, silentLog } from '../src/index.ts';

test('the silent log takes everything and says nothing', () => {
  const log = silentLog.child({ a: 1 });
  expect([log.debug('x'), log.info('x'), log.warn('x'), log.error('x', { b: 2 })]).toEqual([
    undefined,
    undefined,
    undefined,
    undefined,
  ]);
});

test('an expectation of a code fails for another code, for a plain error and for none', async () => {
  const throwing = (error: Error) => () => {
    throw error;
  };
  expect(expectCode('usage', throwing(new SignalboxError('usage', 'x'))).message).toBe('x');
  expect(() => expectCode('usage', throwing(new SignalboxError('conflict', 'x')))).toThrow(
    'expected "usage"',
  );
  expect(() => expectCode('usage', throwing(new Error('x')))).toThrow('expected "usage"');
  expect(() => expectCode('usage', () => 1)).toThrow('nothing was thrown');
  await expect(expectRejection('usage', Promise.resolve(1))).rejects.toThrow('it was fulfilled');
});
