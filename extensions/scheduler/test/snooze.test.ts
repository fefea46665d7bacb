import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { noon, owner, type SchedulerHub, startSchedulerHub } from './support/start-scheduler.ts';

const minute = 60_000;
const iso = (minutes: number): string => new Date(noon + minutes * minute).toISOString();
let hub: SchedulerHub;

beforeEach(async () => {
  hub = await startSchedulerHub();
});

afterEach(() => hub[Symbol.asyncDispose]());

/** Lets the minutes pass one by one, as they do; what is ordered is done at once. */
async function pass(minutes: number): Promise<void> {
  for (let count = 0; count < minutes; count++) {
    await hub.pass(minute);
    for (const { id } of await hub.engine.orders()) await hub.engine.set(id, 'succeeded');
    await hub.running.settle();
  }
}

describe('a snooze of a recurring task', () => {
  test('fires its next time later, once, and leaves out those in between', async () => {
    const task = await hub.make({ overlap: 'allow' });
    const snoozed = await hub.tasks.snooze(owner, task.id, { delay_seconds: 180, reason: 'lunch' });
    expect(snoozed).toMatchObject({
      next_at: noon + 4 * minute,
      next_nominal_at: noon + minute,
      snoozed_until: noon + 4 * minute,
      snooze_reason: 'lunch',
    });
    await pass(5);
    expect(await hub.ends(task.id)).toEqual([
      '12:01 fired',
      '12:02-12:03 (2) skipped',
      '12:04 fired',
      '12:05 fired',
    ]);
    const [, , skipped] = await hub.tasks.occurrences(owner, task.id);
    expect(skipped?.reason).toBe('snoozed until 2026-01-01T12:04:00.000Z: lunch');
  });

  test('does not add up', async () => {
    const task = await hub.make({});
    for (let count = 0; count < 3; count++) await hub.tasks.snooze(owner, task.id, { delay_seconds: 120 });
    expect(await hub.tasks.get(owner, task.id)).toMatchObject({ next_at: noon + 3 * minute });
    await pass(2);
    // Its time has passed by now, so the delay is from now on.
    expect(await hub.tasks.snooze(owner, task.id, { delay_seconds: 120 })).toMatchObject({
      next_at: noon + 4 * minute,
      next_nominal_at: noon + minute,
    });
  });

  test('until a time lets it be silent before', async () => {
    const task = await hub.make({});
    await hub.tasks.snooze(owner, task.id, { until: iso(3) });
    await pass(4);
    expect(await hub.ends(task.id)).toEqual(['12:01-12:02 (2) skipped', '12:03 fired', '12:04 fired']);
  });

  test('is no hindrance to a run by hand', async () => {
    const task = await hub.make({});
    await hub.tasks.snooze(owner, task.id, { delay_seconds: 604_800 });
    expect(await hub.tasks.runNow(owner, task.id)).toMatchObject({ status: 'fired', is_new: true });
  });
});

describe('a snooze of a task that waits for events', () => {
  const onMail = { schedule_kind: 'event', schedule_expr: 'email.*', debounce_seconds: 30 } as const;

  test.each([{ delay_seconds: 180 }, { until: iso(3) }])(
    'holds the event that waits, by %j',
    async (snooze) => {
      const task = await hub.make(onMail);
      await hub.tasks.publishEvent(owner, { topic: 'email.received' });
      await hub.tasks.snooze(owner, task.id, snooze);
      await pass(2);
      expect(await hub.engine.orders()).toEqual([]);
      await pass(1);
      expect(await hub.ends(task.id)).toEqual(['12:00 fired by event']);
    },
  );

  test('that is shorter than the event waits for others does not hurry it', async () => {
    const task = await hub.make(onMail);
    await hub.tasks.publishEvent(owner, { topic: 'email.received' });
    expect(await hub.tasks.snooze(owner, task.id, { delay_seconds: 5 })).toMatchObject({
      next_at: noon + 30_000,
    });
  });

  test('is shown until it is over', async () => {
    const task = await hub.make(onMail);
    await hub.tasks.snooze(owner, task.id, { delay_seconds: 60, reason: 'lunch' });
    const shown = { snoozed_until: noon + minute, snooze_reason: 'lunch' };
    expect(await hub.tasks.get(owner, task.id)).toMatchObject(shown);
    await pass(1);
    expect(await hub.tasks.get(owner, task.id)).not.toHaveProperty('snoozed_until');
    const [listed] = await hub.tasks.list(owner);
    expect(listed).not.toHaveProperty('snooze_reason');
  });
});

