import type { TaskInput } from '@signalbox/sdk';
import { expect, test } from 'vitest';
import { owner, type SchedulerHub, startSchedulerHub } from './support/start-scheduler.ts';
import { describeStores } from './support/test-stores.ts';

const minute = 60_000;
const day = 86_400_000;
const onMail: Partial<TaskInput> = { schedule_kind: 'event', schedule_expr: 'email.*', overlap: 'allow' };
const tell = async (hub: SchedulerHub): Promise<string | undefined> =>
  (await hub.tasks.publishEvent(owner, { topic: 'email.received' })).runs[0]?.status;

describeStores((makeStore) => {
  test('after the clock was ahead the rate of a task is as it says', async () => {
    await using store = makeStore();
    await using hub = await startSchedulerHub({ store });
    await hub.make({ ...onMail, rate: { limit: 2, per_seconds: 60 } });
    hub.clock.advance(day);
    expect([await tell(hub), await tell(hub)]).toEqual(['fired', 'fired']);
    hub.clock.advance(-day);
    expect(await tell(hub)).toBe('skipped');
    hub.clock.advance(minute);
    expect([await tell(hub), await tell(hub), await tell(hub)]).toEqual(['fired', 'fired', 'skipped']);
  });

  test('a run that was ordered while the clock was ahead holds no key', async () => {
    await using store = makeStore();
    await using hub = await startSchedulerHub({ store });
    const keyed = { dedupe_key: 'k', dedupe_window_seconds: 600, overlap: 'allow' } as const;
    const task = await hub.make({ ...keyed, schedule_kind: 'manual', schedule_expr: '' });
    hub.clock.advance(day);
    await hub.tasks.runNow(owner, task.id);
    hub.clock.advance(-day);
    const first = await hub.tasks.runNow(owner, task.id);
    expect(first).toMatchObject({ status: 'fired' });
    expect(await hub.tasks.runNow(owner, task.id)).toMatchObject({ status: 'deduplicated', run: first.run });
  });

  test('an event that came while the clock was ahead waits no longer than its task says', async () => {
    await using store = makeStore();
    await using hub = await startSchedulerHub({ store });
    const [task, other] = [await hub.make({ ...onMail, debounce_seconds: 5 }), await hub.make(onMail)];
    hub.clock.advance(60 * minute);
    await tell(hub);
    hub.clock.advance(-60 * minute);
    await hub.running.tidy();
    await hub.pass(5_000);
    expect(await hub.ends(task.id)).toEqual(['13:00 fired by event']);
    expect(await hub.ends(other.id)).toEqual(['13:00 fired by event']);
  });

  test('an event takes the place of one that came while the clock was ahead', async () => {
    await using store = makeStore();
    await using hub = await startSchedulerHub({ store });
    const task = await hub.make({ ...onMail, debounce_seconds: 5 });
    hub.clock.advance(60 * minute);
    await tell(hub);
    hub.clock.advance(-60 * minute);
    await tell(hub);
    await hub.pass(5_000);
    expect(await hub.ends(task.id)).toEqual(['12:00 fired by event', '13:00 skipped by event']);
  });

  test('a snoozed task keeps its event until then', async () => {
    await using store = makeStore();
    await using hub = await startSchedulerHub({ store });
    const task = await hub.make({ ...onMail, debounce_seconds: 5 });
    await tell(hub);
    const { next_at } = await hub.tasks.snooze(owner, task.id, { delay_seconds: 3_600 });
    await hub.running.tidy();
    expect(await hub.tasks.get(owner, task.id)).toMatchObject({ next_at });
  });
});
