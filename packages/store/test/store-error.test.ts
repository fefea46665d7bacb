import { expect, test } from 'vitest';
import { type StoreFailureReason, storeError } from '../src/index.ts';

const codes: readonly (readonly [StoreFailureReason, string])[] = [
  ['locked', 'store_locked'],
  ['corrupt', 'store_corrupt'],
  ['conflict', 'conflict'],
  ['not_found', 'not_found'],
  ['unsupported', 'unsupported'],
  ['invalid', 'invalid_params'],
  ['full', 'store_failed'],
  ['connection', 'store_failed'],
];

test.for(codes)('the reason %s has the code %s', ([reason, code]) => {
  expect(storeError(reason, 'text')).toMatchObject({ code, message: 'text', details: { reason } });
});
