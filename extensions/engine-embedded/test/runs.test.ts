import { FakeClock } from '@signalbox/testkit';
import { expect, test } from 'vitest';
import { type EngineHub, startEngineHub } from './support/engine-hub.ts';

const echo = { read_echo: (args: object) => ({ ...args }) as never };

/** A promise and what settles it. */
const gate = (): { readonly opened: Promise<void>; readonly open: () => void } => {
  const { promise, resolve } = Promise.withResolvers<void>();
  return { opened: promise, open: resolve };
};

test('what a step gives is what later steps are called with, its kind kept', async () => {
  await using hub = await startEngineHub({
    tools: { weather: () => ({ temperature: 21, rain: false }), send: () => ({ ok: true }) },
  });
  const run = await hub.order(
    [
      { id: 'weather', uses: 'weather', with: { city: '${params.city}' } },
      {
        id: 'send',
        uses: 'send',
        with: { text: 'It is ${steps.weather.temperature} degrees', degrees: '${steps.weather.temperature}' },
      },
    ],
    { params: { city: 'Chisinau' } },
  );
  const ended = await hub.ended(run);
  expect(ended, JSON.stringify(ended.error)).toMatchObject({ status: 'succeeded', output: { ok: true } });
  expect(hub.called).toEqual([
    { tool: 'weather', args: { city: 'Chisinau' } },
    { tool: 'send', args: { text: 'It is 21 degrees', degrees: 21 } },
  ]);
  expect(ended.steps.map(({ path, status, tool }) => ({ path, status, tool }))).toEqual([
    { path: 'weather', status: 'done', tool: 'weather' },
    { path: 'send', status: 'done', tool: 'send' },
  ]);
});

test('the same order twice is one run', async () => {
  await using hub = await startEngineHub({ tools: { count: () => 1 } });
  const id = await hub.order([{ id: 'one', uses: 'count' }]);
  await hub.order([{ id: 'one', uses: 'count' }], { id });
  await hub.ended(id);
  expect(hub.called).toHaveLength(1);
});

test('a step that fails fails the run, and says where and why', async () => {
  await using hub = await startEngineHub({
    tools: {
      fine: () => 1,
      broken: () => {
        throw new Error('secret detail');
      },
    },
  });
  const run = await hub.order([
    { id: 'a', uses: 'fine' },
    { id: 'b', uses: 'broken' },
    { id: 'c', uses: 'fine' },
  ]);
  const ended = await hub.ended(run);
  expect(ended).toMatchObject({ status: 'failed', error: { kind: 'tool_error', step: 'b' } });
  expect(JSON.stringify(ended)).not.toContain('secret detail');
  expect(hub.called.map(({ tool }) => tool)).toEqual(['fine', 'broken']);
});

test('a run that is tried again goes on at the step that failed', async () => {
  let fails = 1;
  await using hub = await startEngineHub({
    tools: {
      first: () => 1,
      second: () => {
        if (fails-- > 0) throw new Error('not yet');
        return 2;
      },
    },
  });
  const run = await hub.order([
    { id: 'a', uses: 'first' },
    { id: 'b', uses: 'second', max_retries: 0 },
  ]);
  expect((await hub.ended(run)).status).toBe('failed');
  await hub.engine.retry('local', run);
  const ended = await hub.reached(run, 'succeeded');
  expect(ended).toMatchObject({ attempt: 2, output: 2 });
  expect(hub.called.map(({ tool }) => tool)).toEqual(['first', 'second', 'second']);
  await expect(hub.engine.retry('local', run)).rejects.toMatchObject({ code: 'conflict' });
  await expect(hub.engine.retry('other', run)).rejects.toMatchObject({ code: 'not_found' });
});

