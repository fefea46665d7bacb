import { SignalboxError } from '@signalbox/sdk';
import { expect, test } from 'vitest';
import { startEngineHub } from './support/engine-hub.ts';

const limits = (callsPerSecond: number, callBurst: number) => ({ limits: { callsPerSecond, callBurst } });

test('calls of a run the limits of the hub hold back are made when there is room, as one attempt each', async () => {
  await using hub = await startEngineHub({ settings: limits(40, 5), tools: { note: ({ n = 0 }) => n } });
  const items = Array.from({ length: 40 }, (_, n) => n);
  const each = { id: 'one', uses: 'note', with: { n: '${item}' }, max_retries: 0 };
  const run = await hub.order([{ id: 'all', foreach: { in: items, max_parallel: 20 }, steps: [each] }]);
  const ended = await hub.ended(run);
  expect(ended, JSON.stringify(ended.error)).toMatchObject({ status: 'succeeded', output: items });
  expect(hub.called.map(({ args }) => args['n']).sort((a, b) => Number(a) - Number(b))).toEqual(items);
});

test('a call that is held back for longer than it may take fails, and is not made', async () => {
  await using hub = await startEngineHub({ settings: limits(0.01, 1), tools: { note: () => 1 } });
  const run = await hub.order([
    { id: 'a', uses: 'note' },
    { id: 'b', uses: 'note', timeout_seconds: 0.5, max_retries: 0 },
  ]);
  expect(await hub.ended(run)).toMatchObject({
    status: 'failed',
    error: { kind: 'rate_limited', step: 'b' },
  });
  expect(hub.called).toHaveLength(1);
});

test('a run that is stopped waits no longer for a call that is held back', async () => {
  await using hub = await startEngineHub({ settings: limits(0.1, 1), tools: { note: () => 1 } });
  const run = await hub.order([
    { id: 'a', uses: 'note' },
    { id: 'b', uses: 'note' },
  ]);
  const isBegun = async (): Promise<boolean> =>
    (await hub.engine.find('local', run))?.steps.some(({ path }) => path === 'b') ?? false;
  await expect.poll(isBegun).toBe(true);
  await hub.engine.cancel('local', run, { reason: 'enough' });
  expect(await hub.ended(run)).toMatchObject({ status: 'canceled' });
  expect(hub.called).toHaveLength(1);
});

test('a tool that says itself that it is called too often was called, and is not asked again but by its step', async () => {
  let calls = 0;
  const busy = (): number => {
    if (++calls > 1) return calls;
    throw new SignalboxError('rate_limited', 'later', { details: { retryAfterMs: 1 } });
  };
  await using hub = await startEngineHub({ tools: { busy } });
  const once = await hub.order([{ id: 'a', uses: 'busy', max_retries: 0 }]);
  expect(await hub.ended(once)).toMatchObject({ status: 'failed', error: { kind: 'rate_limited' } });
  expect(calls).toBe(1);
  calls = 0;
  const again = await hub.order([{ id: 'a', uses: 'busy', retry: { max: 1, base_s: 0.01 } }]);
  expect(await hub.ended(again)).toMatchObject({ status: 'succeeded', output: 2 });
});
