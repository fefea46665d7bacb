import { SignalboxError, withoutSecrets } from '@signalbox/sdk';
import { expectRejection } from '@signalbox/sdk/expect-code';
import { startTestHub } from '@signalbox/testkit';
import { expect, test } from 'vitest';
import { Redactor } from '../../src/observe/redactor.ts';
import { makeExtension } from '../support/extensions.ts';

const canary = 's3cr3t-canary-value';

test('a secret an upstream repeats in its error reaches neither the caller nor the log', async () => {
  const leaking = makeExtension('leaking', ({ sources }) => {
    const source = sources.open({
      id: 'leaky',
      kind: 'upstream',
      minLevel: 'trusted',
      invoke: () => {
        throw new SignalboxError('upstream_refused', `bad token ${canary}`, {
          details: { rpc: { code: 7, message: `bad token ${canary}`, data: { sent: canary } } },
        });
      },
    });
    source.publish([
      { kind: 'tool', name: 'use', definition: { name: 'use', inputSchema: { type: 'object' } } },
    ]);
    source.setState({ status: 'available' });
  });
  await using hub = await startTestHub({
    extensions: [leaking],
    env: { CANARY: canary },
    settings: { http: { port: 0, allowedHosts: ['${env:CANARY}'] } },
  });
  const error = await expectRejection('upstream_refused', hub.call('tool', 'leaky__use'));
  expect(JSON.stringify([error.message, error.details])).not.toContain(canary);
  expect(error.message).toBe('bad token ***');
  expect(hub.logged()).not.toContain(canary);
});

test('guessing names is counted against the rate', async () => {
  await using hub = await startTestHub({
    extensions: [],
    settings: { limits: { callsPerSecond: 1, callBurst: 3 } },
  });
  for (let guess = 0; guess < 3; guess++)
    await expectRejection('not_found', hub.call('tool', `guess-${guess}`));
  await expectRejection('rate_limited', hub.call('tool', 'one-more'));
});

test('a secret of digits breaks no error that holds a like number', () => {
  const redactor = new Redactor();
  redactor.add('123456');
  const error = new SignalboxError('rate_limited', 'wait', {
    details: { retryAfterMs: 1_234_567, list: ['a 123456', 123_456, null, true] },
  });
  expect(withoutSecrets(redactor.redact, error)).toMatchObject({
    code: 'rate_limited',
    message: 'wait',
    details: { retryAfterMs: 1_234_567, list: ['a ***', 123_456, null, true] },
  });
});
