import type { RunStatus } from '@signalbox/sdk';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { EngineHub } from '../../engine-embedded/test/support/engine-hub.ts';
import { describePostgres } from '../../engine-embedded/test/support/test-stores.ts';
import { startTemporalHub } from './support/temporal-hub.ts';
import { describeTemporal, TemporalServer } from './support/temporal-server.ts';

/** Of a change only the node tells that has seen it. */
const becomes = ({ engine }: EngineHub, run: string, status: RunStatus): Promise<void> =>
  expect.poll(async () => (await engine.find('local', run))?.status, { timeout: 45_000 }).toBe(status);

describeTemporal('two nodes and one Temporal', () => {
  let server: TemporalServer;
  beforeAll(async () => {
    server = await TemporalServer.start();
  });
  afterAll(() => server[Symbol.asyncDispose]());

  describePostgres((makeStore) => {
    test('share the calls of runs, make each once, and the one that is left goes on alone', async () => {
      await using store = makeStore();
      const options = {
        store: store.extension,
        settings: store.settings,
        tools: { mark: ({ text }: { readonly text?: unknown }) => ({ text: typeof text }) },
      };
      const one = await startTemporalHub({ address: server.address }, options);
      await using two = await startTemporalHub({ address: server.address }, options);
      const steps = ['a', 'b', 'c'].map((id) => ({ id, uses: 'mark', with: { text: id } }));
      const runs = await Promise.all(
        Array.from({ length: 12 }, (_, index) => (index % 2 ? one : two).order(steps)),
      );
      for (const run of runs) await becomes(two, run, 'succeeded');
      expect(one.called.length + two.called.length).toBe(36);
      expect(Math.min(one.called.length, two.called.length)).toBeGreaterThan(0);
      const asking = await one.order([{ id: 'ask', approve: { message: 'Really?' } }, ...steps]);
      await becomes(two, asking, 'waiting');
      await one.hub.stop();
      await two.engine.answer('local', { run: asking, path: 'ask', isApproved: true, by: 'ada' });
      expect(await two.ended(asking)).toMatchObject({ status: 'succeeded' });
    });
  });
});
