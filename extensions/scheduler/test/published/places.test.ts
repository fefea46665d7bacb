import { expect, test } from 'vitest';
import { startWayIn } from '../support/start-way-in.ts';

test('a run that waits for a published pipeline it calls leaves it a place', async () => {
  await using hub = await startWayIn({ settings: { engine: { pollMs: 100, maxRuns: 1 } } });
  const make = (name: string, uses: string, at?: string) =>
    hub.use('create_task', {
      title: name,
      schedule_kind: 'manual',
      publish_as: { name },
      payload: {
        pipeline: [
          { id: 'only', uses, with: at === undefined ? {} : { at }, timeout_seconds: 5, max_retries: 0 },
        ],
      },
    });
  await make('inner', 'look', 'moon');
  await make('outer', 'inner');
  const result = await hub.test.call('tool', 'outer', { arguments: {} });
  expect(result).toMatchObject({ value: { structuredContent: { seen: 'moon' } } });
});
