import type { TaskInput } from '@signalbox/sdk';
import { expect, test } from 'vitest';
import { owner, type SchedulerHub, startSchedulerHub } from './support/start-scheduler.ts';
import { describeStores } from './support/test-stores.ts';

const minute = 60_000;
const onMail: Partial<TaskInput> = { schedule_kind: 'event', schedule_expr: 'email.*', overlap: 'allow' };
const tell = (hub: SchedulerHub) => hub.tasks.publishEvent(owner, { topic: 'email.received' });

describeStores((makeStore) => {
  test('a task that may have no more runs than it has had is completed', async () => {
    await using store = makeStore();
    await using hub = await startSchedulerHub({ store });
    const task = await hub.make({ overlap: 'allow', max_runs: 5 });
    for (let count = 0; count < 3; count++) await hub.pass(minute);
    const changed = await hub.tasks.update(owner, task.id, { max_runs: 2 });
    const end = { status: 'completed', status_reason: 'it has had its 3 runs', run_count: 3 };
    expect(changed).toMatchObject(end);
    expect(changed).not.toHaveProperty('next_at');
    await hub.pass(5 * minute);
    expect(await hub.ends(task.id)).toEqual(['12:01 fired', '12:02 fired', '12:03 fired']);
  });

  test('a paused task that may have no more runs is completed when it is due again', async () => {
    await using store = makeStore();
    await using hub = await startSchedulerHub({ store });
    const task = await hub.make({ overlap: 'allow' });
    await hub.pass(minute);
    await hub.tasks.pause(owner, task.id);
    await hub.tasks.update(owner, task.id, { max_runs: 1 });
    await hub.pass(minute);
    await hub.tasks.resume(owner, task.id);
    await hub.running.settle();
    expect(await hub.ends(task.id)).toEqual(['12:01 fired', '12:02 skipped']);
    expect(await hub.tasks.get(owner, task.id)).toMatchObject({ status: 'completed' });
  });

  test('an event that waits at a task which has had its runs is skipped with it', async () => {
    await using store = makeStore();
    await using hub = await startSchedulerHub({ store });
    const task = await hub.make({ ...onMail, debounce_seconds: 60, max_runs: 1 });
    await tell(hub);
    await hub.tasks.update(owner, task.id, { remove: ['debounce_seconds'] });
    await tell(hub);
    const all = (await hub.tasks.occurrences(owner, task.id)).toReversed();
    expect(all.map(({ status, reason }) => [status, reason])).toEqual([
      ['skipped', 'the task is completed: it has had its 1 runs'],
      ['fired', undefined],
    ]);
    await hub.pass(2 * minute);
    expect((await hub.engine.orders()).length).toBe(1);
  });

  test('an event that waits is skipped when its task may have no more runs, and none waits from then on', async () => {
    await using store = makeStore();
    await using hub = await startSchedulerHub({ store });
    const task = await hub.make({ ...onMail, debounce_seconds: 60 });
    await tell(hub);
    await hub.pass(minute);
    await tell(hub);
    await hub.tasks.pause(owner, task.id);
    await hub.tasks.update(owner, task.id, { max_runs: 1 });
    await hub.tasks.resume(owner, task.id);
    await hub.running.settle();
    expect(await hub.ends(task.id)).toEqual(['12:00 fired by event', '12:01 skipped by event']);
    expect(await hub.tasks.get(owner, task.id)).toMatchObject({ status: 'completed' });

    const other = await hub.make({ ...onMail, debounce_seconds: 60 });
    await tell(hub);
    await hub.pass(minute);
    await tell(hub);
    expect(await hub.tasks.update(owner, other.id, { max_runs: 1 })).toMatchObject({ status: 'completed' });
    expect((await hub.ends(other.id)).at(-1)).toMatch(/ skipped by event$/);
    expect((await tell(hub)).runs).toEqual([]);
  });
});
