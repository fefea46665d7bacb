import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { JsonObject, OrderChild } from '@signalbox/sdk';
import { FakeClock } from '@signalbox/testkit';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { dyingStore } from './support/dying-store.ts';
import { type EngineHub, type Handle, startEngineHub } from './support/engine-hub.ts';

const startsAt = Date.UTC(2026, 0, 1);
const hang: Handle = (_args, { signal }) =>
  new Promise<never>((_resolve, reject) => {
    signal.addEventListener('abort', () => reject(new Error('stopped')));
  });
const mark: Handle = ({ step }) => ({ step: step ?? null });
const tools = { mark, hang };
const act = (id: string, more: JsonObject = {}): JsonObject => ({
  id,
  uses: 'mark',
  with: { step: id },
  ...more,
});
const tidy = {
  steps: [
    act('a', { compensate: { uses: 'mark', with: { step: 'undo a' } } }),
    { id: 'b', uses: 'hang', timeout_seconds: 3_600 },
  ],
  on_failure: [act('alarm')],
  finally: [act('close', { with: { step: 'close ${run.error.kind}' } })],
};
const stuck = { ...tidy, finally: [{ id: 'close', uses: 'hang', timeout_seconds: 3_600 }] };

/** The tools called, and the steps they were told. */
const calledOf = (hub: EngineHub): readonly string[] =>
  hub.called.map(({ tool, args }) => (typeof args['step'] === 'string' ? args['step'] : tool));

/** Waits until this has been called; everything before it is written down then. */
async function untilCalled(hub: EngineHub, what: string): Promise<void> {
  await expect.poll(() => calledOf(hub), { interval: 5 }).toContain(what);
}

describe('a run that is told to end', () => {
  test('undoes what it did and tidies up before it is canceled', async () => {
    await using hub = await startEngineHub({ tools });
    const run = await hub.order(tidy);
    await untilCalled(hub, 'hang');
    await hub.engine.cancel('local', run, { reason: 'enough' });
    expect(await hub.ended(run)).toMatchObject({
      status: 'canceled',
      error: { kind: 'canceled', message: 'enough' },
    });
    expect(calledOf(hub)).toEqual(['a', 'hang', 'undo a', 'close canceled']);
  });

  test('for taking too long does the same, and has timed out', async () => {
    const clock = new FakeClock(startsAt);
    await using hub = await startEngineHub({ clock, tools });
    const run = await hub.order(tidy, { timeoutMs: 10_000 });
    await untilCalled(hub, 'hang');
    await hub.pass(clock, 10_000);
    const ended = await hub.ended(run);
    expect(ended).toMatchObject({ status: 'timed_out', error: { kind: 'timeout' } });
    expect(ended).not.toHaveProperty('stopping');
    expect(calledOf(hub)).toEqual(['a', 'hang', 'undo a', 'close timeout']);
  });

  test('says so while it tidies up, does not listen again, and ends at once by force', async () => {
    const clock = new FakeClock(startsAt);
    await using hub = await startEngineHub({ clock, tools });
    const run = await hub.order(stuck, { timeoutMs: 90_000 });
    await untilCalled(hub, 'hang');
    await hub.engine.cancel('local', run, { reason: 'enough' });
    await expect.poll(() => calledOf(hub)).toEqual(['a', 'hang', 'undo a', 'hang']);
    const stopping = { as: 'canceled', since: startsAt, until: startsAt + 120_000 };
    expect(await hub.engine.find('local', run)).toMatchObject({
      status: 'running',
      error: { message: 'enough' },
      stopping,
    });
    await hub.engine.cancel('local', run, { reason: 'again' });
    // Its longest time passes, too, and makes nothing of it that has taken too long.
    await hub.pass(clock, 100_000);
    expect(await hub.engine.find('local', run)).toMatchObject({ stopping });
    await hub.engine.cancel('local', run, { reason: 'at once', isForced: true });
    expect(await hub.ended(run)).toMatchObject({ status: 'canceled', error: { message: 'at once' } });
    expect(calledOf(hub)).toHaveLength(4);
  });

  test('is ended as it stands when it has tidied up for too long', async () => {
    const clock = new FakeClock(startsAt);
    await using hub = await startEngineHub({ clock, tools, settings: { engine: { tidyUpMs: 20_000 } } });
    const run = await hub.order(stuck, { timeoutMs: 5_000 });
    await untilCalled(hub, 'hang');
    await hub.pass(clock, 5_000);
    await expect.poll(() => calledOf(hub)).toHaveLength(4);
    await hub.pass(clock, 20_000);
    const ended = await hub.ended(run);
    expect(ended).toMatchObject({
      status: 'timed_out',
      error: { message: expect.stringContaining('no time left to tidy up') },
    });
    expect(ended.steps.find(({ path }) => path === 'close')).toMatchObject({
      status: 'canceled',
      error: { kind: 'in_doubt' },
    });
  });
});

