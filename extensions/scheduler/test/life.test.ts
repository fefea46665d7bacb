import { taskMoved } from '@signalbox/sdk';
import { FakeClock } from '@signalbox/testkit';
import { describe, expect, test } from 'vitest';
import type { SchedulerTables } from '../src/store/scheduler-tables.ts';
import { noon, owner, type SchedulerHub, startSchedulerHub } from './support/start-scheduler.ts';
import { makeSqlite } from './support/test-stores.ts';

const minute = 60_000;
const day = 86_400_000;

/** Ends every run that has not ended. */
async function endRuns(
  hub: SchedulerHub,
  status: 'failed' | 'succeeded' | 'canceled',
  isTold = true,
): Promise<void> {
  for (const { org, task } of await hub.engine.orders())
    for (const id of await hub.engine.openRuns(org, task?.id ?? '')) await hub.engine.set(id, status, isTold);
  await hub.running.settle();
}

describe('runs that fail', () => {
  test('in a row pause their task; others in between begin anew, canceled ones count for nothing', async () => {
    await using hub = await startSchedulerHub();
    const task = await hub.make({ pause_on_failures: 2 });
    for (const status of ['failed', 'succeeded', 'failed', 'canceled', 'failed'] as const) {
      expect(await hub.tasks.get(owner, task.id)).toMatchObject({ status: 'active' });
      await hub.pass(minute);
      await endRuns(hub, status);
    }
    expect(await hub.tasks.get(owner, task.id)).toMatchObject({
      status: 'paused',
      status_reason: '2 runs in a row have failed',
      failures: 2,
    });
    expect(await hub.tasks.resume(owner, task.id)).toMatchObject({ status: 'active', failures: 0 });
    const outcomes = (await hub.tasks.occurrences(owner, task.id)).map(({ outcome }) => outcome);
    expect(outcomes.toReversed()).toEqual(['failed', 'succeeded', 'failed', 'canceled', 'failed']);
  });

  test('while the hub is away are counted when it is back', async () => {
    await using store = makeSqlite();
    const clock = new FakeClock(noon);
    let id: string;
    {
      await using hub = await startSchedulerHub({ store, clock });
      ({ id } = await hub.make({ pause_on_failures: 1 }));
      await hub.pass(minute);
      await endRuns(hub, 'failed', false);
    }
    await using hub = await startSchedulerHub({ store, clock });
    expect(await hub.tasks.get(owner, id)).toMatchObject({ status: 'paused', failures: 1 });
  });

  test('say nothing of their task when somebody has run it by hand', async () => {
    await using hub = await startSchedulerHub();
    const task = await hub.make({ pause_on_failures: 1 });
    await hub.tasks.runNow(owner, task.id, { params: { where: 'nowhere' } });
    await endRuns(hub, 'failed');
    expect(await hub.tasks.get(owner, task.id)).toMatchObject({ status: 'active', failures: 0 });
  });

  test('nobody heard of are asked about', async () => {
    await using hub = await startSchedulerHub();
    const task = await hub.make({ pause_on_failures: 1 });
    await hub.pass(minute);
    await endRuns(hub, 'failed', false);
    await hub.pass(minute);
    await hub.running.tidy();
    expect(await hub.tasks.get(owner, task.id)).toMatchObject({ status: 'paused' });
  });
});

test('a task is completed when it has had its runs, those by hand not counted', async () => {
  await using hub = await startSchedulerHub();
  const task = await hub.make({ max_runs: 2, overlap: 'allow' });
  await hub.tasks.runNow(owner, task.id);
  for (let count = 0; count < 4; count++) await hub.pass(minute);
  expect(await hub.ends(task.id)).toEqual(['12:00 fired by manual', '12:01 fired', '12:02 fired']);
  expect(await hub.tasks.get(owner, task.id)).toMatchObject({
    status: 'completed',
    status_reason: 'it has had its 2 runs',
    run_count: 2,
  });
  await expect(hub.tasks.update(owner, task.id, { title: 'more' })).rejects.toMatchObject({
    code: 'conflict',
  });
});