test('a run that has undone what it did, or took too long, is not tried again', async () => {
  const broken = {
    fine: () => 1,
    broken: () => {
      throw new Error('no');
    },
  };
  const clock = new FakeClock();
  await using hub = await startEngineHub({ clock, tools: broken });
  const undone = await hub.order([
    { id: 'a', uses: 'fine', compensate: { uses: 'fine' } },
    { id: 'b', uses: 'broken', max_retries: 0 },
  ]);
  expect((await hub.ended(undone)).status).toBe('failed');
  await expect(hub.engine.retry('local', undone)).rejects.toMatchObject({
    code: 'conflict',
    message: expect.stringContaining('has undone what it did ("a" was the first)'),
  });
  const slow = await hub.order([{ id: 'a', sleep: 60 }], { timeoutMs: 5_000 });
  await hub.reached(slow, 'waiting');
  await hub.pass(clock, 10_000);
  expect((await hub.ended(slow)).status).toBe('timed_out');
  await expect(hub.engine.retry('local', slow)).rejects.toMatchObject({ code: 'conflict' });
});

test('what tidies up does so after each attempt that ends a run, under a key of its own', async () => {
  const keys: unknown[] = [];
  let fails = 1;
  await using hub = await startEngineHub({
    tools: {
      work: () => {
        if (fails-- > 0) throw new Error('not yet');
        return 1;
      },
      tidy: () => 1,
    },
  });
  const run = await hub.order({
    steps: [{ id: 'work', uses: 'work', max_retries: 0 }],
    finally: [{ id: 'tidy', uses: 'tidy' }],
  });
  expect((await hub.ended(run)).status).toBe('failed');
  keys.push((await hub.ended(run)).steps.find(({ path }) => path === 'tidy')?.idempotencyKey);
  await hub.engine.retry('local', run);
  const again = await hub.reached(run, 'succeeded');
  keys.push(again.steps.find(({ path }) => path === 'tidy')?.idempotencyKey);
  expect(hub.called.map(({ tool }) => tool)).toEqual(['work', 'tidy', 'work', 'tidy']);
  expect(new Set(keys).size).toBe(2);
});

test('a run with attempts left is tried again by itself, after a while', async () => {
  const clock = new FakeClock();
  let fails = 1;
  await using hub = await startEngineHub({
    clock,
    tools: {
      flaky: () => {
        if (fails-- > 0) throw new Error('not yet');
        return 'done';
      },
    },
  });
  const run = await hub.order([{ id: 'a', uses: 'flaky', max_retries: 0 }], { maxRetries: 2 });
  await hub.reached(run, 'waiting');
  await hub.pass(clock, 10_000);
  expect(await hub.ended(run)).toMatchObject({ status: 'succeeded', attempt: 2, output: 'done' });
});

test('a tool nobody may use is not called', async () => {
  await using hub = await startEngineHub({ tools: echo });
  const run = await hub.order([{ id: 'a', uses: 'nowhere' }]);
  expect(await hub.ended(run)).toMatchObject({ status: 'failed', error: { kind: 'not_found' } });
});

test('nothing is called for somebody who is not there any more', async () => {
  await using hub = await startEngineHub({ tools: echo });
  const run = await hub.order([{ id: 'a', uses: 'read_echo' }], {
    runAs: { kind: 'user', id: 'gone', org: 'local', level: 'trusted' },
  });
  expect(await hub.ended(run)).toMatchObject({ status: 'failed', error: { kind: 'denied' } });
  expect(hub.called).toEqual([]);
});

test('a large result is kept beside the state and given whole', async () => {
  const text = 'x'.repeat(200_000);
  await using hub = await startEngineHub({
    tools: { big: () => ({ text }), measure: ({ text: given }) => JSON.stringify(given).length - 2 },
  });
  const run = await hub.order([
    { id: 'big', uses: 'big' },
    { id: 'n', uses: 'measure', with: { text: '${steps.big.text}' } },
  ]);
  expect(await hub.ended(run)).toMatchObject({ status: 'succeeded', output: 200_000 });
});

