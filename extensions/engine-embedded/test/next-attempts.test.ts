import { FakeClock } from '@signalbox/testkit';
import { expect, test } from 'vitest';
import { startEngineHub } from './support/engine-hub.ts';

const fail = (): never => {
  throw new Error('no');
};

test('a run that is canceled while it waits for its next attempt tidies up, and does nothing else', async () => {
  await using hub = await startEngineHub({ tools: { fail, act: () => 'done' } });
  const run = await hub.order(
    { steps: [{ id: 'only', uses: 'fail' }], finally: [{ id: 'close', uses: 'act' }] },
    { maxRetries: 3 },
  );
  await hub.reached(run, 'waiting');
  await hub.engine.cancel('local', run, { reason: 'not needed' });
  expect(await hub.ended(run)).toMatchObject({ status: 'canceled', error: { message: 'not needed' } });
  expect(hub.called.map(({ tool }) => tool)).toEqual(['fail', 'act']);
});

test('a run that is canceled before it has begun ends at once, and has nothing to tidy up', async () => {
  const { promise: freed, resolve: free } = Promise.withResolvers<string>();
  await using hub = await startEngineHub({ tools: { hold: () => freed, act: () => 'done' } });
  const slot = { key: 'k', limit: 1 };
  const first = await hub.order([{ id: 'only', uses: 'hold' }], { slot });
  await hub.reached(first, 'running');
  const second = await hub.order(
    { steps: [{ id: 'only', uses: 'act' }], finally: [{ id: 'close', uses: 'act' }] },
    { slot },
  );
  await hub.engine.cancel('local', second, { reason: 'not needed' });
  expect(await hub.ended(second)).toMatchObject({ status: 'canceled', error: { message: 'not needed' } });
  free('done');
  await hub.ended(first);
  expect(hub.called.map(({ tool }) => tool)).toEqual(['hold']);
});

test('a run whose time is over before its next attempt calls nothing more', async () => {
  const clock = new FakeClock(Date.UTC(2026, 0, 1));
  await using hub = await startEngineHub({ clock, tools: { fail } });
  const more = { maxRetries: 3, backoffStrategy: 'fixed', timeoutMs: 4_000 } as const;
  const run = await hub.order([{ id: 'only', uses: 'fail' }], more);
  await hub.reached(run, 'waiting');
  await hub.pass(clock, 5_000);
  expect((await hub.ended(run)).status).toBe('timed_out');
  expect(hub.called).toHaveLength(1);
});

test('a run that has undone what an item of a loop did is not tried again', async () => {
  await using hub = await startEngineHub({ tools: { fail, act: () => 'done' } });
  const compensate = { uses: 'act' };
  const run = await hub.order([
    { id: 'loop', foreach: { in: [1] }, steps: [{ id: 'one', uses: 'act', compensate }] },
    { id: 'only', uses: 'fail' },
  ]);
  const ended = await hub.ended(run);
  expect(ended.steps.find(({ path }) => path === 'loop[0].one')).toMatchObject({
    output: 'done',
    attempt: 1,
  });
  await expect(hub.engine.retry('local', run)).rejects.toMatchObject({ code: 'conflict' });
});

test('a run that is tried again by hand takes no longer than it may, either', async () => {
  const clock = new FakeClock(Date.UTC(2026, 0, 1));
  let isFirst = true;
  const hang = (_args: object, { signal }: { signal: AbortSignal }): Promise<never> => {
    if (isFirst) {
      isFirst = false;
      return Promise.reject(new Error('no'));
    }
    return new Promise((_resolve, reject) => {
      signal.addEventListener('abort', () => reject(new Error('stopped')));
    });
  };
  await using hub = await startEngineHub({ clock, tools: { hang } });
  const step = { id: 'only', uses: 'hang', timeout_seconds: 3_600 };
  const run = await hub.order([step], { timeoutMs: 4_000 });
  expect((await hub.ended(run)).status).toBe('failed');
  await hub.engine.retry('local', run);
  await hub.reached(run, 'running');
  await hub.pass(clock, 10_000);
  expect((await hub.ended(run)).status).toBe('timed_out');
});
