import { NativeConnection } from '@temporalio/worker';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { callsQueue } from '../src/contract.ts';
import { startTemporalHub } from './support/temporal-hub.ts';
import { describeTemporal, TemporalServer } from './support/temporal-server.ts';

describeTemporal('a call that Temporal says somebody has taken up, who never heard of it', () => {
  let server: TemporalServer;
  beforeAll(async () => {
    server = await TemporalServer.start();
  });
  afterAll(() => server[Symbol.asyncDispose]());

  test('is made after a while, once, and is not in doubt', { timeout: 120_000 }, async () => {
    const begun = Promise.withResolvers<void>();
    const going = Promise.withResolvers<string>();
    await using hub = await startTemporalHub(
      { address: server.address },
      {
        settings: { engine: { maxRuns: 1, leaseMs: 2_000 } },
        tools: {
          slow: () => {
            begun.resolve();
            return going.promise;
          },
          write: () => 'written',
        },
      },
    );
    // The only place for calls is taken, so the hub does not ask for the second call: whoever asks gets it.
    const first = await hub.order([{ id: 'a', uses: 'slow' }]);
    await begun.promise;
    const run = await hub.order([{ id: 'b', uses: 'write' }]);
    await takeOneUp(server);
    going.resolve('slow');
    expect(await hub.ended(first)).toMatchObject({ status: 'succeeded' });
    expect(await hub.ended(run)).toMatchObject({ status: 'succeeded', output: 'written' });
    expect(hub.called.map(({ tool }) => tool)).toEqual(['slow', 'write']);
    expect(hub.hub.logged()).not.toContain('nobody knows how a call ended');
  });
});

/** Takes a call up as a worker would whose answer is lost on the way. */
async function takeOneUp(server: TemporalServer): Promise<void> {
  const connection = await NativeConnection.connect({ address: server.address });
  try {
    const task = await connection.withDeadline(Date.now() + 60_000, () =>
      connection.workflowService.pollActivityTaskQueue({
        namespace: 'default',
        taskQueue: { name: callsQueue('signalbox') },
        identity: 'nobody',
      }),
    );
    expect(task.activityType?.name).toBe('callTool');
  } finally {
    await connection.close();
  }
}
