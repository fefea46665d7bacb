import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import approvals from '@signalbox/approvals';
import { SignalboxError, type StoreWrite } from '@signalbox/sdk';
import vault from '@signalbox/vault';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { startEngineHub } from './support/engine-hub.ts';
import { fourEyes } from './support/four-eyes.ts';
import { wrappedStore } from './support/wrapped-store.ts';

let dataDir: string;
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'signalbox-leaving-'));
});
afterEach(() => rmSync(dataDir, { recursive: true, force: true }));

const settings = { engine: { graceMs: 10_000, pollMs: 50 } };
const steps = Array.from({ length: 40 }, (_, index) => ({ id: `s${index}`, uses: 'write', with: { index } }));

async function afterTurns(turns: number): Promise<void> {
  for (let turn = 0; turn <= turns; turn++) await new Promise((resolve) => setImmediate(resolve));
}

test('a hub that stops between and within calls, at any moment, leaves none in doubt and makes none twice', async () => {
  const made: unknown[] = [];
  const start = (stopAt: number, onStop: () => void) =>
    startEngineHub({
      dataDir,
      settings,
      tools: {
        write: async ({ index }) => {
          made.push(index);
          // Within the call, while its end is written down, and while the next one is.
          const turns = made.length % 7;
          if (made.length === stopAt) void afterTurns(turns).then(onStop);
          if (made.length % 2 === 0) await new Promise((resolve) => setImmediate(resolve));
          return 1;
        },
      },
    });
  let run: string | undefined;
  for (let stopAt = 2; stopAt < steps.length; stopAt += 4) {
    const { promise, resolve } = Promise.withResolvers<void>();
    const hub = await start(stopAt, resolve);
    run ??= await hub.order(steps);
    // Of the calls that were begun before it was asked to stop, one may have been the one it waits for.
    if (made.length < stopAt)
      await Promise.race([promise, hub.ended(run).then((ended) => expect(ended.error).toBeUndefined())]);
    await hub.hub.stop();
    expect(hub.hub.logged()).not.toContain('nobody knows how a call ended');
  }
  await using hub = await start(0, () => undefined);
  expect(await hub.ended(run ?? '')).toMatchObject({ status: 'succeeded' });
  expect(made).toEqual(steps.map((_, index) => index));
});

test('a hub that was asked to stop makes no further calls, though one under way takes its time', async () => {
  const begun = Promise.withResolvers<void>();
  const end = Promise.withResolvers<void>();
  const first = await startEngineHub({
    dataDir,
    settings,
    tools: {
      slow: async () => {
        begun.resolve();
        await end.promise;
        return 1;
      },
      write: () => 2,
    },
  });
  const run = await first.order([
    { id: 'a', uses: 'slow' },
    { id: 'b', uses: 'write' },
  ]);
  await begun.promise;
  const stopping = first.hub.stop();
  await new Promise((resolve) => setImmediate(resolve));
  end.resolve();
  await stopping;
  expect(first.called.map(({ tool }) => tool)).toEqual(['slow']);
  await using second = await startEngineHub({ dataDir, settings, tools: { slow: () => 1, write: () => 2 } });
  expect(await second.ended(run)).toMatchObject({ status: 'succeeded', output: 2 });
  expect(second.called.map(({ tool }) => tool)).toEqual(['write']);
});

test('of a call that breaks off because everything stops nobody knows how far it had come, and it is not made again', async () => {
  const begun = Promise.withResolvers<void>();
  const broken = Promise.withResolvers<void>();
  const first = await startEngineHub({
    dataDir,
    settings,
    tools: {
      slow: async () => {
        begun.resolve();
        await broken.promise;
        throw new SignalboxError('upstream_unavailable', 'its upstream was stopped');
      },
    },
  });
  const run = await first.order([{ id: 'a', uses: 'slow' }]);
  await begun.promise;
  const stopping = first.hub.stop();
  await afterTurns(1);
  broken.resolve();
  await stopping;
  await using second = await startEngineHub({ dataDir, settings, tools: { slow: () => 1 } });
  expect(await second.ended(run)).toMatchObject({ status: 'failed', error: { kind: 'in_doubt', step: 'a' } });
  expect(second.called).toEqual([]);
});

test('calls that wait for a place when the time to end is over are made after the start, and only the one under way is in doubt', async () => {
  const begun = Promise.withResolvers<void>();
  const slow = settings.engine;
  const first = await startEngineHub({
    dataDir,
    settings: { engine: { ...slow, graceMs: 100 }, limits: { concurrentCalls: 1 } },
    tools: {
      hold: () => {
        begun.resolve();
        return new Promise(() => undefined);
      },
    },
  });
  const branches = ['a', 'b', 'c'].map((id) => [{ id, uses: 'hold', on_error: 'continue' }]);
  const run = await first.order([{ id: 'all', parallel: { branches } }]);
  await begun.promise;
  await first.hub.stop();
  await using second = await startEngineHub({ dataDir, settings, tools: { hold: () => 1 } });
  await second.ended(run);
  expect(second.called).toHaveLength(2);
  expect(second.hub.logged().match(/nobody knows how a call ended/g)).toHaveLength(1);
});

/** A store that has written that a call waits no more, and says so when a test does. */
function slowStore() {
  const written = Promise.withResolvers<void>();
  const answer = Promise.withResolvers<void>();
  const isMeant = ({ sql, parameters }: StoreWrite): boolean =>
    sql.startsWith('update "engine_calls" set "approval" = ') &&
    parameters[0] === null &&
    parameters[1] === null;
  const extension = wrappedStore((own) => ({
    ...own,
    together: async (steps) => {
      await own.together(steps);
      if (!steps.some(isMeant)) return;
      written.resolve();
      await answer.promise;
    },
  }));
  return { extension, written: written.promise, answer: answer.resolve };
}

test.for([10_000, 0])(
  'a call whose approval is just taken away when the hub stops, with %d ms left, was not made and is not in doubt',
  async (graceMs) => {
    const eyes = fourEyes();
    const store = slowStore();
    const extensions = [vault, approvals, ...eyes.extensions];
    const tools = { write: () => 1 };
    const own = { engine: { graceMs, pollMs: 50 } };
    const first = await startEngineHub({ dataDir, settings: own, extensions, tools, store: store.extension });
    const run = await first.order([{ id: 'a', uses: 'write', retry: { max: 0 } }]);
    await first.reached(run, 'waiting');
    await eyes.approve();
    await store.written;
    first.info.stopping.addEventListener('abort', () => void afterTurns(20).then(store.answer));
    await first.hub.stop();
    expect(first.called).toEqual([]);
    await using second = await startEngineHub({ dataDir, settings: own, extensions, tools });
    const asked = second.reached(run, 'waiting').then(() => eyes.approve());
    const ended = second.ended(run);
    await Promise.race([asked, ended]);
    expect(await ended).toMatchObject({ status: 'succeeded', output: 1 });
    expect(second.called).toHaveLength(1);
    expect(second.hub.logged()).not.toContain('nobody knows how a call ended');
  },
);
