import type { TaskInput } from '@signalbox/sdk';
import { expect, test } from 'vitest';
import { crowdedDatabase, tooMany } from './support/crowded-database.ts';
import { owner, type SchedulerHub, startSchedulerHub } from './support/start-scheduler.ts';
import { describeStores } from './support/test-stores.ts';

const onMail: Partial<TaskInput> = { schedule_kind: 'event', schedule_expr: 'email.*', overlap: 'allow' };
const tell = (hub: SchedulerHub, id: string) =>
  hub.tasks.publishEvent(owner, { topic: 'email.received', id, source: 'inbox' });

describeStores((makeStore) => {
  test.each([3, 10])(
    'an event that is placed late does not take the place of a later one, nor follow it, within %i s',
    async (seconds) => {
      const state: Parameters<typeof crowdedDatabase>[0] = { refusal: undefined };
      await using store = makeStore();
      await using hub = await startSchedulerHub({ store, wrap: crowdedDatabase(state) });
      const task = await hub.make({ ...onMail, debounce_seconds: seconds });
      state.refusal = tooMany;
      await tell(hub, 'early');
      state.refusal = undefined;
      await hub.pass(500);
      await tell(hub, 'late');
      for (let passed = 0; passed < 12; passed++) await hub.pass(1_000);
      expect((await hub.engine.orders()).map(({ event }) => event?.['id'])).toEqual(['late']);
      const all = await hub.tasks.occurrences(owner, task.id);
      expect(all.map(({ status, reason }) => [status, reason])).toEqual([
        ['skipped', `another event followed it within ${seconds} s`],
        ['fired', undefined],
      ]);
    },
  );
});