describe('another schedule', () => {
  test('begins where the snooze of the task ends', async () => {
    const task = await hub.make({});
    await hub.tasks.snooze(owner, task.id, { until: iso(5), reason: 'lunch' });
    expect(await hub.tasks.update(owner, task.id, { schedule_expr: '*/2 * * * *' })).toMatchObject({
      next_nominal_at: noon + 2 * minute,
      next_at: noon + 6 * minute,
      snoozed_until: noon + 5 * minute,
      snooze_reason: 'lunch',
    });
    await pass(6);
    expect(await hub.ends(task.id)).toEqual(['12:02-12:04 (2) skipped', '12:06 fired']);
  });

  test('with more jitter is fired later no earlier than the snooze says', async () => {
    const task = await hub.make({});
    await hub.tasks.snooze(owner, task.id, { delay_seconds: 180 });
    expect(await hub.tasks.update(owner, task.id, { jitter_seconds: 1 })).toMatchObject({
      next_nominal_at: noon + minute,
      next_at: noon + 4 * minute,
      snoozed_until: noon + 4 * minute,
    });
    await pass(4);
    expect((await hub.engine.orders()).map(({ scheduledAt }) => scheduledAt)).toEqual([noon + minute]);
  });

  test('that is due only after the snooze is fired when it is due', async () => {
    const task = await hub.make({});
    await hub.tasks.snooze(owner, task.id, { delay_seconds: 180 });
    const changed = await hub.tasks.update(owner, task.id, { schedule_expr: '0 * * * *' });
    expect(changed).toMatchObject({ next_at: noon + 60 * minute });
    await pass(60);
    expect(await hub.ends(task.id)).toEqual(['13:00 fired']);
  });

  test('by events has none of them run before the snooze ends, and by nothing has none', async () => {
    const [events, manual] = [await hub.make({}), await hub.make({})];
    for (const { id } of [events, manual]) await hub.tasks.snooze(owner, id, { until: iso(2) });
    await hub.tasks.update(owner, events.id, { schedule_kind: 'event', schedule_expr: 'email.*' });
    expect(await hub.tasks.update(owner, manual.id, { schedule_kind: 'manual' })).not.toHaveProperty(
      'snoozed_until',
    );
    await hub.tasks.publishEvent(owner, { topic: 'email.received' });
    await pass(2);
    await hub.tasks.publishEvent(owner, { topic: 'email.received' });
    expect(await hub.ends(events.id)).toEqual(['12:00 skipped by event', '12:02 fired by event']);
  });
});

test('a snooze of a single time until later fires it then', async () => {
  const task = await hub.make({ schedule_kind: 'once', schedule_expr: iso(1) });
  await hub.tasks.snooze(owner, task.id, { until: iso(3) });
  await pass(4);
  expect(await hub.ends(task.id)).toEqual(['12:01 fired']);
  expect((await hub.engine.orders()).map(({ availableAt }) => availableAt)).toEqual([noon + 3 * minute]);
  expect(await hub.tasks.get(owner, task.id)).toMatchObject({ status: 'completed' });
});

test.each([
  [{}, 'invalid_params'],
  [{ delay_seconds: 0 }, 'invalid_params'],
  [{ delay_seconds: 604_801 }, 'invalid_params'],
  [{ delay_seconds: 5, until: iso(5) }, 'invalid_params'],
  [{ until: iso(-1) }, 'invalid_params'],
])('a snooze of %j is refused', async (snooze, code) => {
  const task = await hub.make({});
  await expect(hub.tasks.snooze(owner, task.id, snooze)).rejects.toMatchObject({ code });
});

describe('a pause', () => {
  test.each<['none' | 'last' | 'all', readonly string[]]>([
    ['none', ['12:01 fired', '12:02-12:04 (3) missed', '12:05 fired']],
    ['last', ['12:01 fired', '12:02-12:04 (3) missed', '12:05 fired']],
    ['all', ['12:01 fired', '12:02 fired', '12:03 fired', '12:04 fired', '12:05 fired']],
  ])('keeps the time, and resuming makes up for %s', async (catchup, ends) => {
    const task = await hub.make({ catchup, overlap: 'allow' });
    await pass(1);
    const paused = await hub.tasks.pause(owner, task.id, 'holidays');
    expect(paused).toMatchObject({
      status: 'paused',
      status_reason: 'holidays',
      next_nominal_at: noon + 2 * minute,
    });
    expect(paused.next_at).toBeUndefined();
    await pass(4);
    expect(await hub.ends(task.id)).toEqual(['12:01 fired']);
    await hub.tasks.resume(owner, task.id);
    await hub.running.settle();
    expect(await hub.ends(task.id)).toEqual(ends);
    const missed = (await hub.tasks.occurrences(owner, task.id)).find(({ status }) => status === 'missed');
    const rule = catchup === 'none' ? 'nothing is' : 'only the last is';
    if (catchup !== 'all') expect(missed?.reason).toBe(`the task was paused, and ${rule} made up for`);
  });

  test('of hours leaves out what is older than the window', async () => {
    const task = await hub.make({ catchup: 'last', catchup_window_seconds: 60 });
    await hub.tasks.pause(owner, task.id);
    await hub.pass(180 * minute + 40_000);
    await hub.tasks.resume(owner, task.id);
    await hub.running.settle();
    expect(await hub.ends(task.id)).toEqual(['12:01-14:59 (179) missed', '15:00 fired']);
  });

  test.each(['pause', 'snooze', 'cancel', 'resume'] as const)(
    'of a canceled task: %s is a conflict',
    async (name) => {
      const task = await hub.make({});
      await hub.tasks.cancel(owner, task.id, 'no more');
      const wish =
        name === 'snooze'
          ? hub.tasks.snooze(owner, task.id, { delay_seconds: 5 })
          : hub.tasks[name](owner, task.id);
      await expect(wish).rejects.toMatchObject({ code: 'conflict' });
      await pass(2);
      expect(await hub.ends(task.id)).toEqual([]);
    },
  );
});
