import type { JsonObject, TaskInput } from '@signalbox/sdk';
import { storeError } from '@signalbox/store';
import { FakeClock } from '@signalbox/testkit';
import { expect, test } from 'vitest';
import { crowdedDatabase } from './support/crowded-database.ts';
import { passUntil } from './support/pass-until.ts';
import { noon, owner, type SchedulerHub, startSchedulerHub } from './support/start-scheduler.ts';
import { describePostgres, describeStores } from './support/test-stores.ts';

const many = 200;
const onMail: Partial<TaskInput> = { schedule_kind: 'event', schedule_expr: 'email.*', overlap: 'allow' };
const times = <Result>(count: number, action: (index: number) => Promise<Result>) =>
  Promise.all(Array.from({ length: count }, (_, index) => action(index)));
const tell = (hub: SchedulerHub, id: string) =>
  hub.tasks.publishEvent(owner, { topic: 'email.received', id, source: 'inbox' });

describeStores((makeStore) => {
  test('many events at once make a run of one task each', async () => {
    await using store = makeStore();
    await using hub = await startSchedulerHub({ store });
    const task = await hub.make(onMail);
    const told = await times(many, (index) => tell(hub, `m${index}`));
    expect(new Set(told.map(({ runs: [run] }) => run?.run)).size).toBe(many);
    const seen = (await hub.engine.orders()).map(({ id, event }) => [id, event?.['id']] as const);
    const said = told.map(({ event_id, runs: [run] }) => [run?.run ?? '', event_id] as const);
    expect(new Map(seen)).toEqual(new Map(said));
    expect(await hub.tasks.get(owner, task.id)).toMatchObject({ run_count: many });
  });

  test('an event that is told by many at once makes one run', async () => {
    await using store = makeStore();
    await using hub = await startSchedulerHub({ store });
    await hub.make(onMail);
    const told = await times(30, () => tell(hub, 'm1'));
    expect(new Set(told.map(({ runs: [run] }) => run?.run)).size).toBe(1);
    expect((await hub.engine.orders()).length).toBe(1);
  });

  test('many run a task by hand, and call it as a tool, at once', async () => {
    await using store = makeStore();
    await using hub = await startSchedulerHub({ store });
    const publish_as = { name: 'look_around', description: 'looks' };
    const task = await hub.make({ schedule_kind: 'manual', schedule_expr: '', overlap: 'allow', publish_as });
    const call = { org: 'local', name: 'look_around', params: {} };
    const [byHand, called] = await Promise.all([
      times(many, () => hub.tasks.runNow(owner, task.id)),
      times(many, () => hub.running.published.order(owner, call)),
    ]);
    expect(new Set([...byHand.map(({ run }) => run), ...called]).size).toBe(2 * many);
    expect((await hub.engine.orders()).length).toBe(2 * many);
  });

  test('who is refused something does not stand in the way of others, and one key makes one run', async () => {
    await using store = makeStore();
    await using hub = await startSchedulerHub({ store });
    const keyed = { dedupe_key: 'report', dedupe_window_seconds: 90, overlap: 'allow' } as const;
    const task = await hub.make({ ...keyed, schedule_kind: 'manual', schedule_expr: '' });
    const guest = { ...owner.principal, id: 'guest', roles: ['member'] };
    const wanted = await Promise.allSettled(
      Array.from({ length: 40 }, (_, index) =>
        index % 2 === 0
          ? hub.tasks.runNow(owner, task.id)
          : hub.tasks.runNow({ ...owner, principal: guest }, task.id, { isForced: true }),
      ),
    );
    const runs = new Set(wanted.map((each) => each.status === 'fulfilled' && each.value.run));
    expect([...runs]).toEqual([expect.any(String), false]);
    const [first] = runs;
    expect((await hub.engine.orders()).map(({ id }) => id)).toEqual([first]);
  });

  test('params that cannot be written down refuse their own run, and no other of the same write', async () => {
    await using store = makeStore();
    await using hub = await startSchedulerHub({ store });
    const task = await hub.make({ schedule_kind: 'manual', schedule_expr: '', overlap: 'allow' });
    const params = { count: 1n } as unknown as JsonObject;
    const wanted = await Promise.allSettled(
      Array.from({ length: 9 }, (_, index) =>
        hub.tasks.runNow(owner, task.id, index === 4 ? { params } : {}),
      ),
    );
    expect(wanted.map(({ status }) => status === 'fulfilled')).toEqual(wanted.map((_, index) => index !== 4));
    expect((await hub.engine.orders()).length).toBe(8);
  });

  test('of many runs that fail at once each is counted, and the task is paused', async () => {
    await using store = makeStore();
    await using hub = await startSchedulerHub({ store });
    const task = await hub.make({ ...onMail, pause_on_failures: 60 });
    await times(60, (index) => tell(hub, `m${index}`));
    const orders = await hub.engine.orders();
    await Promise.all(orders.map(({ id }) => hub.engine.set(id, 'failed')));
    await hub.running.settle();
    expect(await hub.tasks.get(owner, task.id)).toMatchObject({
      status: 'paused',
      status_reason: '60 runs in a row have failed',
      failures: 60,
    });
  });

  test('a task is paused in the middle of many events', async () => {
    await using store = makeStore();
    await using hub = await startSchedulerHub({ store });
    const task = await hub.make(onMail);
    const [told, paused] = await Promise.all([
      times(many, (index) => tell(hub, `m${index}`)),
      hub.tasks.pause(owner, task.id),
    ]);
    expect(paused.status).toBe('paused');
    expect(told.every(({ runs: [run] }) => run !== undefined)).toBe(true);
    expect((await hub.tasks.occurrences(owner, task.id, { limit: 200 })).length).toBe(many);
  });

  test('an event that cannot be placed for others is kept, and run soon', async () => {
    const state: Parameters<typeof crowdedDatabase>[0] = { refusal: undefined };
    await using store = makeStore();
    await using hub = await startSchedulerHub({ store, wrap: crowdedDatabase(state) });
    const task = await hub.make(onMail);
    state.refusal = storeError('stale', 'somebody was quicker');
    const told = await passUntil(hub.clock, tell(hub, 'm1'));
    expect(told).toMatchObject({ event_id: 'm1', is_new: true, runs: [] });
    const refused = passUntil(hub.clock, hub.tasks.runNow(owner, task.id));
    await expect(refused).rejects.toMatchObject({ code: 'overloaded' });
    state.refusal = undefined;
    await hub.pass(5_001);
    expect((await tell(hub, 'm1')).runs).toMatchObject([{ status: 'fired' }]);
    expect((await hub.engine.orders()).map(({ event }) => event?.['id'])).toEqual(['m1']);
  });
});

describePostgres((makeStore) => {
  test('many events at once on two nodes make a run of one task each', async () => {
    await using store = makeStore();
    const clock = new FakeClock(noon);
    await using one = await startSchedulerHub({ store, clock, node: 'one' });
    await using two = await startSchedulerHub({ store, clock, node: 'two' });
    const task = await one.make({ ...onMail, pause_on_failures: many });
    const told = await passUntil(
      clock,
      times(many, (index) => tell(index % 2 === 0 ? one : two, `m${index}`)),
    );
    const runs = told.map(({ runs: [run] }) => run?.run ?? '');
    expect(new Set(runs).size).toBe(many);
    expect((await one.engine.orders()).length).toBe(many);
    await passUntil(
      clock,
      times(many, async (index) =>
        (index % 2 === 0 ? one : two).engine.set(runs[index] ?? '', 'failed'),
      ).then(() => Promise.all([one.running.settle(), two.running.settle()])),
    );
    expect(await one.tasks.get(owner, task.id)).toMatchObject({ status: 'paused', failures: many });
  });
});
