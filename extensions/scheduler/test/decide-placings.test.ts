import type { TaskDefinition } from '@signalbox/sdk';
import { describe, expect, test } from 'vitest';
import { CalendarStore } from '../src/calendar/calendar-store.ts';
import { decidePlacings } from '../src/place/decide-placings.ts';
import { takeToken } from '../src/place/take-token.ts';
import type { Wish } from '../src/place/wish.ts';
import { TaskStore } from '../src/store/task-store.ts';
import { VersionCache } from '../src/store/version-cache.ts';
import { noon, owner, startSchedulerHub } from './support/start-scheduler.ts';

const minute = 60_000;
const later = 'a later one took its place at once';

describe('of times made up for at once that would end each other', () => {
  const overlaps: readonly TaskDefinition['overlap'][] = ['cancel_other', 'terminate_other'];

  test.each(overlaps)('the last is run with %s, however few runs the task has left', async (overlap) => {
    await using hub = await startSchedulerHub();
    const task = await hub.make({ overlap, catchup: 'all', max_runs: 2 });
    await hub.tasks.pause(owner, task.id);
    hub.clock.advance(3 * minute);
    await hub.tasks.resume(owner, task.id);
    await hub.running.settle();
    const all = (await hub.tasks.occurrences(owner, task.id)).toReversed();
    expect(all.map(({ nominal_at: at, status, reason }) => [(at - noon) / minute, status, reason])).toEqual([
      [1, 'skipped', later],
      [2, 'skipped', later],
      [3, 'fired', undefined],
    ]);
    expect(await hub.tasks.get(owner, task.id)).toMatchObject({ status: 'active', run_count: 1 });
  });

  test('only the last takes of the rate of the task', async () => {
    await using hub = await startSchedulerHub();
    const rate = { limit: 2, per_seconds: 3_600 };
    const { id } = await hub.make({
      schedule_kind: 'event',
      schedule_expr: 'a',
      overlap: 'cancel_other',
      rate,
    });
    const store = new TaskStore(hub.database, new VersionCache('2026a'), new CalendarStore(hub.database));
    const task = await store.find('local', id);
    if (!task) throw new TypeError('the task was not made');
    const wishes = ['one', 'two', 'three'].map(
      (sourceId): Wish => ({ trigger: 'event', sourceId, nominalAtMs: noon, runAs: task.runAs, depth: 0 }),
    );
    const open = { queued: 0, begun: 0 };
    const question = { task, wishes, keys: new Map(), open, holders: new Map(), nowMs: noon };
    const { placings, rateAt } = decidePlacings(question);
    expect(placings.map(({ refused }) => refused?.reason)).toEqual([later, later, undefined]);
    expect(rateAt).toBe(takeToken(rate, 0, noon));
  });
});
