import { type ScheduleInput, type TaskInput, taskMoved, type Viewer } from '@signalbox/sdk';
import { FakeClock } from '@signalbox/testkit';
import { sql } from 'kysely';
import { expect, test } from 'vitest';
import { makeScheduler } from '../../src/index.ts';
import { crashingDatabase } from '../support/crashing-database.ts';
import { noon, owner, type SchedulerHub, startSchedulerHub } from '../support/start-scheduler.ts';
import { describeStores, makeSqlite } from '../support/test-stores.ts';

const hour = 3_600_000;
const day = 24 * hour;
const at = (text: string): number => Date.parse(`${text}:00Z`);

/** Every day at half past eight. The clock begins on 2026-01-01 at noon. */
const daily: Partial<TaskInput> = {
  schedule_expr: '30 8 * * *',
  exclude: [{ calendar: 'md' }],
  overlap: 'allow',
};

const set = (hub: SchedulerHub, dates: readonly string[], name = 'md') =>
  hub.running.calendars.set(owner, { name, dates });

const nextOf = async (hub: SchedulerHub, task: string): Promise<string | undefined> => {
  const { next_at: next } = await hub.tasks.get(owner, task);
  return next === undefined ? undefined : new Date(next).toISOString().slice(0, 16);
};

describeStores((makeStore) => {
  test('a task is not due on the days of a calendar it names, and is on all others', async () => {
    await using store = makeStore();
    await using hub = await startSchedulerHub({ store });
    await set(hub, ['2026-01-03', '2026-01-02', '2026-01-05', '2026-01-02']);
    const { id } = await hub.make(daily);
    const preview = await hub.tasks.preview(owner, { task: id }, 3);
    expect(preview.map(({ local }) => local.slice(0, 10))).toEqual([
      '2026-01-04',
      '2026-01-06',
      '2026-01-07',
    ]);
    await hub.pass(20.5 * hour);
    for (let count = 0; count < 5; count++) await hub.pass(day);
    const fired = (await hub.engine.orders()).map(({ scheduledAt }) => new Date(scheduledAt).toISOString());
    expect(fired).toEqual([
      '2026-01-04T08:30:00.000Z',
      '2026-01-06T08:30:00.000Z',
      '2026-01-07T08:30:00.000Z',
    ]);
  });

  test('other dates move the next time of the tasks that name it, and are told of', async () => {
    await using store = makeStore();
    await using hub = await startSchedulerHub({ store });
    await set(hub, ['2026-01-02']);
    const told: unknown[] = [];
    hub.events.on(taskMoved, (moved) => void told.push(moved));
    const named = await hub.make({ ...daily, title: 'named' });
    const paused = await hub.make({ ...daily, title: 'paused', status: 'paused' });
    const later = await hub.make({ ...daily, title: 'later', schedule_expr: '30 8 20 * *' });
    const other = await hub.make({ ...daily, title: 'other', exclude: ['2026-01-02'] });
    const dates = ['2026-01-03', '2026-01-04'];
    const moves = [
      { task: named.id, title: 'named', fromMs: at('2026-01-03T08:30'), toMs: at('2026-01-02T08:30') },
      { task: paused.id, title: 'paused', fromMs: at('2026-01-03T08:30'), toMs: at('2026-01-02T08:30') },
    ].toSorted((a, b) => (a.task < b.task ? -1 : 1));
    const tried = await hub.running.calendars.try(owner, { name: 'md', dates });
    expect(tried).toMatchObject({ tasks: 3, moves });
    expect(await nextOf(hub, named.id)).toBe('2026-01-03T08:30');
    expect((await hub.running.calendars.get(owner, 'md')).calendar.dates).toBe('["2026-01-02"]');
    expect(told).toEqual([]);
    expect(await set(hub, dates)).toMatchObject({ tasks: 3, moves });
    expect(await nextOf(hub, named.id)).toBe('2026-01-02T08:30');
    expect(await nextOf(hub, paused.id)).toBeUndefined();
    expect(await nextOf(hub, later.id)).toBe('2026-01-20T08:30');
    expect(await nextOf(hub, other.id)).toBe('2026-01-03T08:30');
    expect(told).toHaveLength(2);
    expect(told).toContainEqual({
      org: 'local',
      task: named.id,
      local: '2026-01-03T08:30:00',
      from_at: at('2026-01-03T08:30'),
      to_at: at('2026-01-02T08:30'),
      zone_data: '2026a',
      calendars: ['md'],
    });
    expect(hub.test.logged()).toContain('a calendar was changed');
    // The same dates again change nothing.
    expect(await set(hub, dates.toReversed())).toMatchObject({ moves: [] });
    await hub.tasks.resume(owner, paused.id);
    await hub.pass(3 * day);
    expect(await hub.ends(named.id)).toHaveLength(1);
  });

  test('a calendar that tasks name is not removed, and one that was comes back with other dates', async () => {
    await using store = makeStore();
    await using hub = await startSchedulerHub({ store });
    await set(hub, ['2026-01-02']);
    const made = [];
    for (let count = 0; count < 7; count++) made.push(await hub.make({ ...daily, title: `task ${count}` }));
    const { calendars } = hub.running;
    await expect(calendars.remove(owner, 'md')).rejects.toMatchObject({
      code: 'conflict',
      message: expect.stringMatching(
        /^the calendar "md" is named by "task 0" \(.+"task 4" \(.+\) and 2 more;/,
      ),
    });
    for (const { id } of made.slice(1)) await hub.tasks.cancel(owner, id);
    await hub.tasks.pause(owner, made[0]?.id ?? '');
    await expect(calendars.remove(owner, 'md')).rejects.toMatchObject({ code: 'conflict' });
    await hub.tasks.update(owner, made[0]?.id ?? '', { remove: ['exclude'] });
    await calendars.remove(owner, 'md');
    await expect(calendars.get(owner, 'md')).rejects.toMatchObject({ code: 'not_found' });
    await expect(calendars.remove(owner, 'md')).rejects.toMatchObject({ code: 'not_found' });
    await set(hub, ['2026-01-03']);
    const again = await hub.make(daily);
    expect(await nextOf(hub, again.id)).toBe('2026-01-02T08:30');
    expect(await calendars.list(owner, 50)).toMatchObject([{ name: 'md', dates: '["2026-01-03"]', uses: 1 }]);
  });

  test('a task and a change of its calendar at the same time agree on the dates', async () => {
    await using store = makeStore();
    await using hub = await startSchedulerHub({ store });
    await set(hub, []);
    const [made] = await Promise.all([
      Promise.all(Array.from({ length: 10 }, (_, count) => hub.make({ ...daily, title: `task ${count}` }))),
      set(hub, ['2026-01-02']),
      set(hub, ['2026-01-02', '2026-01-03']),
    ]);
    const { calendar } = await hub.running.calendars.get(owner, 'md');
    const next = calendar.dates.includes('2026-01-03') ? '2026-01-04T08:30' : '2026-01-03T08:30';
    for (const { id } of made) expect(await nextOf(hub, id)).toBe(next);
  });

  test('what a hub left undone when it ended is done at the next start', async () => {
    await using store = makeStore();
    const clock = new FakeClock(noon);
    let task = '';
    {
      let crash: ReturnType<typeof crashingDatabase> | undefined;
      await using hub = await startSchedulerHub({
        store,
        clock,
        wrap: (database) => (crash = crashingDatabase(database, { at: 4, isWritten: false })).wrapped,
      });
      await set(hub, ['2026-01-02', '2026-01-03']);
      ({ id: task } = await hub.make(daily));
      // The calendar is written, and the hub is gone before the task is.
      await expect(set(hub, [])).rejects.toMatchObject({ code: 'store_failed' });
      expect(crash?.state.isGone).toBe(true);
    }
    clock.advance(day);
    await using hub = await startSchedulerHub({ store, clock });
    expect(await hub.ends(task)).toEqual(['08:30 missed']);
    expect(await nextOf(hub, task)).toBe('2026-01-03T08:30');
  });
});

test('a calendar nobody has made is refused with what to do, and so are too many of them', async () => {
  await using hub = await startSchedulerHub();
  const absent = { code: 'invalid_params', message: expect.stringContaining('"signalbox calendar set NAME') };
  await expect(hub.make(daily)).rejects.toMatchObject(absent);
  const schedule: ScheduleInput = {
    schedule_kind: 'cron',
    schedule_expr: '0 9 * * *',
    exclude: [{ calendar: 'md' }],
  };
  await expect(hub.tasks.preview(owner, { schedule }, 1)).rejects.toMatchObject(absent);
  const { id } = await hub.make({});
  await expect(hub.tasks.update(owner, id, { exclude: [{ calendar: 'md' }] })).rejects.toMatchObject(absent);
  await set(hub, ['2026-01-02']);
  expect(await hub.tasks.preview(owner, { schedule }, 1)).toMatchObject([{ local: '2026-01-03T09:00:00' }]);
  const many = Array.from({ length: 21 }, (_, count) => ({ calendar: `c${count}` }));
  await expect(hub.make({ ...daily, exclude: many })).rejects.toThrow('at most 20 calendars');
  // Another organization has none.
  const stranger: Viewer = { ...owner, principal: { ...owner.principal, org: 'elsewhere' } };
  await expect(hub.running.calendars.get(stranger, 'md')).rejects.toMatchObject({ code: 'not_found' });
  for (let count = 1; count < 100; count++) await set(hub, [], `c${count}`);
  await expect(set(hub, [], 'one-more')).rejects.toMatchObject({ code: 'too_large' });
  await hub.running.removeOrganization('local');
  expect(await hub.running.calendars.list(owner, 200)).toEqual([]);
});

test('a time that had passed before its day was put into a calendar is written down and not fired', async () => {
  await using hub = await startSchedulerHub();
  await set(hub, []);
  const { id } = await hub.make({
    ...daily,
    schedule_expr: '0 */6 * * *',
    catchup: 'all',
    catchup_window_seconds: 604_800,
  });
  await hub.tasks.pause(owner, id);
  await hub.pass(2 * day);
  // Of the eight times from 01-01 18:00 to 01-03 12:00 four are of the second.
  const { moves } = await set(hub, ['2026-01-02', '2026-01-05']);
  expect(moves).toEqual([]);
  expect(await hub.ends(id)).toEqual(['00:00-18:00 (4) skipped']);
  await hub.tasks.resume(owner, id);
  await hub.running.settle();
  const fired = (await hub.engine.orders()).map(({ scheduledAt }) => new Date(scheduledAt).toISOString());
  expect(fired[0]).toBe('2026-01-01T18:00:00.000Z');
  expect(fired.some((time) => time.startsWith('2026-01-02'))).toBe(false);
});

test('who goes on with a task is not quicker than the change of its calendar', async () => {
  await using hub = await startSchedulerHub();
  await set(hub, []);
  const { id } = await hub.make({ ...daily, catchup: 'none' });
  await hub.tasks.pause(owner, id);
  await hub.pass(day);
  // Another node writes the dates, and is gone before it has found the next time again.
  const { wrapped } = crashingDatabase(hub.database, { at: 2, isWritten: false });
  const other = await makeScheduler({ ...hub.parts, database: wrapped, node: 'two' });
  const change = other.calendars.set(owner, { name: 'md', dates: ['2026-01-02', '2026-01-03'] });
  await expect(change).rejects.toMatchObject({ code: 'store_failed' });
  await hub.tasks.resume(owner, id);
  expect(await hub.ends(id)).toEqual(['08:30 skipped']);
  expect(await nextOf(hub, id)).toBe('2026-01-04T08:30');
});

test('the next time itself, passed and not fired, is written down when its day is excluded, and fired once when it is not', async () => {
  await using hub = await startSchedulerHub({ isStarted: false });
  await set(hub, []);
  const out = await hub.make(daily);
  await set(hub, [], 'ro');
  const kept = await hub.make({ ...daily, exclude: [{ calendar: 'ro' }] });
  hub.clock.advance(20.5 * hour + 1_000);
  expect((await set(hub, ['2026-01-02'])).moves).toMatchObject([{ toMs: at('2026-01-03T08:30') }]);
  expect((await set(hub, ['2026-01-03'], 'ro')).moves).toEqual([]);
  await hub.running.start();
  await hub.running.settle();
  expect(await hub.ends(out.id)).toEqual(['08:30 skipped']);
  expect(await hub.ends(kept.id)).toEqual(['08:30 fired']);
  expect((await hub.engine.orders()).map(({ task }) => task?.id)).toEqual([kept.id]);
  expect(await nextOf(hub, kept.id)).toBe('2026-01-04T08:30');
});

test('a snooze goes with the time it is of, and silence ends when it was said to', async () => {
  await using hub = await startSchedulerHub();
  await set(hub, []);
  const [moved, kept, silent] = [
    await hub.make(daily),
    await hub.make({ ...daily, schedule_expr: '30 8 4 * *' }),
    await hub.make(daily),
  ];
  for (const { id } of [moved, kept]) await hub.tasks.snooze(owner, id, { delay_seconds: 3_600 });
  await hub.tasks.snooze(owner, silent.id, { until: '2026-01-03T00:00:00Z' });
  await set(hub, ['2026-01-02', '2026-01-03']);
  expect(await hub.tasks.get(owner, moved.id)).toMatchObject({ next_at: at('2026-01-04T08:30') });
  expect(await hub.tasks.get(owner, moved.id)).not.toHaveProperty('snoozed_until');
  expect(await hub.tasks.get(owner, kept.id)).toMatchObject({ next_at: at('2026-01-04T09:30') });
  expect(await hub.tasks.get(owner, silent.id)).toMatchObject({
    next_at: at('2026-01-04T08:30'),
    snoozed_until: at('2026-01-03T00:00'),
  });
});

test('a single time whose day is excluded is due again when it is not any more', async () => {
  await using hub = await startSchedulerHub();
  await set(hub, []);
  const once = { ...daily, schedule_kind: 'once', schedule_expr: '2026-01-02T08:30:00Z' } as const;
  const [again, over] = [await hub.make(once), await hub.make({ ...once, exclude: ['2026-01-03'] })];
  const gone = await set(hub, ['2026-01-02']);
  expect(gone.moves).toEqual([{ task: again.id, title: again.title, fromMs: at('2026-01-02T08:30') }]);
  const back = await set(hub, []);
  expect(back.moves).toEqual([{ task: again.id, title: again.title, toMs: at('2026-01-02T08:30') }]);
  await hub.pass(20.5 * hour);
  expect(await hub.ends(again.id)).toEqual(['08:30 fired']);
  expect(await hub.ends(over.id)).toEqual(['08:30 fired']);
  await expect(hub.make({ ...once, schedule_expr: '2026-01-04T08:30:00Z' })).resolves.toMatchObject({
    status: 'active',
  });
  await set(hub, ['2026-01-04']);
  await hub.pass(2 * day);
  expect(
    (await hub.tasks.list(owner, { status: ['completed'] })).map(({ status_reason: why }) => why),
  ).toContain('its schedule has no more times');
});

test('a task that names no calendar is made and fired without asking for any', async () => {
  await using store = makeSqlite();
  await using hub = await startSchedulerHub({ store });
  await sql`drop table scheduler_calendars`.execute(hub.database.queries());
  const { id } = await hub.make({});
  await hub.pass(60_000);
  expect(await hub.ends(id)).toEqual(['12:01 fired']);
});

test('who does not administer the organization reads calendars and changes none', async () => {
  await using hub = await startSchedulerHub();
  await set(hub, ['2026-01-02']);
  const member: Viewer = { ...owner, principal: { ...owner.principal, id: 'ana', roles: ['developer'] } };
  const { calendars } = hub.running;
  expect(await calendars.list(member, 10)).toMatchObject([{ name: 'md', changed_by: 'owner' }]);
  for (const change of [
    calendars.set(member, { name: 'md', dates: [] }),
    calendars.try(member, { name: 'md', dates: [] }),
    calendars.remove(member, 'md'),
  ])
    await expect(change).rejects.toMatchObject({ code: 'forbidden' });
  expect((await calendars.get(member, 'md')).calendar.dates).toBe('["2026-01-02"]');
});
