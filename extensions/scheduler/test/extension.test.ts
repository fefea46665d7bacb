import { hubInfo, scheduler } from '@signalbox/sdk';
import storeSqlite from '@signalbox/store-sqlite';
import { FakeClock, startTestHub } from '@signalbox/testkit';
import { expect, test } from 'vitest';
import schedulerExtension from '../src/index.ts';
import { noon, owner } from './support/start-scheduler.ts';
import { toolsUsedBy } from './support/tools-used-by.ts';

const input = {
  title: 'nothing',
  schedule_kind: 'cron',
  schedule_expr: '* * * * *',
  payload: { steps: [{ id: 'a', set: { done: true } }] },
} as const;

test('a hub that carries out no pipelines keeps tasks, and says in its health that they are not run', async () => {
  const clock = new FakeClock(noon);
  await using hub = await startTestHub({ extensions: [storeSqlite, schedulerExtension], clock });
  const tasks = hub.hub.services.get(scheduler);
  const health = async () =>
    (await hub.hub.services.get(hubInfo).checkHealth()).find(({ name }) => name.includes('due'));
  expect(await health()).toMatchObject({ status: 'ok' });
  const task = await tasks.create(owner, input);
  expect(await health()).toMatchObject({
    status: 'degraded',
    reason: 'tasks are due and no extension carries out pipelines',
  });
  for (const wish of [
    () => tasks.runNow(owner, task.id),
    () => tasks.publishEvent(owner, { topic: 'a' }),
    () => tasks.backfill(owner, task.id, { from: noon - 1, to: noon }),
  ])
    await expect(wish()).rejects.toMatchObject({ code: 'unsupported' });
  expect((await tasks.summary(owner)).is_idle).toBe(true);
});

test('the tools of a pipeline are found at any depth, and not in its arguments', () => {
  const pipeline = {
    params: { uses: 'none' },
    steps: [
      { id: 'a', uses: 'one' },
      {
        id: 'b',
        foreach: { in: '${params.list}' },
        steps: [{ id: 'c', uses: 'two', with: { uses: 'three' } }],
      },
      { id: 'd', uses: '${params.tool}' },
      { id: 'e', uses: 'one', compensate: { uses: 'four' } },
    ],
  };
  expect(toolsUsedBy(pipeline).toSorted()).toEqual(['four', 'one', 'two']);
});
