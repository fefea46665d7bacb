import { FakeClock } from '@signalbox/testkit';
import { expect, test } from 'vitest';
import type { SchedulerTables } from '../../src/store/scheduler-tables.ts';
import { crashingDatabase } from '../support/crashing-database.ts';
import { noon, owner, startSchedulerHub } from '../support/start-scheduler.ts';
import { makeSqlite } from '../support/test-stores.ts';

const hour = 3_600_000;
const titles = ['one', 'two', 'three'];
/** The calendar and the tasks are made; then the calendar is changed, and each task has its next time anew. */
const firstOfChange = titles.length + 2;
const points = titles
  .concat('and the calendar')
  .flatMap((_, index) => [false, true].map((isWritten) => [firstOfChange + index, isWritten] as const));

test.each(points)(
  'a hub that ends at write %i of a change of a calendar, made: %s, leaves no task behind by the next start',
  async (at, isWritten) => {
    await using store = makeSqlite();
    const clock = new FakeClock(noon);
    {
      await using hub = await startSchedulerHub({
        store,
        clock,
        wrap: (database) => crashingDatabase(database, { at, isWritten }).wrapped,
      });
      const { calendars } = hub.running;
      await calendars.set(owner, { name: 'md', dates: ['2026-01-02'] });
      for (const title of titles)
        await hub.make({ title, schedule_expr: '30 8 * * *', exclude: [{ calendar: 'md' }] });
      const change = calendars.set(owner, { name: 'md', dates: ['2026-01-03'] });
      await expect(change).rejects.toMatchObject({ code: 'store_failed' });
    }
    await using hub = await startSchedulerHub({ store, clock });
    const isChanged = at > firstOfChange || isWritten;
    const next = Date.UTC(2026, 0, isChanged ? 2 : 3, 8, 30);
    const rows = await hub.database
      .queries<SchedulerTables>()
      .selectFrom('scheduler_tasks')
      .select(['next_at', 'outdated_at'])
      .execute();
    expect(rows).toEqual(titles.map(() => ({ next_at: next, outdated_at: null })));
    await hub.pass(20.5 * hour);
    await hub.pass(24 * hour);
    const fired = (await hub.engine.orders()).map(({ scheduledAt }) => scheduledAt);
    expect(fired).toEqual(titles.map(() => next));
  },
);
