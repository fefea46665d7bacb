import type { TaskInput } from '@signalbox/sdk';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { noon, owner, type SchedulerHub, startSchedulerHub } from './support/start-scheduler.ts';

// What the original promised and did not keep.
const minute = 60_000;
const day = 86_400_000;
let hub: SchedulerHub;

beforeEach(async () => {
  hub = await startSchedulerHub();
});

afterEach(() => hub[Symbol.asyncDispose]());

describe('concurrency and dedupe keys', () => {
  test('reach the engine as a slot that runs of several tasks share', async () => {
    const keyed = { concurrency_key: 'printer', concurrency_limit: 2, overlap: 'allow' } as const;
    await hub.make(keyed);
    await hub.make({ ...keyed, priority: 1 });
    await hub.pass(minute);
    const slots = (await hub.engine.orders()).map(({ slot, priority }) => ({ slot, priority }));
    const slot = { key: 'key:printer', limit: 2 };
    expect(slots.toSorted((a, b) => a.priority - b.priority)).toEqual([
      { slot, priority: 1 },
      { slot, priority: 5 },
    ]);
  });

  test('within its window give back the run there is, across tasks', async () => {
    const keyed = { dedupe_key: 'report', dedupe_window_seconds: 90, overlap: 'allow' } as const;
    const [one, two] = [await hub.make(keyed), await hub.make({ ...keyed, schedule_expr: '0 0 1 1 *' })];
    const first = await hub.tasks.runNow(owner, one.id);
    const second = await hub.tasks.runNow(owner, two.id);
    expect(second).toMatchObject({ status: 'deduplicated', is_new: false, run: first.run });
    await hub.pass(minute);
    expect(await hub.ends(one.id)).toEqual(['12:00 fired by manual', '12:01 deduplicated']);
    await hub.pass(minute);
    expect(await hub.ends(one.id)).toContain('12:02 fired');
    expect(await hub.tasks.runNow(owner, two.id, { isForced: true })).toMatchObject({ is_new: true });
  });

  test('with a template are refused where nothing renders them', async () => {
    await expect(hub.make({ concurrency_key: '${params.where}' })).rejects.toMatchObject({
      code: 'invalid_params',
    });
    await expect(hub.make({ dedupe_key: 'x' })).rejects.toMatchObject({ code: 'invalid_params' });
  });

  test('with a template are rendered for each run where something does', async () => {
    await using other = await startSchedulerHub({
      knowledge: { render: (text, { params }) => text.replace('${params.where}', JSON.stringify(params)) },
    });
    const task = await other.make({ concurrency_key: 'k-${params.where}' });
    await other.tasks.runNow(owner, task.id, { params: { where: 'hall' } });
    const [order] = await other.engine.orders();
    expect(order?.slot).toEqual({ key: 'key:k-{"where":"hall"}', limit: 1 });
    expect(order?.params).toEqual({ where: 'hall' });
  });
});

