import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { EngineTables } from '@signalbox/runs';
import { type OrderChild, SignalboxError, type StoreWrite } from '@signalbox/sdk';
import { FakeClock } from '@signalbox/testkit';
import { describe, expect, test } from 'vitest';
import { taskOf, theOther } from './support/child-tasks.ts';
import { dyingStore } from './support/dying-store.ts';
import { type EngineHub, type Handle, startEngineHub } from './support/engine-hub.ts';
import { wrappedStore } from './support/wrapped-store.ts';

const nap = { steps: [{ id: 'nap', sleep: '1h' }] };
const napping = taskOf(nap);
const calling = { steps: [{ id: 'child', call: 'greet' }] };

const orders = (steps: readonly StoreWrite[]): boolean =>
  steps.some(({ sql }) => sql.startsWith('insert into "engine_runs"'));
const ends = (steps: readonly StoreWrite[]): boolean =>
  steps.some(
    ({ sql, parameters }) =>
      sql.startsWith('update "engine_runs"') &&
      sql.includes('"finished_at"') &&
      parameters.includes('canceled'),
  );

/** Orders of runs that are made when that is said, and a store in which nothing ends before one was made. */
function endAfterOrder() {
  const asked = Promise.withResolvers<void>();
  const may = Promise.withResolvers<void>();
  const made = Promise.withResolvers<void>();
  const task: OrderChild = async (wanted) => {
    asked.resolve();
    await may.promise;
    return napping(wanted);
  };
  const store = wrappedStore((own) => ({
    ...own,
    together: async (steps) => {
      if (ends(steps)) {
        may.resolve();
        await made.promise;
      }
      await own.together(steps);
      if (orders(steps) && steps.length > 2) made.resolve();
    },
  }));
  return { task, store, asked: asked.promise, order: () => may.resolve() };
}

/** Both runs, when they have ended. */
async function bothEnded(hub: EngineHub, run: string): Promise<readonly string[]> {
  const child = await theOther(hub, run);
  return [(await hub.ended(run)).status, (await hub.ended(child)).status];
}

describe('a run that a step has ordered', () => {
  test('in the very moment in which its own is ended by force does not go on alone', async () => {
    const { task, store, asked } = endAfterOrder();
    await using hub = await startEngineHub({ store });
    hub.engine.callTasks(task);
    const run = await hub.order(calling);
    await asked;
    await hub.engine.cancel('local', run, { reason: 'at once', isForced: true });
    expect(await bothEnded(hub, run)).toEqual(['canceled', 'canceled']);
  });

  test('in the very moment in which its own has tidied up for too long does not go on alone', async () => {
    const clock = new FakeClock(Date.UTC(2026, 0, 1));
    const { task, store, asked, order } = endAfterOrder();
    const settings = { engine: { tidyUpMs: 20_000 } };
    await using hub = await startEngineHub({ clock, store, settings });
    hub.engine.callTasks(task);
    const run = await hub.order({ steps: [{ id: 'nap', sleep: '1h' }], finally: calling.steps });
    await hub.reached(run, 'waiting');
    await hub.engine.cancel('local', run, { reason: 'enough' });
    await asked;
    await hub.pass(clock, 20_000);
    order();
    expect(await bothEnded(hub, run)).toEqual(['canceled', 'canceled']);
  });

  test.each([
    ['before', false],
    ['after', true],
  ])('ends with it also when the hub dies %s any write of that', async (_when, isDoneFirst) => {
    const how = { reason: 'at once', isForced: true };
    const settings = { engine: { graceMs: 0, pollMs: 50 } };
    let survived = false;
    for (let writes = 0; !survived; writes++) {
      const dataDir = mkdtempSync(join(tmpdir(), 'signalbox-engine-'));
      let isCounting = false;
      const store = dyingStore(
        writes,
        () => undefined,
        isDoneFirst,
        () => isCounting,
      );
      const first = await startEngineHub({ dataDir, settings, store });
      first.engine.callTasks(napping);
      const run = await first.order(calling);
      const child = await theOther(first, run);
      await first.reached(child, 'waiting');
      isCounting = true;
      survived = await first.engine.cancel('local', run, how).then(
        () => true,
        () => false,
      );
      await first.hub.stop();

      await using second = await startEngineHub({ dataDir, settings });
      // Whoever was told that it failed says it again; that it has ended already is as good.
      await second.engine.cancel('local', run, how).catch(onlyConflict);
      const ended = [(await second.ended(run)).status, (await second.ended(child)).status];
      expect(ended, `${writes} writes`).toEqual(['canceled', 'canceled']);
      await second.hub.stop();
      rmSync(dataDir, { recursive: true, force: true });
    }
  });
});