test('a single time that passes while its task is paused is made up for after a change of its schedule', async () => {
  await using hub = await startSchedulerHub();
  const task = await hub.make({ schedule_kind: 'once', schedule_expr: '2026-01-01T12:05:00Z' });
  await hub.tasks.pause(owner, task.id);
  await hub.pass(10 * minute);
  await hub.tasks.update(owner, task.id, { timezone: 'Europe/Chisinau' });
  await hub.tasks.resume(owner, task.id);
  await hub.running.settle();
  expect(await hub.ends(task.id)).toEqual(['12:05 fired']);
  expect(await hub.tasks.get(owner, task.id)).toMatchObject({ status: 'completed' });
});

test('a time that has had its run is not due again by a change of the schedule, and holds up nothing', async () => {
  await using hub = await startSchedulerHub();
  const task = await hub.make({ overlap: 'allow' });
  await hub.pass(minute);
  await hub.pass(minute);
  await hub.tasks.update(owner, task.id, { schedule_kind: 'once', schedule_expr: '2026-01-01T12:01:00Z' });
  await hub.running.settle();
  expect(await hub.ends(task.id)).toEqual(['12:01 fired', '12:02 fired']);
  expect(await hub.tasks.get(owner, task.id)).toMatchObject({ status: 'completed' });
});

describe('a backfill', () => {
  test('fills again what could not be run before', async () => {
    await using hub = await startSchedulerHub();
    const task = await hub.make({});
    const range = { from: noon - 2 * minute, to: noon };
    hub.tools.publish([]);
    const before = await hub.tasks.backfill(owner, task.id, range);
    expect(before.runs.map(({ status }) => status)).toEqual(['missed', 'missed']);
    hub.tools.publish([
      {
        kind: 'tool',
        name: 'clock__look',
        definition: { name: 'clock__look', inputSchema: { type: 'object' } },
      },
    ]);
    await hub.tasks.resume(owner, task.id);
    const after = await hub.tasks.backfill(owner, task.id, range);
    expect(after.runs.map(({ status }) => status)).toEqual(['fired', 'fired']);
    expect(await hub.tasks.backfill(owner, task.id, range)).toEqual({ runs: [], known: 2 });
  });

  test('runs a task for each time of a range once, one after the other', async () => {
    await using hub = await startSchedulerHub();
    const task = await hub.make({ schedule_expr: '0 * * * *' });
    const range = { from: noon - 6 * 60 * minute, to: noon };
    const { runs, known } = await hub.tasks.backfill(owner, task.id, range);
    expect([runs.length, known]).toEqual([6, 0]);
    expect(await hub.tasks.backfill(owner, task.id, range)).toEqual({ runs: [], known: 6 });
    const orders = await hub.engine.orders();
    expect(orders.map(({ trigger, scheduledAt, slot }) => [trigger, scheduledAt, slot?.key])).toEqual(
      Array.from({ length: 6 }, (_, index) => [
        'backfill',
        noon - (6 - index) * 60 * minute,
        `task:${task.id}`,
      ]),
    );
    expect(await hub.tasks.get(owner, task.id)).toMatchObject({ run_count: 0, next_at: noon + 60 * minute });
  });

  test('takes a hundred times at once and says where to go on', async () => {
    await using hub = await startSchedulerHub();
    const task = await hub.make({});
    const range = { from: noon - 150 * minute, to: noon };
    const first = await hub.tasks.backfill(owner, task.id, range);
    expect([first.runs.length, first.next_from]).toEqual([100, noon - 50 * minute]);
    const second = await hub.tasks.backfill(owner, task.id, { ...range, from: first.next_from ?? 0 });
    expect([second.runs.length, second.next_from]).toEqual([50, undefined]);
  });

  test('is never shorter than what was asked for without saying where to go on', async () => {
    await using hub = await startSchedulerHub();
    // Each time is some 150 days of seconds away, for each of the rules.
    const rule = 'RRULE:FREQ=SECONDLY;INTERVAL=3601;BYMINUTE=0;BYSECOND=0\n'.repeat(5);
    const task = await hub.make({
      schedule_kind: 'rrule',
      schedule_expr: `DTSTART:20050101T000000Z\n${rule}`,
    });
    const [start, stepMs] = [Date.UTC(2005, 0, 1), 3_601_000 * 3_600];
    const expected = Array.from({ length: 52 }, (_, at) => start + at * stepMs).filter((ms) => ms < noon);
    const asked: number[] = [];
    for (let from: number | undefined = start; from !== undefined; ) {
      asked.push(from);
      const { known, next_from } = await hub.tasks.backfill(owner, task.id, { from, to: noon });
      expect(known).toBe(0);
      from = next_from;
    }
    expect(asked.length).toBeGreaterThan(1);
    expect((await hub.engine.orders()).map(({ scheduledAt }) => scheduledAt)).toEqual(expected);
  });

  test.each([
    ['the future', { from: noon, to: noon + minute }],
    ['a range that goes backwards', { from: noon, to: noon - minute }],
  ])('of %s is refused', async (_what, range) => {
    await using hub = await startSchedulerHub();
    const task = await hub.make({});
    await expect(hub.tasks.backfill(owner, task.id, range)).rejects.toMatchObject({ code: 'invalid_params' });
  });
});