test('at most so many runs with one key are under way', async () => {
  const clock = new FakeClock();
  const { opened, open } = gate();
  let most = 0;
  let now = 0;
  await using hub = await startEngineHub({
    clock,
    tools: {
      slow: async () => {
        most = Math.max(most, ++now);
        await opened;
        now--;
        return null;
      },
    },
  });
  const slot = { key: 'k', limit: 2 };
  const runs = [];
  for (let each = 0; each < 6; each++) runs.push(await hub.order([{ id: 'a', uses: 'slow' }], { slot }));
  open();
  await Promise.all(runs.map(hub.ended));
  expect(hub.called).toHaveLength(6);
  expect(most).toBeLessThanOrEqual(2);
});

test('who is more urgent is served first, and who has waited long before that', async () => {
  const clock = new FakeClock();
  const { opened, open } = gate();
  const order: unknown[] = [];
  await using hub = await startEngineHub({
    clock,
    settings: { engine: { maxRuns: 1 } },
    tools: { hold: () => opened.then(() => null), note: ({ name }) => order.push(name) },
  });
  const first = await hub.order([{ id: 'a', uses: 'hold', timeout_seconds: 3_600 }]);
  await hub.reached(first, 'running');
  const note = (name: string, priority: number) =>
    hub.order([{ id: 'a', uses: 'note', with: { name } }], { priority });
  const runs = [await note('patient', 9)];
  await hub.pass(clock, 9 * 60_000);
  runs.push(await note('late', 5), await note('urgent', 1));
  open();
  await Promise.all(runs.map(hub.ended));
  expect(order).toEqual(['patient', 'urgent', 'late']);
});

test('a run takes no longer than it may', async () => {
  const clock = new FakeClock();
  await using hub = await startEngineHub({
    clock,
    tools: {
      never: (_args, { signal }) =>
        new Promise((_resolve, reject) =>
          signal.addEventListener('abort', () => reject(new Error('stopped'))),
        ),
    },
  });
  const run = await hub.order([{ id: 'a', uses: 'never', timeout_seconds: 600 }], { timeoutMs: 5_000 });
  await until(() => hub.called.length === 1, hub, run);
  await hub.pass(clock, 5_000);
  expect((await hub.ended(run)).status).toBe('timed_out');
});

/** Waits for the run to have begun to call. */
async function until(isThere: () => boolean, hub: EngineHub, run: string): Promise<void> {
  while (!isThere())
    await hub.reached(run, 'running').then(() => new Promise((resolve) => setImmediate(resolve)));
}

test('runs are counted by how they stand, all that were ordered since an instant', async () => {
  const clock = new FakeClock();
  await using hub = await startEngineHub({ clock, tools: echo });
  const later = clock.now() + 3_600_000;
  const step = [{ id: 'a', uses: 'read_echo', with: {} }];
  await hub.ended(await hub.order(step));
  clock.advance(1);
  const since = clock.now();
  for (let count = 0; count < 205; count++) await hub.order(step, { availableAt: later });
  expect(await hub.engine.countSince('local', since)).toEqual(new Map([['queued', 205]]));
  expect(await hub.engine.countSince('local', since - 1)).toEqual(
    new Map([
      ['queued', 205],
      ['succeeded', 1],
    ]),
  );
  expect(await hub.engine.countSince('acme', 0)).toEqual(new Map());
});

test('a dry run tells what it would have called, with what, and calls only what reads', async () => {
  await using hub = await startEngineHub({ tools: { ...echo, send: () => ({ id: 1 }) } });
  const steps = [
    { id: 'look', uses: 'read_echo', with: { n: 5 } },
    { id: 'send', uses: 'send', with: { n: '${steps.look.n}' } },
    { id: 'next', uses: 'send', with: { n: '${steps.send.id}' } },
    { id: 'nap', sleep: 60 },
  ];
  const ended = await hub.ended(await hub.order(steps, { isDryRun: true }));
  expect(hub.called).toEqual([{ tool: 'read_echo', args: { n: 5 } }]);
  expect(ended.steps.map(({ path, planned }) => [path, planned])).toMatchObject([
    ['look', undefined],
    ['send', { action: 'call', target: 'send', args: { n: 5 } }],
    ['next', { action: 'call', target: 'send', args: { n: '${steps.send.id}' } }],
    ['nap', { action: 'sleep' }],
  ]);
});