test('a run that begins in the very moment in which it is canceled has those it orders tidy up', async () => {
  const released = Promise.withResolvers<void>();
  const reached = Promise.withResolvers<void>();
  let isHeld = false;
  const store = wrappedStore((own) => ({
    ...own,
    together: async (steps) => {
      if (!isHeld && ends(steps)) {
        isHeld = true;
        reached.resolve();
        await released.promise;
      }
      await own.together(steps);
    },
  }));
  const clock = new FakeClock(Date.UTC(2026, 0, 1));
  await using hub = await startEngineHub({ clock, store, tools: { mark: () => 1 } });
  hub.engine.callTasks(taskOf({ ...nap, finally: [{ id: 'close', uses: 'mark' }] }));
  const run = await hub.order(calling, { availableAt: clock.now() + 60_000 });
  const canceled = hub.engine.cancel('local', run, { reason: 'enough' });
  await reached.promise;
  await hub.pass(clock, 60_000);
  const child = await theOther(hub, run);
  await hub.reached(child, 'waiting');
  released.resolve();
  await canceled;
  expect((await hub.ended(child)).status).toBe('canceled');
  expect((await hub.ended(run)).status).toBe('canceled');
  expect(hub.called).toHaveLength(1);
});

test('a run that cannot be read any more ends with those it has ordered, and is not tried again by hand', async () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'signalbox-engine-'));
  const first = await startEngineHub({ dataDir });
  first.engine.callTasks(napping);
  const run = await first.order(calling);
  const child = await theOther(first, run);
  await first.reached(child, 'waiting');
  await first.reached(run, 'waiting');
  await first.database
    .queries<EngineTables>()
    .updateTable('engine_plans')
    .set({ definition: '{"steps":[]}' })
    .where('definition', 'like', '%greet%')
    .execute();
  await first.hub.stop();
  await using second = await startEngineHub({ dataDir });
  await second.engine.cancel('local', run, { reason: 'enough' });
  expect(await second.ended(run)).toMatchObject({ status: 'failed', error: { kind: 'invalid_args' } });
  expect((await second.ended(child)).status).toBe('canceled');
  await expect(second.engine.retry('local', run)).rejects.toThrow('ended in the middle');
  rmSync(dataDir, { recursive: true, force: true });
});

test('an end by force that the store refused is not waited for until the run is held no more', async () => {
  const stopped = Promise.withResolvers<void>();
  const hang: Handle = (_args, { signal }) =>
    new Promise<never>((_resolve, reject) => {
      signal.addEventListener('abort', () => {
        stopped.resolve();
        reject(new Error('stopped'));
      });
    });
  let isRefused = false;
  const store = wrappedStore((own) => ({
    ...own,
    together: async (steps) => {
      if (!isRefused && ends(steps)) {
        await stopped.promise;
        await own.queries().introspection.getTables();
        isRefused = true;
        throw new SignalboxError('store_failed', 'the disk is slow', { details: { reason: 'io' } });
      }
      await own.together(steps);
    },
  }));
  // Far longer than a test takes.
  const settings = { engine: { leaseMs: 600_000 } };
  await using hub = await startEngineHub({ store, settings, tools: { hang } });
  const run = await hub.order([{ id: 'a', uses: 'hang', timeout_seconds: 3_600 }]);
  await expect.poll(() => hub.called, { interval: 5 }).toHaveLength(1);
  await expect(hub.engine.cancel('local', run, { reason: 'at once', isForced: true })).rejects.toThrow(
    'slow',
  );
  expect((await hub.ended(run)).status).toBe('canceled');
  expect(isRefused).toBe(true);
});

function onlyConflict(error: unknown): void {
  if (!(error instanceof SignalboxError) || error.code !== 'conflict') throw error;
}
