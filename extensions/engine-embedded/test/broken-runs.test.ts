import type { EngineTables } from '@signalbox/runs';
import { expect, test } from 'vitest';
import { startEngineHub } from './support/engine-hub.ts';

test.each([
  ['that cannot be read', () => 'no JSON'],
  ['of another stepper', (state: string) => state.replace('"engineVersion":1', '"engineVersion":0')],
])('who waits for the end of a run hears of it when it has a state %s', async (_what, broken) => {
  await using hub = await startEngineHub();
  const run = await hub.order([{ id: 'nap', sleep: '1h' }]);
  await hub.reached(run, 'waiting');
  const row = await hub.database
    .queries<EngineTables>()
    .selectFrom('engine_runs')
    .select('state')
    .where('id', '=', run)
    .executeTakeFirstOrThrow();
  await hub.database
    .queries<EngineTables>()
    .updateTable('engine_runs')
    .set({ state: broken(row.state ?? '') })
    .where('id', '=', run)
    .execute();
  await hub.engine.cancel('local', run, { reason: 'enough' });
  // It looks again only when it is told that the run has changed.
  expect(await hub.ended(run)).toMatchObject({ status: 'failed', error: { kind: 'invalid_args' } });
});