describe('a run of a run that is told to end', () => {
  const taskOf =
    (pipeline: JsonObject): OrderChild =>
    async ({ task, ...wanted }) => ({
      ...wanted,
      title: task,
      pipeline,
      trigger: 'call',
      timezone: 'UTC',
      priority: 5,
      availableAt: 0,
      maxRetries: 0,
    });
  const steps = [{ id: 'child', call: 'other' }];

  test('is told, too, and waited for while it tidies up', async () => {
    await using hub = await startEngineHub({ tools });
    hub.engine.callTasks(taskOf({ ...tidy, finally: [act('inner', { with: { step: 'child closes' } })] }));
    const run = await hub.order({ steps, finally: [act('outer', { with: { step: 'parent closes' } })] });
    await untilCalled(hub, 'hang');
    await hub.engine.cancel('local', run, { reason: 'enough' });
    expect((await hub.ended(run)).status).toBe('canceled');
    expect(calledOf(hub)).toEqual(['a', 'hang', 'undo a', 'child closes', 'parent closes']);
    const runs = await hub.engine.list('local', { limit: 5 });
    expect(runs.map(({ status }) => status)).toEqual(['canceled', 'canceled']);
  });

  test('has half of the time, so that there is some left for who waits for it', async () => {
    const clock = new FakeClock(startsAt);
    await using hub = await startEngineHub({ clock, tools, settings: { engine: { tidyUpMs: 30_000 } } });
    hub.engine.callTasks(taskOf(stuck));
    const run = await hub.order({ steps, finally: [act('outer', { with: { step: 'parent closes' } })] });
    await untilCalled(hub, 'hang');
    await hub.engine.cancel('local', run, { reason: 'enough' });
    await expect.poll(() => calledOf(hub)).toEqual(['a', 'hang', 'undo a', 'hang']);
    await hub.pass(clock, 16_000);
    expect(await hub.ended(run)).toMatchObject({ status: 'canceled', error: { message: 'enough' } });
    expect(calledOf(hub).at(-1)).toBe('parent closes');
  });
});

describe('a crash while a run tidies up', () => {
  let dataDir: string;
  beforeEach(() => {
    dataDir = mkdtempSync(join(tmpdir(), 'signalbox-stopping-'));
  });
  afterEach(() => rmSync(dataDir, { recursive: true, force: true }));
  const atOnce = { engine: { graceMs: 0, pollMs: 50, repeatable: ['mark'] } };
  const lasting = {
    ...tidy,
    steps: [tidy.steps[0], { ...tidy.steps[1], on_unknown: 'retry' }],
  } as JsonObject;

  test('before any write loses nothing of it, and repeats nothing that was done', async () => {
    let survived = false;
    for (let writes = 0; !survived; writes++) {
      const folder = join(dataDir, `${writes}`);
      const death = Promise.withResolvers<'dead'>();
      let isTold = false;
      const store = dyingStore(
        writes,
        () => death.resolve('dead'),
        false,
        () => isTold,
      );
      const first = await startEngineHub({ dataDir: folder, settings: atOnce, tools, store });
      const run = await first.order(lasting);
      await untilCalled(first, 'hang');
      isTold = true;
      const isHeard = await first.engine.cancel('local', run, { reason: 'enough' }).then(
        () => true,
        () => false,
      );
      survived = isHeard && (await Promise.race([death.promise, first.ended(run)])) !== 'dead';
      await first.hub.stop();

      await using second = await startEngineHub({ dataDir: folder, settings: atOnce, tools });
      if (!isHeard) await second.engine.cancel('local', run, { reason: 'enough' });
      const ended = await second.ended(run);
      expect(ended).toMatchObject({ status: 'canceled', error: { message: 'enough' } });
      expect(ended.steps.find(({ path }) => path === 'close')).toMatchObject({ status: 'done' });
      // What was under way at the crash is repeated, since its tool may be; what was done is not.
      const calls = [...calledOf(first), ...calledOf(second)].filter((each) => each !== 'hang');
      expect([...new Set(calls)]).toEqual(['a', 'undo a', 'close canceled']);
      expect(calls.length).toBeLessThanOrEqual(4);
    }
  });
});
