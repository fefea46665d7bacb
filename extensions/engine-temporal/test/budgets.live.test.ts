import { afterAll, beforeAll, expect, test } from 'vitest';
import { taskOf } from '../../engine-embedded/test/support/child-tasks.ts';
import type { EngineHub } from '../../engine-embedded/test/support/engine-hub.ts';
import { startTemporalHub } from './support/temporal-hub.ts';
import { describeTemporal, TemporalServer } from './support/temporal-server.ts';

describeTemporal('a budget of an organization, with Temporal', () => {
  let server: TemporalServer;
  let hub: EngineHub;
  beforeAll(async () => {
    server = await TemporalServer.start();
    const mark = () => ({ content: [], _meta: { 'signalbox/usage': { tokens: 40 } } });
    const hang = () => new Promise<never>(() => undefined);
    hub = await startTemporalHub({ address: server.address }, { tools: { mark, hang, undo: () => 1 } });
  });
  afterAll(async () => {
    await hub[Symbol.asyncDispose]();
    await server[Symbol.asyncDispose]();
  });

  test('fails a run when it is used up, and tries nothing again', async () => {
    await hub.engine.budgets.set('local', { calls: 1, tokens: 1_000 }, 'user ada');
    const patient = { uses: 'mark', on_error: 'continue', max_retries: 3 };
    const run = await hub.order(
      [
        { id: 'a', ...patient, compensate: { uses: 'undo' } },
        { id: 'b', ...patient },
        { id: 'c', ...patient },
      ],
      { maxRetries: 2 },
    );
    expect(await hub.ended(run)).toMatchObject({
      status: 'failed',
      attempt: 1,
      error: { kind: 'budget', step: 'b', message: expect.stringContaining('is used up: 1 of 1 calls;') },
    });
    expect(hub.called.map(({ tool }) => tool)).toEqual(['mark', 'undo']);
    expect((await hub.engine.budgets.read('local')).spent).toMatchObject({ calls: 2, tokens: 40 });
  });

  test('does not keep from being undone another run that has called something, also when that took too long', async () => {
    const { spent } = await hub.engine.budgets.read('local');
    await hub.engine.budgets.set('local', { calls: spent.calls + 1 }, 'user ada');
    const lost = { timeout_seconds: 1, retry: { max: 0 }, on_error: 'continue' };
    hub.engine.callTasks(taskOf({ steps: [{ id: 'inside', uses: 'hang', ...lost }] }));
    const before = hub.called.length;
    const run = await hub.order([
      { id: 'child', call: 'other', compensate: { uses: 'undo' } },
      { id: 'refused', uses: 'mark' },
    ]);
    expect(await hub.ended(run)).toMatchObject({ error: { kind: 'budget', step: 'refused' } });
    expect(hub.called.slice(before).map(({ tool }) => tool)).toEqual(['hang', 'undo']);
  });
});
