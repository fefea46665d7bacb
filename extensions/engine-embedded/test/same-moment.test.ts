import { changeRun, deliverMessage, endWrites, orderWrites, renewLeases } from '@signalbox/runs';
import type { RunOrder, StoreWrite } from '@signalbox/sdk';
import { expect, test } from 'vitest';
import { SimulatedStore, type Wire } from './simulation/support/simulated-store.ts';

const now = 1_750_000_000_000;
const plain: Wire = async (_kind, carryOut) => carryOut();
const end: StoreWrite = {
  sql: "update engine_runs set status = 'running', finished_at = 1 where id = 'run'",
  parameters: [],
};

function storeWithRun(): SimulatedStore {
  const store = new SimulatedStore();
  const order: RunOrder = {
    id: 'run',
    org: 'local',
    title: 'test',
    pipeline: { steps: [] },
    params: {},
    trigger: 'manual',
    runAs: { kind: 'user', id: 'owner', org: 'local', level: 'trusted' },
    scheduledAt: now,
    timezone: 'UTC',
    priority: 5,
    availableAt: now,
    maxRetries: 0,
  };
  store.write(orderWrites(store.connect('sqlite', plain), order, 'hash', now));
  return store;
}

test('a letter for a run that ends in the same moment is not kept', async () => {
  const store = storeWithRun();
  const database = store.connect('sqlite', async (kind, carryOut) => {
    if (kind === 'write') store.write([end]);
    return carryOut();
  });
  const message = { kind: 'cancel', reason: 'enough', isForced: false } as const;
  expect(await deliverMessage(database, now, { run: 'run', id: 'cancel', message })).toBe(false);
  expect(store.rows('select * from engine_inbox')).toEqual([]);
});

test('a run that has ended is not told of the end of one it started', () => {
  const store = storeWithRun();
  const parent = JSON.stringify({ run: 'run', path: 'a', attempt: 1 });
  const writes = endWrites(store.connect('sqlite', plain), { id: 'child', parent, slot_key: null }, now);
  store.write(writes);
  expect(store.rows('select id, at from engine_inbox')).toEqual([{ id: 'child:child', at: now }]);
  store.write([{ sql: 'delete from engine_inbox', parameters: [] }, end]);
  store.write(writes);
  expect(store.rows('select * from engine_inbox')).toEqual([]);
});

test('of the runs a node holds, one that was laid aside in the same moment and one another has taken are not renewed', async () => {
  const store = storeWithRun();
  const database = store.connect('sqlite', plain);
  const hold = { id: 'run', epoch: 0 };
  const renew = (until: number) => renewLeases(database, { node: 'one', until, holds: [hold] });
  store.write([changeRun(database, hold, { lease_until: now + 1 })]);
  expect(await renew(now + 2)).toEqual([]);
  store.write([{ sql: "update engine_runs set lease_node = 'one'", parameters: [] }]);
  expect(await renew(now + 2)).toEqual([hold]);
  expect(store.rows('select lease_until from engine_runs')).toEqual([{ lease_until: now + 2 }]);
  store.write([changeRun(database, hold, { lease_until: 0 })]);
  expect(await renew(now + 3)).toEqual([]);
  expect(store.rows('select lease_until from engine_runs')).toEqual([{ lease_until: 0 }]);
  store.write([changeRun(database, hold, { lease_until: now + 1 })]);
  store.write([{ sql: 'update engine_runs set lease_epoch = 1', parameters: [] }]);
  expect(await renew(now + 4)).toEqual([]);
});
