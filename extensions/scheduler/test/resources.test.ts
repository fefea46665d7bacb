import directoryExtension from '@signalbox/directory';
import engineEmbedded from '@signalbox/engine-embedded';
import { defineExtension, type JsonObject, type Principal, resourceUpdated } from '@signalbox/sdk';
import storeSqlite from '@signalbox/store-sqlite';
import { FakeClock, startTestHub } from '@signalbox/testkit';
import { expect, test } from 'vitest';
import { z } from 'zod';
import schedulerExtension from '../src/index.ts';

test('who watches a task is told of it, also when the credential it was first watched with has expired', async () => {
  const clock = new FakeClock();
  const told = Promise.withResolvers<string>();
  const listening = defineExtension({
    name: 'listening',
    config: z.strictObject({}),
    setup: ({ events }) => void events.on(resourceUpdated, ({ uri }) => told.resolve(uri)),
  });
  const hub = await startTestHub({
    extensions: [storeSqlite, directoryExtension, engineEmbedded, schedulerExtension, listening],
    clock,
  });
  const owner: Principal = { kind: 'user', id: 'owner', org: 'local', level: 'anchor', roles: ['owner'] };
  const brief: Principal = {
    ...owner,
    credential: { kind: 'access-token', id: 'brief', expiresAt: clock.now() + 60_000 },
  };
  const made = await hub.call('tool', 'create_task', {
    arguments: {
      title: 'does nothing',
      schedule_kind: 'manual',
      payload: { pipeline: [{ id: 'only', set: { said: 'yes' } }], vars: { said: 'no' } },
    },
  });
  const { id } = (made.kind === 'data' ? made.value['structuredContent'] : {}) as { id: string };
  const uri = `signalbox://tasks/${id}`;
  const watch: JsonObject = { uri, subscribe: true };
  await hub.call('subscription', uri, watch, { principal: brief });
  await hub.call('subscription', uri, watch, { principal: owner });
  clock.advance(60_000);
  await hub.call('tool', 'pause_task', { arguments: { task: id } });
  clock.advance(1_000);
  expect(await told.promise).toBe(uri);
  await hub.stop();
});
