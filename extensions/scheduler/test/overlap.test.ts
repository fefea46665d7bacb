import type { RunStatus, TaskDefinition } from '@signalbox/sdk';
import { describe, expect, test } from 'vitest';
import { makeScheduler } from '../src/index.ts';
import { decideOverlap } from '../src/place/decide-overlap.ts';
import { takeToken } from '../src/place/take-token.ts';
import { noon, owner, type SchedulerHub, startSchedulerHub } from './support/start-scheduler.ts';

const minute = 60_000;

describe('overlap', () => {
  const none = { queued: 0, begun: 0 };
  const waits = { queued: 1, begun: 0 };
  const runs = { queued: 0, begun: 1 };
  const both = { queued: 1, begun: 1 };
  type Row = [TaskDefinition['overlap'], { queued: number; begun: number }, string];
  test.each<Row>([
    ['skip', none, 'order'],
    ['skip', waits, 'skip'],
    ['skip', runs, 'skip'],
    ['buffer_one', none, 'order in turn'],
    ['buffer_one', runs, 'order in turn'],
    ['buffer_one', waits, 'skip'],
    ['buffer_one', both, 'skip'],
    ['buffer_all', both, 'order in turn'],
    ['buffer_all', { queued: 2, begun: 1 }, 'skip'],
    ['cancel_other', none, 'order in turn'],
    ['cancel_other', both, 'order in turn, ends others'],
    ['terminate_other', runs, 'order in turn, ends others by force'],
    ['allow', both, 'order'],
  ])('%s with %j: %s', (overlap, open, expected) => {
    const decision = decideOverlap({ overlap, overlap_max: 2 }, open);
    const said =
      decision.kind === 'skip'
        ? 'skip'
        : `order${decision.isSerial ? ' in turn' : ''}${decision.ends ? `, ends ${decision.ends}` : ''}`;
    expect(said).toBe(expected);
  });

  test.each<[TaskDefinition['overlap'], RunStatus, readonly string[], number]>([
    ['skip', 'running', ['12:01 fired', '12:02 skipped', '12:03 skipped'], 0],
    ['buffer_one', 'running', ['12:01 fired', '12:02 fired', '12:03 skipped'], 0],
    ['buffer_all', 'running', ['12:01 fired', '12:02 fired', '12:03 fired'], 0],
    ['cancel_other', 'running', ['12:01 fired', '12:02 fired', '12:03 fired'], 2],
    ['terminate_other', 'running', ['12:01 fired', '12:02 fired', '12:03 fired'], 2],
    ['allow', 'running', ['12:01 fired', '12:02 fired', '12:03 fired'], 0],
    ['skip', 'succeeded', ['12:01 fired', '12:02 fired', '12:03 fired'], 0],
  ])('%s while the first is %s', async (overlap, status, ends, canceled) => {
    await using hub = await startSchedulerHub();
    const task = await hub.make({ overlap });
    await hub.pass(minute);
    await setFirst(hub, status);
    await hub.pass(minute);
    if (status === 'succeeded')
      for (const { id } of await hub.engine.orders()) await hub.engine.set(id, status);
    await hub.pass(minute);
    expect(await hub.ends(task.id)).toEqual(ends);
    expect(hub.engine.canceled.length).toBe(canceled);
    expect(hub.engine.canceled.every(({ isForced }) => isForced === (overlap === 'terminate_other'))).toBe(
      true,
    );
    const slots = (await hub.engine.orders()).map(({ slot }) => slot);
    const isInTurn = overlap !== 'skip' && overlap !== 'allow';
    for (const slot of slots)
      expect(slot).toEqual(isInTurn ? { key: `task:${task.id}`, limit: 1 } : undefined);
  });
});

test('who stood still while somebody else fired a time does not end the run of it', async () => {
  await using hub = await startSchedulerHub();
  const task = await hub.make({ overlap: 'cancel_other' });
  await hub.pass(minute);
  await setFirst(hub, 'running');
  const other = await makeScheduler({ ...hub.parts, node: 'other' });
  const { countOpen } = hub.engine;
  const standStill = async (): Promise<void> => {
    Object.assign(hub.engine, { countOpen });
    await other.start();
    await other.settle();
  };
  Object.assign(hub.engine, {
    countOpen: async (org: string, id: string) => {
      const open = await countOpen(org, id);
      await standStill();
      return open;
    },
  });
  await hub.pass(minute);
  await other.stop();
  const runs = await hub.engine.list('local', { task: task.id, limit: 9 });
  expect(runs.map(({ status }) => status)).toEqual(['canceled', 'queued']);
  expect(await hub.ends(task.id)).toEqual(['12:01 fired', '12:02 fired']);
});

async function setFirst(hub: SchedulerHub, status: RunStatus): Promise<void> {
  const [first] = await hub.engine.orders();
  await hub.engine.set(first?.id ?? '', status);
}

test('a token bucket lets so many through at once and then as many as come back', () => {
  const rate = { limit: 3, per_seconds: 60 };
  const times = [0, 0, 0, 0, 19_999, 20_000, 20_001, 40_000, 200_000, 200_000, 200_000, 200_000];
  let fullAt = 0;
  const passed = times.map((at) => {
    const next = takeToken(rate, fullAt, at);
    fullAt = next ?? fullAt;
    return next !== undefined;
  });
  expect(passed).toEqual([true, true, true, false, false, true, false, true, true, true, true, false]);
});

test.each(['cancel_other', 'terminate_other'] as const)(
  'a backfill runs every time one after the other with %s, too',
  async (overlap) => {
    await using hub = await startSchedulerHub();
    const task = await hub.make({ overlap, status: 'paused' });
    const { runs } = await hub.tasks.backfill(owner, task.id, { from: noon - 3 * minute, to: noon });
    expect(runs.map(({ status }) => status)).toEqual(['fired', 'fired', 'fired']);
    expect((await hub.engine.orders()).map(({ slot }) => slot?.key)).toEqual(
      runs.map(() => `task:${task.id}`),
    );
    expect(hub.engine.canceled).toEqual([]);
  },
);

describe('a dry run', () => {
  const overlaps: readonly TaskDefinition['overlap'][] = [
    'skip',
    'buffer_one',
    'buffer_all',
    'cancel_other',
    'terminate_other',
    'allow',
  ];
  test.each(overlaps)('neither ends a run nor stands in the way of one, with %s', async (overlap) => {
    await using hub = await startSchedulerHub();
    const task = await hub.make({ overlap, overlap_max: 1 });
    const dry = () => hub.tasks.runNow(owner, task.id, { isDryRun: true });
    await dry();
    await hub.pass(minute);
    expect(await dry()).toMatchObject({ status: 'fired', is_new: true });
    expect(await hub.ends(task.id)).toEqual([
      '12:00 fired by manual',
      '12:01 fired',
      '12:01 fired by manual',
    ]);
    expect(hub.engine.canceled).toEqual([]);
    const slots = (await hub.engine.orders()).map(({ isDryRun, slot }) => isDryRun === true && slot);
    expect(slots).toEqual([undefined, false, undefined]);
  });

  test('holds no key and is refused for none', async () => {
    await using hub = await startSchedulerHub();
    const keyed = { dedupe_key: 'daily', dedupe_window_seconds: 3_600, overlap: 'allow' } as const;
    const task = await hub.make(keyed);
    const dry = () => hub.tasks.runNow(owner, task.id, { isDryRun: true });
    await dry();
    await hub.pass(minute);
    await dry();
    expect(await hub.ends(task.id)).toEqual([
      '12:00 fired by manual',
      '12:01 fired',
      '12:01 fired by manual',
    ]);
  });
});
