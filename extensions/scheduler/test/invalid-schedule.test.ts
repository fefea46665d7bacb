import { expect, test } from 'vitest';
import { makeScheduler, type RunningScheduler } from '../src/index.ts';
import type { SchedulerTables } from '../src/store/scheduler-tables.ts';
import { owner, type SchedulerHub, startSchedulerHub } from './support/start-scheduler.ts';

const minute = 60_000;

/** What a hub would read whose zone data has, or has not, the zone of a task. */
async function setZone(hub: SchedulerHub, task: string, from: string, to: string): Promise<void> {
  const rows = hub.database.queries<SchedulerTables>();
  const row = await rows
    .selectFrom('scheduler_task_versions')
    .select('definition')
    .where('task', '=', task)
    .executeTakeFirstOrThrow();
  await rows
    .updateTable('scheduler_task_versions')
    .set({ definition: row.definition.replace(from, to) })
    .where('task', '=', task)
    .execute();
}

/** A node that has read nothing yet, once it has looked. */
async function freshNode(hub: SchedulerHub, node: string): Promise<RunningScheduler> {
  const running = await makeScheduler({ ...hub.parts, node });
  await running.start();
  await running.settle();
  return running;
}

test('a task whose zone is gone for a while fires again from the time that was due, and what passed is written down', async () => {
  await using hub = await startSchedulerHub({ isStarted: false });
  const task = await hub.make({ timezone: 'Europe/Chisinau', catchup: 'none' });
  await setZone(hub, task.id, 'Europe/Chisinau', 'Europe/Nowhere');
  hub.clock.advance(minute);
  const without = await freshNode(hub, 'without');
  await without.stop();
  await setZone(hub, task.id, 'Europe/Nowhere', 'Europe/Chisinau');
  hub.clock.advance(10 * minute);
  const again = await freshNode(hub, 'again');
  expect(await again.service.get(owner, task.id)).toMatchObject({
    status: 'invalid',
    status_reason: expect.stringContaining('Europe/Nowhere'),
    next_nominal_at: hub.clock.now() - 10 * minute,
  });
  await again.service.resume(owner, task.id);
  await again.settle();
  hub.clock.advance(minute);
  await again.settle();
  expect(await again.service.get(owner, task.id)).toMatchObject({ status: 'active' });
  expect(await hub.ends(task.id)).toEqual(['12:01-12:10 (10) missed', '12:11 fired', '12:12 skipped']);
  await again.stop();
});

test('a task in whose schedule no time was found is due again when a change brings one, or time itself', async () => {
  await using hub = await startSchedulerHub();
  const task = await hub.make({});
  const rows = hub.database.queries<SchedulerTables>();
  // As a search leaves it that came to its end.
  await rows
    .updateTable('scheduler_tasks')
    .set({ status: 'invalid', next_at: null, next_nominal: null, next_local: null })
    .where('id', '=', task.id)
    .execute();
  await hub.tasks.resume(owner, task.id);
  await hub.pass(minute);
  expect(await hub.ends(task.id)).toEqual(['12:01 fired']);
  await rows
    .updateTable('scheduler_tasks')
    .set({ status: 'invalid', next_at: null, next_nominal: null, next_local: null })
    .where('id', '=', task.id)
    .execute();
  await hub.tasks.update(owner, task.id, { title: 'mended' });
  await hub.pass(minute);
  expect(await hub.tasks.get(owner, task.id)).toMatchObject({ status: 'active' });
  expect(await hub.ends(task.id)).toEqual(['12:01 fired', '12:02 skipped']);
});

test('a schedule that took the place of one that could not be read leaves the time that had passed written down', async () => {
  await using hub = await startSchedulerHub({ isStarted: false });
  const task = await hub.make({ timezone: 'Europe/Chisinau' });
  await setZone(hub, task.id, 'Europe/Chisinau', 'Europe/Nowhere');
  hub.clock.advance(3 * minute);
  const without = await freshNode(hub, 'without');
  await without.service.update(owner, task.id, { timezone: 'UTC', schedule_expr: '0 * * * *' });
  const [row] = await without.service.occurrences(owner, task.id);
  expect(row).toMatchObject({
    status: 'missed',
    is_more: true,
    reason: 'the schedule was changed before it was fired',
  });
  expect(await without.service.get(owner, task.id)).toMatchObject({
    status: 'active',
    next_nominal_at: Date.UTC(2026, 0, 1, 13),
  });
  await without.stop();
});
