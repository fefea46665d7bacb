import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import approvals from '@signalbox/approvals';
import vault from '@signalbox/vault';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { EngineHub } from '../../engine-embedded/test/support/engine-hub.ts';
import { fourEyes } from '../../engine-embedded/test/support/four-eyes.ts';
import { startTemporalHub } from './support/temporal-hub.ts';
import { describeTemporal, TemporalServer } from './support/temporal-server.ts';

const write = { id: 'a', uses: 'write', retry: { max: 0 } };

describeTemporal('a call over Temporal that a rule wants approved', () => {
  let server: TemporalServer;
  let dataDir: string;
  beforeAll(async () => {
    server = await TemporalServer.start();
    dataDir = mkdtempSync(join(tmpdir(), 'signalbox-temporal-'));
  });
  afterAll(async () => {
    await server[Symbol.asyncDispose]();
    rmSync(dataDir, { recursive: true, force: true });
  });

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
});
