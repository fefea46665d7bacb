import { SignalboxError } from '@signalbox/sdk';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { taskOf, theOther } from '../../engine-embedded/test/support/child-tasks.ts';
import type { EngineHub } from '../../engine-embedded/test/support/engine-hub.ts';
import { startTemporalHub } from './support/temporal-hub.ts';
import { describeTemporal, TemporalServer } from './support/temporal-server.ts';

describeTemporal('a step that runs another task over Temporal', () => {
  let server: TemporalServer;
  beforeAll(async () => {
    server = await TemporalServer.start();
  });
  afterAll(() => server[Symbol.asyncDispose]());
  const start = (): Promise<EngineHub> =>
    startTemporalHub(
      { address: server.address },
      {
        tools: {
          hang: (_args, { signal }) =>
            new Promise<never>((_resolve, reject) => {
              signal.addEventListener('abort', () => reject(new Error('stopped')));
            }),
        },
      },
    );

  test('fails when the task may not be called, and when its run fails', async () => {
    await using hub = await start();
    hub.engine.callTasks(async (wanted) => {
      if (wanted.task === 'secret') throw new SignalboxError('forbidden', 'that task is not yours');
      return taskOf({ steps: [{ id: 'inner', uses: 'nowhere' }] })(wanted);
    });
    const forbidden = await hub.order([{ id: 'child', call: 'secret' }]);
    expect(await hub.ended(forbidden)).toMatchObject({
      status: 'failed',
      error: { kind: 'denied', step: 'child' },
    });
    const failed = await hub.order([{ id: 'child', call: 'greet' }]);
    expect(await hub.ended(failed)).toMatchObject({
      status: 'failed',
      error: { kind: 'tool_error', step: 'child' },
    });
  });

  test.each([
    ['asked to end', false],
    ['ended by force', true],
  ])('ends the run it has ordered when its own is %s', async (_how, isForced) => {
    await using hub = await start();
    hub.engine.callTasks(taskOf({ steps: [{ id: 'inner', uses: 'hang' }] }));
    const run = await hub.order([{ id: 'child', call: 'greet' }]);
    const child = await theOther(hub, run);
    await hub.reached(child, 'running');
    await hub.engine.cancel('local', run, { reason: 'not needed', isForced });
    expect((await hub.ended(run)).status).toBe('canceled');
    expect(await hub.ended(child)).toMatchObject({
      status: 'canceled',
      error: { message: expect.stringContaining(run) },
    });
  });
});