describe('a schedule', () => {
  test('of a rule counts from a start that is kept with the task', async () => {
    const task = await hub.make({
      schedule_kind: 'rrule',
      schedule_expr: 'FREQ=DAILY;INTERVAL=2;COUNT=3',
      catchup: 'none',
    });
    expect(task.dtstart).toBe('2026-01-01T12:00:00.000Z');
    await hub.pass(day * 1.5);
    const [preview] = await hub.tasks.preview(owner, { task: task.id }, 5);
    expect(preview?.nominal_at).toBe(noon + 2 * day);
    await hub.tasks.update(owner, task.id, { title: 'the same times' });
    expect((await hub.tasks.preview(owner, { task: task.id }, 5)).map((each) => each.nominal_at)).toEqual([
      noon + 2 * day,
      noon + 4 * day,
    ]);
    await hub.pass(day * 0.5);
    await hub.pass(2 * day);
    expect(await hub.tasks.get(owner, task.id)).toMatchObject({ status: 'completed', run_count: 1 });
    expect(await hub.ends(task.id)).toEqual(['12:00 fired', '12:00 skipped']);
  });

  test.each<['last' | 'none', number, string]>([
    ['last', 30, '11:30 fired'],
    ['last', 90, '10:30 missed'],
    ['none', 30, '11:30 missed'],
  ])('of one time that has passed: %s, %i minutes ago: %s', async (catchup, minutes, end) => {
    const at = new Date(noon - minutes * minute).toISOString();
    const task = await hub.make({ schedule_kind: 'once', schedule_expr: at, catchup });
    await hub.running.settle();
    expect(await hub.ends(task.id)).toEqual([end]);
    expect(await hub.tasks.get(owner, task.id)).toMatchObject({ status: 'completed' });
  });

  test('that is changed is due by the new one from the same write on', async () => {
    const task = await hub.make({});
    const changed = await hub.tasks.update(owner, task.id, { schedule_expr: '30 * * * *' });
    expect(changed).toMatchObject({ version: 2, next_at: noon + 30 * minute });
    await hub.pass(29 * minute);
    expect(await hub.engine.orders()).toEqual([]);
    await hub.pass(minute);
    expect((await hub.engine.orders()).map((order) => order.task)).toEqual([{ id: task.id, version: 2 }]);
    const versions = await hub.tasks.versions(owner, task.id);
    expect(versions.map(({ version, definition }) => [version, definition.schedule_expr])).toEqual([
      [2, '30 * * * *'],
      [1, '* * * * *'],
    ]);
  });

  test.each(['UTC', 'America/Argentina/Buenos_Aires', 'Europe/Chisinau'])(
    'takes the zone %s',
    async (timezone) => {
      const task = await hub.make({ timezone, schedule_expr: '0 9 * * *' });
      const [first] = await hub.tasks.preview(owner, { task: task.id }, 1);
      expect(first?.local).toMatch(/T09:00:00$/);
      expect(task.timezone).toBe(timezone);
    },
  );

  test('goes by the zone of the settings where it names none', async () => {
    await using other = await startSchedulerHub({ settings: { timezone: 'Europe/Chisinau' } });
    const task = await other.make({ schedule_expr: '0 9 * * *' });
    expect(task.timezone).toBe('Europe/Chisinau');
    // 09:00 in winter there is 07:00 UTC.
    expect(new Date(task.next_at ?? 0).toISOString()).toBe('2026-01-02T07:00:00.000Z');
  });

  test.each<[string, Partial<TaskInput>]>([
    ['a cron that cannot be read', { schedule_expr: '61 * * * *' }],
    ['a zone nobody knows', { timezone: 'Mars/Olympus' }],
    [
      'a rule that is over',
      { schedule_kind: 'rrule', schedule_expr: 'FREQ=DAILY;UNTIL=20250101T000000Z', dtstart: '2024-01-01' },
    ],
    ['a pipeline the engine refuses', { payload: { broken: true } }],
    ['a tool nobody has', { payload: { steps: [{ id: 'a', uses: 'no__tool' }] } }],
    ['a rate for a cron', { rate: { limit: 1, per_seconds: 1 } }],
    ['a start for a cron', { dtstart: '2026-01-01' }],
    ['an expression nothing understands', { schedule_kind: 'event', schedule_expr: 'a', when: 'b' }],
    [
      'a limit that lets its runs overlap after all',
      { concurrency_key: 'k', concurrency_limit: 2, overlap: 'buffer_one' },
    ],
  ])('with %s is refused', async (_what, input) => {
    await expect(hub.make(input)).rejects.toMatchObject({ code: 'invalid_params' });
    expect(await hub.tasks.list(owner)).toEqual([]);
  });
});

describe('a preview', () => {
  test('of more times than one search finds is refused with how many there may be', async () => {
    const schedule = {
      schedule_kind: 'rrule',
      schedule_expr: `DTSTART:20260101T000000Z\n${'FREQ=SECONDLY;INTERVAL=3601;BYMINUTE=0;BYSECOND=0\n'.repeat(5)}`,
    } as const;
    const refusal = await hub.tasks.preview(owner, { schedule }, 1_000).then(() => '', String);
    const most = Number(/ask for at most (\d+)/.exec(refusal)?.[1]);
    expect(await hub.tasks.preview(owner, { schedule }, most)).toHaveLength(most);
  });

  test('tells what changes of clocks do to a time', async () => {
    const schedule = {
      schedule_kind: 'cron',
      schedule_expr: '30 3 * * *',
      timezone: 'Europe/Chisinau',
      starts_at: '2026-03-28T00:00',
    } as const;
    const times = await hub.tasks.preview(owner, { schedule }, 3);
    expect(
      times.map(({ local, nominal_at: at }) => [local, new Date(at).toISOString()]),
    ).toMatchInlineSnapshot(`
      [
        [
          "2026-03-28T03:30:00",
          "2026-03-28T01:30:00.000Z",
        ],
        [
          "2026-03-29T03:30:00",
          "2026-03-29T01:00:00.000Z",
        ],
        [
          "2026-03-30T03:30:00",
          "2026-03-30T00:30:00.000Z",
        ],
      ]
    `);
    expect(times.flatMap(({ notes }) => notes).length).toBeGreaterThan(0);
  });

  test('of a snoozed task begins with the time it is fired', async () => {
    const task = await hub.make({});
    await hub.tasks.snooze(owner, task.id, { delay_seconds: 120 });
    const times = await hub.tasks.preview(owner, { task: task.id }, 4);
    expect(times.map((each) => (each.fire_at - noon) / minute)).toEqual([3, 3, 4]);
  });
});
