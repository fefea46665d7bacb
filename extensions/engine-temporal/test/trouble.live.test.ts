import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Handle, startEngineHub } from '../../engine-embedded/test/support/engine-hub.ts';
import { startTemporalHub, testBundle } from './support/temporal-hub.ts';
import { describeTemporal, TemporalServer } from './support/temporal-server.ts';

const program = fileURLToPath(new URL('support/hub-program.ts', import.meta.url));
const silent = { engine: { leaseMs: 3_000 } };
const mark: Handle = ({ text }) => ({ text: text ?? null });

describeTemporal('with Temporal', () => {
  let server: TemporalServer;
  let dataDir: string;
  beforeEach(async () => {
    dataDir = mkdtempSync(join(tmpdir(), 'signalbox-temporal-'));
    await testBundle();
    server = await TemporalServer.start();
  });
  afterEach(async () => {
    await server[Symbol.asyncDispose]();
    rmSync(dataDir, { recursive: true, force: true });
  });

  test('a call whose hub was killed is in doubt: it fails its step, or is made again where that does no harm', {
    timeout: 120_000,
  }, async () => {
    const child = spawn(
      process.execPath,
      ['--conditions=@signalbox/source', program, server.address, dataDir],
      {
        stdio: ['ignore', 'pipe', 'inherit'],
      },
    );
    const [line] = await once(createInterface(child.stdout), 'line');
    const [writing = '', reading = ''] = String(line).replace('under way ', '').split(' ');
    child.kill('SIGKILL');
    await once(child, 'exit');
    await using hub = await startTemporalHub(
      { address: server.address },
      { dataDir, settings: silent, tools: { write: () => 'again', read_it: () => 'again' } },
    );
    expect(await hub.ended(writing)).toMatchObject({
      status: 'failed',
      error: { kind: 'in_doubt', step: 'a' },
    });
    expect(await hub.ended(reading)).toMatchObject({
      status: 'succeeded',
      output: 'again',
      steps: [{ idempotencyKey: `${reading}/a` }],
    });
    expect(hub.called.map(({ tool }) => tool)).toEqual(['read_it']);
    expect(hub.hub.logged()).toContain('nobody knows how a call ended');
  });

  test('a hub that stops gives calls time, and says of those that do not end that they are in doubt', async () => {
    const begun = Promise.withResolvers<void>();
    const forever: Handle = () => {
      begun.resolve();
      return new Promise(() => undefined);
    };
    const first = await startTemporalHub({ address: server.address }, { dataDir, tools: { write: forever } });
    const run = await first.order([{ id: 'a', uses: 'write' }]);
    await begun.promise;
    await first.hub.stop();
    await using hub = await startTemporalHub(
      { address: server.address },
      { dataDir, tools: { write: () => 1 } },
    );
    expect(await hub.ended(run)).toMatchObject({ status: 'failed', error: { kind: 'in_doubt', step: 'a' } });
    expect(hub.called).toEqual([]);
  });

  test('a run that waits survives the end of the hub and of Temporal, and what comes meanwhile is not lost', async () => {
    const steps = [
      { id: 'before', uses: 'mark', with: { text: 'once' } },
      { id: 'ask', approve: { message: 'Really?' } },
      { id: 'after', uses: 'mark', with: { text: 'yes' } },
    ];
    const first = await startTemporalHub({ address: server.address }, { dataDir, tools: { mark } });
    const run = await first.order(steps);
    await first.reached(run, 'waiting');
    await first.hub.stop();
    await server.kill();
    await using hub = await startTemporalHub({ address: server.address }, { dataDir, tools: { mark } });
    expect(await hub.info.checkHealth()).toContainEqual(
      expect.objectContaining({
        name: 'engine',
        status: 'degraded',
        reason: expect.stringContaining(`Temporal at ${server.address} does not answer`),
      }),
    );
    await hub.engine.answer('local', { run, path: 'ask', isApproved: true, by: 'ada' });
    const ordered = await hub.order([{ id: 'new', uses: 'mark', with: { text: 'new' } }]);
    expect(await hub.engine.find('local', ordered)).toMatchObject({ status: 'queued' });
    await server.resume();
    expect(await hub.ended(run)).toMatchObject({ status: 'succeeded', output: { text: 'yes' } });
    expect(await hub.ended(ordered)).toMatchObject({ status: 'succeeded' });
    expect(first.called.map(({ args }) => args['text'])).toEqual(['once']);
    expect(new Set(hub.called.map(({ args }) => args['text']))).toEqual(new Set(['new', 'yes']));
    expect(hub.called).toHaveLength(2);
  });

  test('a Temporal that is killed in the middle is found again, and nothing is done twice', async () => {
    const going = Promise.withResolvers<void>();
    const begun = Promise.withResolvers<void>();
    await using hub = await startTemporalHub(
      { address: server.address },
      {
        dataDir,
        tools: {
          mark,
          slow: async () => {
            begun.resolve();
            await going.promise;
            return 'slow';
          },
        },
      },
    );
    const run = await hub.order([
      { id: 'a', uses: 'slow' },
      { id: 'b', uses: 'mark', with: { text: '${steps.a}' } },
    ]);
    await begun.promise;
    await server.kill();
    await server.resume();
    going.resolve();
    expect(await hub.ended(run)).toMatchObject({ status: 'succeeded', output: { text: 'slow' } });
    expect(hub.called.map(({ tool }) => tool)).toEqual(['slow', 'mark']);
  });

  test('a run whose workflow somebody ends in Temporal, or that Temporal has forgotten, ends and says so', async () => {
    await using hub = await startTemporalHub({ address: server.address }, { dataDir, tools: { mark } });
    const ask = [{ id: 'ask', approve: { message: 'Really?' } }];
    const ended = await hub.order(ask);
    const forgotten = await hub.order(ask);
    await hub.reached(ended, 'waiting');
    await hub.reached(forgotten, 'waiting');
    await server.command('workflow', 'terminate', '--workflow-id', ended, '--reason', 'it was in the way');
    expect(await hub.ended(ended)).toMatchObject({
      status: 'canceled',
      error: { message: expect.stringContaining('it was in the way') },
    });
    await server.kill();
    await server.wipe();
    await server.resume();
    expect(await hub.ended(forgotten)).toMatchObject({
      status: 'failed',
      error: { kind: 'connection', message: expect.stringContaining('does not know workflow') },
    });
    expect(await hub.engine.questions('local')).toEqual([]);
  });

  test('a run stays with the engine that has begun it', async () => {
    const ask = [{ id: 'ask', approve: { message: 'Really?' } }];
    const embedded = await startEngineHub({ dataDir, tools: { mark } });
    const open = await embedded.order(ask);
    await embedded.reached(open, 'waiting');
    await embedded.hub.stop();
    const temporal = await startTemporalHub({ address: server.address }, { dataDir, tools: { mark } });
    const other = await temporal.order(ask);
    await temporal.reached(other, 'waiting');
    await temporal.engine.cancel('local', open, { reason: 'it is of the other engine' });
    expect(await temporal.ended(open)).toMatchObject({
      status: 'failed',
      error: { message: expect.stringContaining('when the engine was changed') },
    });
    await temporal.hub.stop();
    await using again = await startEngineHub({ dataDir, tools: { mark } });
    const last = await again.order([{ id: 'a', uses: 'mark' }]);
    expect(await again.ended(last)).toMatchObject({ status: 'succeeded' });
    expect(await again.engine.find('local', other)).toMatchObject({
      status: 'waiting',
      steps: [{ path: 'ask' }],
    });
  });
});
