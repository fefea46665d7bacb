import { FakeClock } from '@signalbox/testkit';
import { expect, test } from 'vitest';
import { LeasedLeadership } from '../src/loop/leadership.ts';
import type { SchedulerTables } from '../src/store/scheduler-tables.ts';
import { noon, owner, type SchedulerHub, startSchedulerHub } from './support/start-scheduler.ts';
import { describePostgres } from './support/test-stores.ts';

const minute = 60_000;

async function occurrencesOf(hub: SchedulerHub): Promise<readonly string[]> {
  const rows = await hub.database
    .queries<SchedulerTables>()
    .selectFrom('scheduler_occurrences')
    .selectAll()
    .execute();
  return rows.map(({ task, nominal_at: at, status }) => `${task} ${at} ${status}`).toSorted();
}

describePostgres((makeStore) => {
  test('two nodes fire each time once, whoever of them leads, and the others tell when they lead', async () => {
    await using store = makeStore();
    const clock = new FakeClock(noon);
    await using one = await startSchedulerHub({ store, clock, node: 'one' });
    await using two = await startSchedulerHub({ store, clock, node: 'two' });
    for (let count = 0; count < 20; count++) await one.make({ overlap: 'allow', title: `task ${count}` });
    for (let passed = 0; passed < 3 * minute; passed += 2_500) await passTogether(clock, one, two);
    expect((await one.engine.orders()).length).toBe(60);
    const all = await occurrencesOf(one);
    expect(new Set(all).size).toBe(60);
    // Only one of them has looked.
    expect([one.decided.length, two.decided.length].toSorted((a, b) => a - b)).toEqual([0, 60]);
    const [leader, other] = one.decided.length > 0 ? [one, two] : [two, one];
    await leader.running.stop();
    for (let passed = 0; passed < minute; passed += 2_500) await passTogether(clock, other);
    expect(other.decided.length).toBe(20);
  });

  test('two nodes that both believe they lead fire each time once', async () => {
    await using store = makeStore();
    const clock = new FakeClock(noon);
    const hubs: SchedulerHub[] = [];
    for (const node of ['one', 'two'])
      hubs.push(await startSchedulerHub({ store, clock, node, isStarted: false }));
    const [one, two] = hubs;
    if (!one || !two) throw new TypeError('the nodes did not start');
    for (let count = 0; count < 10; count++) await one.make({ overlap: 'allow', title: `task ${count}` });
    clock.advance(minute);
    // Every node runs every task by hand and all at once besides.
    const tasks = await one.tasks.list(owner);
    await Promise.all(
      [one, two].flatMap((hub) => [
        hub.running.start().then(() => hub.running.settle()),
        ...tasks.map((task) => hub.tasks.runNow(owner, task.id)),
      ]),
    );
    clock.advance(11_000);
    await Promise.all([one.running.settle(), two.running.settle()]);
    const all = (await occurrencesOf(one)).filter((each) => each.endsWith('fired'));
    expect((await one.engine.orders()).length).toBe(all.length);
    const scheduled = (await one.engine.orders()).filter(({ trigger }) => trigger === 'schedule');
    expect(new Set(scheduled.map(({ task }) => task?.id)).size).toBe(10);
    expect(scheduled.length).toBe(10);
    for (const hub of hubs) await hub[Symbol.asyncDispose]();
  });

  test('the write of a leader that was frozen while another took the lead fails', async () => {
    await using store = makeStore();
    const later = new FakeClock(noon + minute + 10_000);
    let takeLead: (() => Promise<unknown>) | undefined;
    await using hub = await startSchedulerHub({
      store,
      node: 'one',
      wrap: (database) => ({
        ...database,
        together: async (steps) => {
          await takeLead?.();
          return database.together(steps);
        },
      }),
    });
    const task = await hub.make({});
    const other = new LeasedLeadership({
      database: hub.database,
      clock: later,
      node: 'two',
      leaseMs: 10_000,
    });
    takeLead = () => other.hold();
    await hub.pass(minute);
    expect(await other.hold()).toEqual({ epoch: 2 });
    expect(await hub.engine.orders()).toEqual([]);
    expect(await hub.ends(task.id)).toEqual([]);
    expect(await hub.tasks.get(owner, task.id)).toMatchObject({ next_at: noon + minute, run_count: 0 });
    await other.release();
    takeLead = undefined;
    await hub.pass(1_000);
    expect(await hub.ends(task.id)).toEqual(['12:01 fired']);
  });

  test('a lease is taken by one of many that ask at once, and taken over when it is not renewed', async () => {
    await using store = makeStore();
    await using hub = await startSchedulerHub({ store, isStarted: false });
    const clock = new FakeClock(noon);
    const nodes = ['a', 'b', 'c', 'd'].map(
      (node) => new LeasedLeadership({ database: hub.database, clock, node, leaseMs: 10_000 }),
    );
    const holds = async () => (await Promise.all(nodes.map((node) => node.hold()))).filter(Boolean);
    expect(await holds()).toEqual([{ epoch: 1 }]);
    clock.advance(9_999);
    expect(await holds()).toEqual([{ epoch: 1 }]);
    clock.advance(30_000);
    expect((await holds()).length).toBeLessThanOrEqual(1);
    // A clock that goes back does not keep the lead for ever.
    clock.advance(-86_400_000);
    expect((await holds()).length).toBe(1);
  });
});

async function passTogether(clock: FakeClock, ...hubs: readonly SchedulerHub[]): Promise<void> {
  clock.advance(2_500);
  await Promise.all(hubs.map((hub) => hub.running.settle()));
}
