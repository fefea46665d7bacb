import { expect, test } from 'vitest';
import { toLegacyCall } from '../../src/peer/upstream-call.ts';

const ref = { type: 'ref/prompt', name: 'greet' };
const argument = { name: 'who', value: 'A' };
const context = { arguments: { tone: 'warm' } };

test.each([
  ['2024-11-05', { ref, argument }],
  ['2025-03-26', { ref, argument }],
  ['2025-06-18', { ref, argument, context }],
  ['2025-11-25', { ref, argument, context }],
])('an upstream of %s is asked for a completion with what that version knows', (version, params) => {
  const call = { method: 'completion/complete', params: { ref, argument, context }, meta: {} };
  expect(toLegacyCall(call, version)).toEqual({ ...call, params });
});

test('what a tool is given is its own, whatever it is called', () => {
  const call = { method: 'tools/call', params: { name: 't', context }, meta: {} };
  expect(toLegacyCall(call, '2024-11-05')).toBe(call);
});
