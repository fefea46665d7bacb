import { FakeClock } from '@signalbox/testkit';
import { expect, test } from 'vitest';
import { makeScheduler } from '../../src/index.ts';
import { crashingDatabase } from '../support/crashing-database.ts';
import { noon, owner, type SchedulerHub, startSchedulerHub } from '../support/start-scheduler.ts';
import { describePostgres, describeStores } from '../support/test-stores.ts';

const hour = 3_600_000;
const daily = { schedule_expr: '30 8 * * *', exclude: [{ calendar: 'md' }] };
const set = (hub: SchedulerHub, dates: readonly string[]) =>
  hub.running.calendars.set(owner, { name: 'md', dates });

describePostgres((makeStore) => {
  test('dates that were changed on one node are those the other fires by', async () => {
    await using store = makeStore();
    const clock = new FakeClock(noon);
    await using one = await startSchedulerHub({ store, clock, node: 'one' });
    await using two = await startSchedulerHub({ store, clock, node: 'two' });
    const leads = one;
    await set(one, ['2026-01-05']);
    const { id } = await one.make(daily);
    // It has compiled the schedule by the dates there were.
    await leads.tasks.preview(owner, { task: id }, 1);
    expect((await set(two, ['2026-01-02'])).moves).toHaveLength(1);
    clock.advance(20.5 * hour);
    await Promise.all([one.running.settle(), two.running.settle()]);
    expect(await one.engine.orders()).toEqual([]);
    expect(await one.tasks.get(owner, id)).toMatchObject({ next_at: Date.UTC(2026, 0, 3, 8, 30) });
    expect(await two.tasks.preview(owner, { task: id }, 3)).toEqual(
      await one.tasks.preview(owner, { task: id }, 3),
    );
    await set(one, []);
    expect(await two.tasks.preview(owner, { task: id }, 3)).toMatchObject([
      { local: '2026-01-03T08:30:00' },
      { local: '2026-01-04T08:30:00' },
      { local: '2026-01-05T08:30:00' },
    ]);
  });
});

describeStores((makeStore) => {
  test('dates that are changed between the decision to fire and its write are in time', async () => {
    await using store = makeStore();
    let beforeWrite: (() => Promise<unknown>) | undefined;
    await using hub = await startSchedulerHub({
      store,
      wrap: (database) => ({
        ...database,
        together: async (steps) => {
          const change = beforeWrite;
          beforeWrite = undefined;
          await change?.();
          return database.together(steps);
        },
      }),
    });
    await set(hub, ['2026-01-05']);
    const { id } = await hub.make(daily);
    // Another node writes the dates, and is gone before it has found the next time again.
    const { wrapped } = crashingDatabase(hub.database, { at: 2, isWritten: false });
    const other = await makeScheduler({ ...hub.parts, database: wrapped, node: 'two' });
    const wanted = { name: 'md', dates: ['2026-01-02'] };
    beforeWrite = () => other.calendars.set(owner, wanted).catch(() => undefined);
    await hub.pass(20.5 * hour);
    await hub.pass(1_000);
    expect(beforeWrite).toBeUndefined();
    expect(await hub.engine.orders()).toEqual([]);
    expect(await hub.ends(id)).toEqual(['08:30 skipped']);
    expect(await hub.tasks.get(owner, id)).toMatchObject({
      next_at: Date.UTC(2026, 0, 3, 8, 30),
      run_count: 0,
    });
  });
});