describe('a clock that jumps', () => {
  test('back fires nothing twice', async () => {
    await using hub = await startSchedulerHub();
    const task = await hub.make({ overlap: 'allow' });
    for (let count = 0; count < 3; count++) await hub.pass(minute);
    hub.clock.advance(-2 * minute);
    for (let count = 0; count < 4; count++) await hub.pass(minute);
    expect(await hub.ends(task.id)).toEqual([
      '12:01 fired',
      '12:02 fired',
      '12:03 fired',
      '12:04 fired',
      '12:05 fired',
    ]);
  });

  test('forward is made up for like any absence', async () => {
    await using hub = await startSchedulerHub();
    const task = await hub.make({
      schedule_expr: '0 * * * *',
      catchup: 'all',
      overlap: 'allow',
      catchup_window_seconds: 7_200,
    });
    await hub.pass(5 * 60 * minute + 10 * minute);
    expect(await hub.ends(task.id)).toEqual(['13:00-15:00 (3) missed', '16:00 fired', '17:00 fired']);
  });
});

test.each([
  // Clocks are put forward over 02:30, and back to 01:30 a second time.
  ['30 2 * * *', Date.UTC(2026, 2, 7, 12), ['2026-03-08T07:00:00.000Z', '2026-03-09T06:30:00.000Z']],
  ['30 1 * * *', Date.UTC(2026, 9, 31, 12), ['2026-11-01T05:30:00.000Z', '2026-11-02T06:30:00.000Z']],
])('on days the clocks are changed %s fires once a day', async (schedule_expr, startMs, times) => {
  await using hub = await startSchedulerHub({ clock: new FakeClock(startMs) });
  await hub.make({ schedule_expr, timezone: 'America/New_York', overlap: 'allow' });
  for (let count = 0; count < 48 * 2; count++) await hub.pass(30 * minute);
  expect((await hub.engine.orders()).map(({ scheduledAt }) => new Date(scheduledAt).toISOString())).toEqual(
    times,
  );
});

test('next times that were found with other zone data are found again at the start, and told', async () => {
  await using store = makeSqlite();
  const clock = new FakeClock(noon);
  let id: string;
  {
    await using hub = await startSchedulerHub({ store, clock, zoneData: '2025b' });
    ({ id } = await hub.make({ schedule_expr: '0 9 * * *', timezone: 'Europe/Chisinau' }));
    // As zone data would have it in which winter there is an hour off.
    await hub.database
      .queries<SchedulerTables>()
      .updateTable('scheduler_tasks')
      .set({ next_at: noon + 20 * 60 * minute, next_nominal: noon + 20 * 60 * minute })
      .execute();
  }
  await using hub = await startSchedulerHub({ store, clock, zoneData: '2026c', isStarted: false });
  const told: unknown[] = [];
  hub.events.on(taskMoved, (moved) => void told.push(moved));
  await hub.running.start();
  expect(told).toEqual([
    {
      org: 'local',
      task: id,
      local: '2026-01-02T09:00:00',
      from_at: noon + 20 * 60 * minute,
      to_at: noon + 19 * 60 * minute,
      zone_data: '2026c',
    },
  ]);
  expect(await hub.tasks.get(owner, id)).toMatchObject({ next_at: noon + 19 * 60 * minute });
  expect(hub.test.logged()).toContain('other zone data has moved the next time of a task');
});

