import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import approvals from '@signalbox/approvals';
import vault from '@signalbox/vault';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { taskOf } from '../../engine-embedded/test/support/child-tasks.ts';
import type { EngineHub } from '../../engine-embedded/test/support/engine-hub.ts';
import { fourEyes } from '../../engine-embedded/test/support/four-eyes.ts';
import { eve, refusedTo, wait, ways } from '../../engine-embedded/test/support/orderers.ts';
import { startTemporalHub } from './support/temporal-hub.ts';
import { describeTemporal, TemporalServer } from './support/temporal-server.ts';

const write = { id: 'a', uses: 'write', retry: { max: 0 } };

describeTemporal('a call over Temporal that a rule wants approved', () => {
  let server: TemporalServer;
  let dataDir: string;
  beforeAll(async () => {
    server = await TemporalServer.start();
  });
  beforeEach(() => {
    dataDir = mkdtempSync(join(tmpdir(), 'signalbox-temporal-'));
  });
  afterEach(() => rmSync(dataDir, { recursive: true, force: true }));
  afterAll(() => server[Symbol.asyncDispose]());

  test('waits for its answer, over the end of its hub, and is made once', { timeout: 120_000 }, async () => {
    const eyes = fourEyes();
    const start = (): Promise<EngineHub> =>
      startTemporalHub(
        { address: server.address },
        {
          dataDir,
          tools: { write: () => 1 },
          extensions: [vault, approvals, ...eyes.extensions],
          settings: { engine: { leaseMs: 2_000, graceMs: 0 } },
        },
      );
    const first = await start();
    const run = await first.order([write]);
    const [asked] = await eyes.waiting();
    await expect
      .poll(() => first.engine.find('local', run))
      .toMatchObject({
        status: 'waiting',
        steps: [{ path: 'a', status: 'waiting' }],
        approvals: [{ path: 'a', tool: 'write', approval: asked?.id }],
      });
    await first.hub.stop();
    expect(first.called).toEqual([]);
    await using second = await start();
    await eyes.approve();
    expect(await second.ended(run)).toMatchObject({ status: 'succeeded', output: 1 });
    expect(second.called).toHaveLength(1);
    expect(second.hub.logged()).not.toContain('nobody knows how a call ended');
  });

  test.each(ways)('is not approved by who %s', { timeout: 120_000 }, async (_how, { pipeline, order }) => {
    const eyes = fourEyes();
    const made: EngineHub[] = [];
    const restart = async (isHanging = false): Promise<EngineHub> => {
      await made.at(-1)?.hub.stop();
      const hub = await startTemporalHub(
        { address: server.address },
        {
          dataDir,
          tools: { write: () => (isHanging ? new Promise<never>(() => undefined) : 1) },
          extensions: [vault, approvals, ...eyes.extensions],
          settings: { engine: { leaseMs: 2_000, graceMs: 0 } },
        },
      );
      hub.engine.callTasks(taskOf({ steps: [wait] }));
      made.push(hub);
      return hub;
    };
    try {
      const hub = await restart(true);
      const run = await hub.order(pipeline);
      await order(hub, run, { eyes, restart });
      const approval = await refusedTo(eyes, eve);
      const next = await restart();
      expect(await refusedTo(eyes, eve)).toBe(approval);
      await eyes.approve();
      expect(await next.ended(run)).toMatchObject({ status: 'succeeded' });
    } finally {
      await made.at(-1)?.hub.stop();
    }
  });
});
