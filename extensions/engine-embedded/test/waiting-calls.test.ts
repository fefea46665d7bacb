import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import approvals from '@signalbox/approvals';
import { type Clock, type JsonObject, SignalboxError } from '@signalbox/sdk';
import { FakeClock } from '@signalbox/testkit';
import vault from '@signalbox/vault';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { countingStore } from './support/counting-store.ts';
import { type EngineHub, type EngineHubOptions, startEngineHub } from './support/engine-hub.ts';
import { type FourEyes, fourEyes } from './support/four-eyes.ts';
import { watchedSpending } from './support/watched-spending.ts';
import { wrappedStore } from './support/wrapped-store.ts';

let dataDir: string;
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'signalbox-engine-'));
});
afterEach(() => rmSync(dataDir, { recursive: true, force: true }));

const write = { id: 'a', uses: 'write', retry: { max: 0 } };
const mark = (id: string, more: JsonObject = {}): JsonObject => ({ id, uses: 'mark', ...more });
const settings = { engine: { graceMs: 0, pollMs: 50 } };

/** A hub whose tool `write` needs somebody's approval. */
async function start(eyes: FourEyes, options: EngineHubOptions = {}): Promise<EngineHub> {
  const { tools = {}, ...more } = options;
  return startEngineHub({
    settings,
    tools: { write: () => 1, mark: () => 2, ...tools },
    extensions: [vault, approvals, ...eyes.extensions],
    ...more,
  });
}

describe('a call that waited for its approval counts against the budget there is then', () => {
  const cases = [
    { before: {}, after: { calls: 0 }, is: 'refused' },
    { before: { calls: 5 }, after: { calls: 0 }, is: 'refused' },
    { before: { calls: 1 }, after: { calls: 100 }, is: 'made' },
    { before: { calls: 1 }, after: {}, is: 'made' },
  ];
  test.for(cases)('$before, and then $after: it is $is', async ({ before, after, is }) => {
    const eyes = fourEyes();
    await using hub = await start(eyes);
    await hub.engine.budgets.set('local', before, 'user ada');
    await hub.ended(await hub.order([mark('first')]));
    const run = await hub.order([write]);
    await hub.reached(run, 'waiting');
    await hub.engine.budgets.set('local', after, 'user ada');
    await eyes.approve();
    const { status, error } = await hub.ended(run);
    expect([status, error?.kind]).toEqual(is === 'made' ? ['succeeded', undefined] : ['failed', 'budget']);
    expect(hub.called.map(({ tool }) => tool)).toEqual(is === 'made' ? ['mark', 'write'] : ['mark']);
  });
});

test('nobody is asked to approve a call when it is known that the day is used up, but for one that undoes something', async () => {
  const eyes = fourEyes();
  await using hub = await start(eyes);
  await hub.engine.budgets.set('local', { calls: 1 }, 'user ada');
  const undone = await hub.order([mark('first', { compensate: { uses: 'write' } }), mark('second')]);
  await hub.reached(undone, 'waiting');
  const [undo] = await eyes.waiting();
  const run = await hub.order([{ ...write, with: { other: true } }]);
  expect(await hub.ended(run)).toMatchObject({ status: 'failed', error: { kind: 'budget', step: 'a' } });
  expect((await eyes.waiting()).map(({ id }) => id)).toEqual([undo?.id]);
  await eyes.approve();
  expect(await hub.ended(undone)).toMatchObject({ error: { kind: 'budget', step: 'second' } });
  expect(hub.called.map(({ tool }) => tool)).toEqual(['mark', 'write']);
});

describe('an approved call whose count takes longer than it may itself', () => {
  const ends = [
    { why: 'its time is up', timeout: 5, isCanceled: false },
    { why: 'its run is told to end', timeout: 60, isCanceled: true },
  ];
  test.for(ends)('is not made, and its run goes on: $why', async ({ timeout, isCanceled }) => {
    const eyes = fourEyes();
    const clock = new FakeClock();
    const counted = Promise.withResolvers<void>();
    const answer = Promise.withResolvers<void>();
    const tidying = Promise.withResolvers<void>();
    const tidied = Promise.withResolvers<number>();
    const store = countingStore(async () => {
      counted.resolve();
      await answer.promise;
    });
    const tools = {
      close: () => {
        tidying.resolve();
        return tidied.promise;
      },
    };
    await using hub = await start(eyes, { store, clock, tools });
    await hub.engine.budgets.set('local', { calls: 5 }, 'user ada');
    const run = await hub.order({
      steps: [{ ...write, timeout_seconds: timeout }],
      finally: [{ id: 'close', uses: 'close' }],
    });
    await hub.reached(run, 'waiting');
    await eyes.approve();
    await counted.promise;
    // What comes next is not counted.
    await hub.engine.budgets.set('local', {}, 'user ada');
    if (isCanceled) await hub.engine.cancel('local', run, { reason: 'not wanted' });
    else clock.advance(6_000);
    await tidying.promise;
    answer.resolve();
    // The store answers in order: what the late count would write was written by then.
    for (let turn = 0; turn < 20; turn++) await hub.engine.questions('local');
    tidied.resolve(1);
    expect(await hub.ended(run)).toMatchObject(
      isCanceled ? { status: 'canceled' } : { status: 'failed', error: { kind: 'timeout' } },
    );
    expect(hub.called.map(({ tool }) => tool)).toEqual(['close']);
    expect(hub.hub.logged()).not.toContain('no longer held by this node');
  });
});

