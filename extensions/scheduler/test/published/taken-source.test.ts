import directoryExtension from '@signalbox/directory';
import engineEmbedded from '@signalbox/engine-embedded';
import { defineExtension } from '@signalbox/sdk';
import storeSqlite from '@signalbox/store-sqlite';
import { startTestHub } from '@signalbox/testkit';
import { expect, test } from 'vitest';
import { z } from 'zod';
import schedulerExtension from '../../src/index.ts';

test('a pipeline that could not be shown, for another source has the name, is not published', async () => {
  const other = defineExtension({
    name: 'other',
    config: z.strictObject({}),
    setup: ({ sources }) => {
      sources.open({
        id: 'pipelines',
        kind: 'upstream',
        minLevel: 'trusted',
        invoke: () => ({ kind: 'data', value: {} }),
      });
    },
  });
  const hub = await startTestHub({
    extensions: [storeSqlite, directoryExtension, other, engineEmbedded, schedulerExtension],
  });
  const made = hub.call('tool', 'create_task', {
    arguments: {
      title: 'says yes',
      schedule_kind: 'manual',
      payload: { pipeline: [{ id: 'only', set: { said: 'yes' } }], vars: { said: 'no' } },
      publish_as: { name: 'say_yes' },
    },
  });
  await expect(made).rejects.toMatchObject({
    code: 'conflict',
    message: expect.stringContaining('"pipelines"'),
  });
  await hub.stop();
});