test('a change takes fields away, keeps versions, and is refused for a version that is not there any more', async () => {
  await using hub = await startSchedulerHub();
  const task = await hub.make({ jitter_seconds: 5, pause_on_failures: 3, priority: 1 });
  const changed = await hub.tasks.update(
    owner,
    task.id,
    { title: 'other', remove: ['pause_on_failures'] },
    1,
  );
  expect(changed).toMatchObject({ title: 'other', version: 2, jitter_seconds: 5, priority: 1 });
  expect(changed.pause_on_failures).toBeUndefined();
  await expect(hub.tasks.update(owner, task.id, { title: 'late' }, 1)).rejects.toMatchObject({
    code: 'conflict',
  });
  const changes = ['a', 'b', 'c', 'd'].map((title) => hub.tasks.update(owner, task.id, { title }));
  expect((await Promise.all(changes)).length).toBe(4);
  expect((await hub.tasks.versions(owner, task.id)).map(({ version }) => version)).toEqual([
    6, 5, 4, 3, 2, 1,
  ]);
});

test('a run by hand obeys overlap unless it is forced, and tells how it was', async () => {
  await using hub = await startSchedulerHub();
  const task = await hub.make({});
  const first = await hub.tasks.runNow(owner, task.id);
  expect(first).toMatchObject({ status: 'fired', is_new: true });
  expect(await hub.tasks.runNow(owner, task.id)).toMatchObject({
    status: 'skipped',
    is_new: false,
    reason: 'a run of the task has not ended',
  });
  expect(await hub.tasks.runNow(owner, task.id, { isForced: true })).toMatchObject({ status: 'fired' });
  expect(await hub.tasks.runNow(owner, task.id, { isDryRun: true })).toMatchObject({ status: 'fired' });
  const orders = await hub.engine.orders();
  expect(orders.map(({ isDryRun }) => isDryRun)).toEqual([undefined, undefined, true]);
});

test('what has grown old is removed', async () => {
  await using hub = await startSchedulerHub({ settings: { keepOccurrencesDays: 1, keepEventsDays: 1 } });
  const task = await hub.make({ max_runs: 1 });
  await hub.tasks.publishEvent(owner, { topic: 'a' });
  await hub.pass(minute);
  await hub.running.tidy();
  expect((await hub.tasks.occurrences(owner, task.id)).length).toBe(1);
  await endRuns(hub, 'succeeded');
  await hub.pass(day + minute);
  await hub.running.tidy();
  expect(await hub.tasks.list(owner)).toEqual([]);
  expect(await hub.tasks.events(owner)).toEqual([]);
  for (const table of ['scheduler_occurrences', 'scheduler_task_versions'] as const)
    expect(await hub.database.queries<SchedulerTables>().selectFrom(table).selectAll().execute()).toEqual([]);
});

test('the summary counts tasks and what became of their times', async () => {
  await using hub = await startSchedulerHub();
  const task = await hub.make({});
  await hub.make({ status: 'paused' });
  await hub.pass(5 * minute);
  expect(await hub.tasks.summary(owner)).toEqual({
    tasks: { active: 1, paused: 1, completed: 0, canceled: 0, invalid: 0 },
    occurrences: { fired: 1, skipped: 0, missed: 4, deduplicated: 0, waiting: 0 },
    next_at: noon + 6 * minute,
    is_idle: false,
  });
  expect((await hub.tasks.list(owner, { status: ['active'] })).map(({ id }) => id)).toEqual([task.id]);
  await expect(hub.tasks.list(owner, { limit: 1_000 })).rejects.toMatchObject({ code: 'invalid_params' });
});