describe('a store that does not count', () => {
  /** A hub whose store fails so when calls are counted, and how often it was asked. */
  const failing = async (reason: string) => {
    const clock = new FakeClock();
    const asked = Promise.withResolvers<void>();
    const tries = { made: 0 };
    const before = (kind: string): void => {
      if (kind !== 'count') return;
      tries.made += 1;
      asked.resolve();
      throw new SignalboxError('store_failed', 'the store fails', { details: { reason } });
    };
    const store = wrappedStore((own) => watchedSpending(own, { before }));
    const hub = await startEngineHub({ settings, store, clock, tools: { mark: () => 1 } });
    await hub.engine.budgets.set('local', { calls: 5 }, 'user ada');
    return { hub, clock, tries, asked: asked.promise };
  };

  test('is not asked again when the call is told to stop', async () => {
    const { hub, clock, tries, asked } = await failing('busy');
    await using _ = hub;
    const run = await hub.order([mark('a')]);
    await asked;
    await hub.engine.cancel('local', run, { reason: 'not wanted' });
    expect(await hub.ended(run)).toMatchObject({ status: 'canceled' });
    await hub.pass(clock, 20_000);
    expect(tries.made).toBe(1);
    expect(hub.called).toEqual([]);
  });

  test.for(['invalid', 'corrupt', 'unsupported'])('is not asked again when it says %s', async (reason) => {
    const { hub, tries } = await failing(reason);
    await using _ = hub;
    expect(await hub.ended(await hub.order([mark('a', { retry: { max: 0 } })]))).toMatchObject({
      status: 'failed',
    });
    expect(tries.made).toBe(1);
    expect(hub.called).toEqual([]);
  });
});

test('calls that only wait for a place when the hub stops are counted when they are made, and not before', async () => {
  const begun = Promise.withResolvers<void>();
  const end = Promise.withResolvers<number>();
  const hold = (): Promise<number> => {
    begun.resolve();
    return end.promise;
  };
  const limited = { engine: { graceMs: 10_000, pollMs: 50 }, limits: { concurrentCalls: 1 } };
  const first = await startEngineHub({ dataDir, settings: limited, tools: { hold } });
  await first.engine.budgets.set('local', { calls: 50 }, 'user ada');
  const branches = ['a', 'b', 'c'].map((id) => [{ id, uses: 'hold' }]);
  const run = await first.order([{ id: 'all', parallel: { branches } }]);
  await begun.promise;
  first.info.stopping.addEventListener('abort', () => end.resolve(1), { once: true });
  await first.hub.stop();
  expect(first.called).toHaveLength(1);
  await using second = await startEngineHub({ dataDir, settings, tools: { hold: () => 1 } });
  expect(await second.ended(run)).toMatchObject({ status: 'succeeded' });
  expect(second.called).toHaveLength(2);
  expect((await second.engine.budgets.read('local')).spent.calls).toBe(3);
});

test('the time of a call is what passed, whatever the clock of the machine says, and no more than it may take', async () => {
  const fake = new FakeClock(Date.UTC(2026, 10, 30, 12));
  let jumpedMs = 0;
  let passedMs = 0;
  const clock: Clock = { now: () => fake.now() + jumpedMs, after: fake.after, elapsed: () => passedMs };
  const work = ({ jump, takes }: JsonObject): number => {
    jumpedMs += Number(jump);
    passedMs += Number(takes);
    return 1;
  };
  await using hub = await startEngineHub({ settings, clock, tools: { work } });
  await hub.engine.budgets.set('local', { seconds: 100 }, 'user ada');
  const step = (id: string, jump: number, takes: number): JsonObject => ({
    id,
    uses: 'work',
    with: { jump, takes },
    timeout_seconds: 2,
  });
  const run = await hub.order([
    step('a', 3_600_000, 1_500),
    step('b', -7_200_000, 500),
    step('c', 0, 600_000),
  ]);
  expect(await hub.ended(run)).toMatchObject({ status: 'succeeded' });
  expect((await hub.engine.budgets.read('local')).spent.seconds).toBe(4);
});
