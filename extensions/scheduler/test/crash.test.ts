import { randomUUID } from 'node:crypto';
import type { EventInput, OccurrenceView, TaskInput, TaskView } from '@signalbox/sdk';
import { expect, test } from 'vitest';
import { makeScheduler, type RunningScheduler } from '../src/index.ts';
import { type Crash, crashingDatabase } from './support/crashing-database.ts';
import { owner, type SchedulerHub, startSchedulerHub } from './support/start-scheduler.ts';
import { describeStores } from './support/test-stores.ts';

const minute = 60_000;

function tasksFrom(nowMs: number): readonly Partial<TaskInput>[] {
  const onMail = { schedule_kind: 'event', schedule_expr: 'email.*', overlap: 'allow' } as const;
  return [
    { title: 'all', catchup: 'all', overlap: 'allow', max_runs: 4 },
    { title: 'last', catchup: 'last', overlap: 'cancel_other' },
    { title: 'once', schedule_kind: 'once', schedule_expr: new Date(nowMs + 2 * minute).toISOString() },
    { title: 'mail', ...onMail },
    { title: 'calm', ...onMail, debounce_seconds: 30 },
  ];
}

function mail(count: number): EventInput {
  return { topic: 'email.received', id: `mail ${count}`, source: 'inbox' };
}

/** Lets tasks be due and hear of events, as far as it goes. */
async function live(hub: SchedulerHub, running: RunningScheduler): Promise<void> {
  await running.start().catch(() => undefined);
  for (let count = 0; count < 3; count++) {
    hub.clock.advance(minute);
    await running.settle();
    await running.service.publishEvent(owner, mail(count)).catch(() => undefined);
    for (const { id } of await hub.engine.orders()) await hub.engine.set(id, 'failed').catch(() => undefined);
    await running.settle();
  }
  await running.stop().catch(() => undefined);
}

/** Ends a scheduler at one of its writes, starts another on the same store, and looks at what is there. Gives how many it made. */
async function liveThrough(hub: SchedulerHub, crash: Crash): Promise<number> {
  await hub.running.removeOrganization('local');
  await hub.engine.forget();
  hub.clock.advance(minute - (hub.clock.now() % minute));
  const startedAt = hub.clock.now();
  for (const task of tasksFrom(startedAt)) await hub.make(task);
  const { wrapped, state } = crashingDatabase(hub.database, crash);
  await live(hub, await makeScheduler({ ...hub.parts, database: wrapped, node: randomUUID() }));
  hub.clock.advance(30_000);
  const next = await makeScheduler({ ...hub.parts, node: randomUUID() });
  await next.start();
  // Whoever tells events tells them again when they were not told that they were kept.
  for (let count = 0; count < 3; count++) await next.service.publishEvent(owner, mail(count));
  for (let count = 0; count < 3; count++) {
    hub.clock.advance(minute);
    await next.settle();
  }
  await next.stop();
  await check(hub, startedAt);
  return state.writes;
}

async function check(hub: SchedulerHub, startedAt: number): Promise<void> {
  const runs = (await hub.engine.orders()).map(({ id }) => id);
  const fired: string[] = [];
  for (const task of await hub.tasks.list(owner)) {
    const all = (await hub.tasks.occurrences(owner, task.id, { limit: 200 })).toReversed();
    const own = all.filter(({ status }) => status === 'fired');
    fired.push(...own.map(({ run = '' }) => run));
    expect(task.run_count).toBe(own.length);
    checkTask(task, all, { startedAt, nowMs: hub.clock.now() });
  }
  // Every run has one occurrence, and every occurrence that was fired its run.
  expect(fired.toSorted()).toEqual(runs.toSorted());
}

function checkTask(
  { title, schedule_kind: kind, status }: TaskView,
  all: readonly OccurrenceView[],
  { startedAt, nowMs }: { startedAt: number; nowMs: number },
): void {
  const fired = all.filter((each) => each.status === 'fired');
  if (kind === 'event') expect(all.map(({ event }) => event).length).toBe(3);
  if (title === 'mail') expect(fired.length).toBe(3);
  if (title === 'calm') expect(all.at(-1)?.status).toBe('fired');
  if (title === 'once') expect([all.length, status]).toEqual([1, 'completed']);
  if (title === 'all') expect([fired.length, status]).toEqual([4, 'completed']);
  if (title !== 'last') return;
  const times = all.flatMap(({ nominal_at: from, count }) =>
    Array.from({ length: count }, (_, index) => from + index * minute),
  );
  const minutes = Math.floor((nowMs - startedAt) / minute);
  expect(times).toEqual(Array.from({ length: minutes }, (_, index) => startedAt + (index + 1) * minute));
}

describeStores((makeStore) => {
  test.each([false, true])(
    'a scheduler that ends at any write loses nothing and fires nothing twice (the write is made: %s)',
    async (isWritten) => {
      await using store = makeStore();
      await using hub = await startSchedulerHub({ store, isStarted: false });
      // The writes are the same on both; a server takes longer for each.
      const step = hub.database.dialect === 'postgres' ? 4 : 1;
      for (let at = 1; ; at += step) {
        const writes = await liveThrough(hub, { at, isWritten });
        if (writes >= at) continue;
        expect(at).toBeGreaterThan(20);
        return;
      }
    },
  );
});
