import { SignalboxError, type StoreWrite } from '@signalbox/sdk';
import type { Database } from '@signalbox/store';
import { expect, test } from 'vitest';
import { startEngineHub } from './support/engine-hub.ts';
import { wrappedStore } from './support/wrapped-store.ts';

/** A store that refuses one write of the kind a test chooses, when it says so, and takes all others. */
function refusingStore(isMeant: (steps: readonly StoreWrite[]) => boolean) {
  let isArmed = false;
  const refused = Promise.withResolvers<void>();
  const wrap = (own: Database): Database => ({
    ...own,
    together: (steps) => {
      if (!isArmed || !isMeant(steps)) return own.together(steps);
      isArmed = false;
      refused.resolve();
      const details = { reason: 'busy' };
      return Promise.reject(new SignalboxError('store_failed', 'the store is busy', { details }));
    },
  });
  return { extension: wrappedStore(wrap), arm: () => (isArmed = true), refused: refused.promise };
}

test('a renewal the store did not take is made again, and no call is given up for it', async () => {
  const store = refusingStore(([step, more]) => !more && /set "lease_until" = .* in /.test(step?.sql ?? ''));
  const begun = Promise.withResolvers<void>();
  const going = Promise.withResolvers<string>();
  await using hub = await startEngineHub({
    store: store.extension,
    settings: { engine: { leaseMs: 3_000, pollMs: 100 } },
    tools: {
      slow: () => {
        begun.resolve();
        return going.promise;
      },
    },
  });
  const run = await hub.order([{ id: 'a', uses: 'slow' }]);
  await begun.promise;
  store.arm();
  await store.refused;
  going.resolve('done');
  expect(await hub.ended(run)).toMatchObject({ status: 'succeeded', output: 'done' });
});

test('a run whose end by force the store did not take is ended when it takes it', async () => {
  const store = refusingStore((steps) =>
    steps.some(({ sql, parameters }) => sql.includes('engine_runs') && parameters.includes('canceled')),
  );
  const begun = Promise.withResolvers<void>();
  await using hub = await startEngineHub({
    store: store.extension,
    settings: { engine: { leaseMs: 1_000, pollMs: 50 } },
    tools: {
      hang: () => {
        begun.resolve();
        return new Promise(() => undefined);
      },
    },
  });
  const run = await hub.order([{ id: 'a', uses: 'hang', timeout_seconds: 3_600 }]);
  await begun.promise;
  store.arm();
  await hub.engine.cancel('local', run, { reason: 'enough', isForced: true }).catch(() => undefined);
  await store.refused;
  expect(await hub.ended(run)).toMatchObject({ status: 'canceled' });
});

test('a run that comes to thousands of writes in one moment goes on', async () => {
  const items = Array.from({ length: 50 }, (_, index) => index);
  const all = Promise.withResolvers<number>();
  let begun = 0;
  await using hub = await startEngineHub({
    tools: {
      together: () => {
        begun += 1;
        if (begun === items.length) all.resolve(1);
        return all.promise;
      },
    },
  });
  const steps = [
    { id: 'c', uses: 'together' },
    ...Array.from({ length: 40 }, (_, index) => ({ id: `s${index}`, output: index })),
  ];
  const loop = { id: 'loop', foreach: { in: '${params.items}', max_parallel: 50 }, steps };
  const run = await hub.order([loop], { params: { items } });
  expect(await hub.ended(run)).toMatchObject({ status: 'succeeded' });
  expect(hub.called).toHaveLength(50);
});

test('a hub stops also when the store does not take which calls had not begun', async () => {
  const store = refusingStore((steps) => steps.some(({ sql }) => sql.includes('"begun_at" = ')));
  const begun = Promise.withResolvers<void>();
  const hub = await startEngineHub({
    store: store.extension,
    settings: { engine: { graceMs: 100 }, limits: { concurrentCalls: 1 } },
    tools: {
      hold: () => {
        begun.resolve();
        return new Promise(() => undefined);
      },
    },
  });
  await hub.order([
    { id: 'all', parallel: { branches: [[{ id: 'a', uses: 'hold' }], [{ id: 'b', uses: 'hold' }]] } },
  ]);
  await begun.promise;
  store.arm();
  await hub.hub.stop();
  expect(hub.hub.logged()).toContain('it could not be written down which calls had not begun');
  expect(hub.hub.logged()).not.toContain('failed to stop cleanly');
});
