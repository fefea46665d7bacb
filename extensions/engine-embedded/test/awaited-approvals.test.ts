import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import approvals from '@signalbox/approvals';
import type { JsonObject } from '@signalbox/sdk';
import { FakeClock } from '@signalbox/testkit';
import vault from '@signalbox/vault';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { AwaitedApprovals } from '../src/run/awaited-approvals.ts';
import { SimulatedStore } from './simulation/support/simulated-store.ts';
import { dyingStore } from './support/dying-store.ts';
import { type EngineHub, type EngineHubOptions, startEngineHub } from './support/engine-hub.ts';
import { type FourEyes, fourEyes } from './support/four-eyes.ts';

let dataDir: string;
let eyes: FourEyes;
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'signalbox-engine-'));
  eyes = fourEyes();
});
afterEach(() => rmSync(dataDir, { recursive: true, force: true }));

const start = (options: EngineHubOptions = {}): Promise<EngineHub> =>
  startEngineHub({
    dataDir,
    tools: { write: () => 1, read_it: () => 2 },
    extensions: [vault, approvals, ...eyes.extensions],
    ...options,
    settings: { engine: { graceMs: 0, pollMs: 50 }, ...options.settings },
  });
const write = { id: 'a', uses: 'write', with: { text: 'x' }, retry: { max: 0 } };

describe('a call of a run that a rule wants approved', () => {
  test('lets its run wait, says for what, and is made when somebody has approved it', async () => {
    await using hub = await start();
    const run = await hub.order([write, { id: 'b', uses: 'read_it' }]);
    const waiting = await hub.reached(run, 'waiting');
    const [call] = await eyes.waiting();
    expect(waiting.approvals).toEqual([
      { path: 'a', tool: 'write', approval: call?.id, since: expect.any(Number) },
    ]);
    expect(waiting.steps).toMatchObject([{ path: 'a', status: 'waiting' }]);
    expect(await hub.engine.list('local', { limit: 1, status: ['waiting'] })).toEqual([
      expect.objectContaining({ approvals: waiting.approvals }),
    ]);
    expect(hub.called).toEqual([]);
    await eyes.approve();
    const ended = await hub.ended(run);
    expect(ended).toMatchObject({ status: 'succeeded', output: 2 });
    expect(ended.approvals).toBeUndefined();
    expect(hub.called.map(({ tool }) => tool)).toEqual(['write', 'read_it']);
  });

  test('waits for as long as the approval may take, not for as long as a caller at a terminal', async () => {
    const clock = new FakeClock();
    await using hub = await start({ clock, settings: { approvals: { waitMs: 1_000 } } });
    const late = await hub.order([{ ...write, timeout_seconds: 5 }]);
    await hub.reached(late, 'waiting');
    await hub.pass(clock, 840_000);
    expect(await hub.engine.find('local', late)).toMatchObject({ status: 'waiting' });
    await eyes.approve();
    expect(await hub.ended(late)).toMatchObject({ status: 'succeeded' });
    const never = await hub.order([{ ...write, with: { text: 'y' } }]);
    await hub.reached(never, 'waiting');
    await hub.pass(clock, 901_000);
    expect(await hub.ended(never)).toMatchObject({
      status: 'failed',
      error: { kind: 'denied', message: expect.stringContaining('nobody approved this call in time') },
    });
    expect(hub.called).toEqual([{ tool: 'write', args: { text: 'x' } }]);
  });

  test('fails its step when it is refused, and is not made', async () => {
    await using hub = await start();
    const run = await hub.order([write]);
    await hub.reached(run, 'waiting');
    await eyes.approve(false);
    expect(await hub.ended(run)).toMatchObject({ status: 'failed', error: { kind: 'denied', step: 'a' } });
    expect(hub.called).toEqual([]);
  });

  test('is asked for again when the rules have changed while it waited', async () => {
    await using hub = await start();
    const run = await hub.order([write]);
    const [before] = await eyes.waiting();
    eyes.changeRules();
    const after = await eyes.waiting();
    expect(after).toHaveLength(1);
    expect(after[0]?.id).not.toBe(before?.id);
    await eyes.approve();
    expect(await hub.ended(run)).toMatchObject({ status: 'succeeded' });
  });

  test('made twice with the same arguments needs two approvals', async () => {
    await using hub = await start();
    const twice = { id: 'all', foreach: { in: [1, 2], max_parallel: 2 }, steps: [write] };
    const run = await hub.order([twice]);
    await hub.reached(run, 'waiting');
    await eyes.approve();
    await eyes.approve();
    expect(await hub.ended(run)).toMatchObject({ status: 'succeeded' });
    expect(hub.called).toHaveLength(2);
  });

  test('does not take a place from runs that can go on', async () => {
    await using hub = await start({ settings: { engine: { graceMs: 0, pollMs: 50, maxRuns: 1 } } });
    const waiting = await hub.order([write]);
    await hub.reached(waiting, 'waiting');
    const other = await hub.order([{ id: 'b', uses: 'read_it' }]);
    expect(await hub.ended(other)).toMatchObject({ status: 'succeeded' });
    expect(await hub.engine.find('local', waiting)).toMatchObject({ status: 'waiting' });
  });

  test('is given up with its run', async () => {
    await using hub = await start();
    const run = await hub.order([write]);
    await hub.reached(run, 'waiting');
    await hub.engine.cancel('local', run, { reason: 'not wanted' });
    expect(await hub.ended(run)).toMatchObject({ status: 'canceled' });
    expect(hub.called).toEqual([]);
  });
});

describe('a call that waits for its approval when the hub stops', () => {
  const stopped = async (): Promise<string> => {
    const hub = await start();
    const run = await hub.order([write]);
    await hub.reached(run, 'waiting');
    await hub.hub.stop();
    // Nothing has gone wrong.
    expect(hub.hub.logged()).not.toContain('"code":"internal"');
    return run;
  };

  test('is not in doubt: it goes on waiting for the same approval', async () => {
    const run = await stopped();
    await using hub = await start();
    await hub.reached(run, 'waiting');
    expect(await eyes.waiting()).toHaveLength(1);
    expect(hub.hub.logged()).not.toContain('nobody knows how a call ended');
    await eyes.approve();
    expect(await hub.ended(run)).toMatchObject({ status: 'succeeded' });
    expect(hub.called).toHaveLength(1);
  });

  test('is asked for again when the rules are others by then', async () => {
    const run = await stopped();
    eyes.changeRules();
    await using hub = await start();
    await eyes.approve();
    expect(await hub.ended(run)).toMatchObject({ status: 'succeeded' });
  });
});

describe('a crash after any write', () => {
  test('makes no approved call twice, and only one that may have begun is in doubt', async () => {
    let survived = false;
    let asked = 0;
    for (let writes = 0; !survived; writes++) {
      const folder = join(dataDir, `${writes}`);
      const marks: JsonObject[] = [];
      const tools = { write: (args: JsonObject) => marks.push(args) };
      const death = Promise.withResolvers<'dead'>();
      const store = dyingStore(writes, () => death.resolve('dead'), true);
      const first = await start({ dataDir: folder, tools, store });
      const ordered = await first.order([write]).catch(() => undefined);
      if (ordered !== undefined) {
        const waits = first.reached(ordered, 'waiting').then(() => eyes.approve());
        const end = await Promise.race([death.promise, waits.then(() => first.ended(ordered))]);
        survived = end !== 'dead';
      }
      await first.hub.stop();
      await using second = await start({ dataDir: folder, tools });
      const [run] = await second.engine.list('local', { limit: 1 });
      if (!run) continue;
      const ended = await Promise.race([
        second.ended(run.id),
        second
          .reached(run.id, 'waiting')
          .then(() => eyes.approve())
          .then(() => second.ended(run.id)),
      ]);
      asked += 1;
      expect(marks.length, `${writes} writes`).toBeLessThanOrEqual(1);
      if (ended.status === 'succeeded') expect(marks).toHaveLength(1);
      else expect(ended.error, `${writes} writes`).toMatchObject({ kind: 'in_doubt' });
    }
    expect(asked).toBeGreaterThan(3);
  });
});

describe('a call that ends while it is let go on', () => {
  const command = {
    kind: 'CallTool',
    path: 'a',
    attempt: 1,
    tool: 'write',
    args: {},
    timeoutMs: 1_000,
    idempotencyKey: 'a',
  } as const;
  /** Calls of a run whose writes are there when a test says so. */
  const awaiting = () => {
    const written = Promise.withResolvers<void>();
    const writes: string[] = [];
    const mayBegin = Promise.withResolvers<void>();
    const awaited = new AwaitedApprovals({
      database: new SimulatedStore().connect('sqlite', async (_kind, carryOut) => carryOut()),
      run: 'run',
      writeHeld: (steps) => {
        writes.push(...steps.map(({ sql }) => sql));
        return written.promise;
      },
      onChange: () => undefined,
      mayBegin: () => mayBegin.promise,
      isLeaving: () => false,
    });
    return { awaited, writes, written, mayBegin };
  };

  test('has its end told after what is being written of it, and is not made', async () => {
    const { awaited, writes, written, mayBegin } = awaiting();
    const begins = awaited.open(command, true).approval.begins();
    mayBegin.resolve();
    while (writes.length === 0) await Promise.resolve();
    const writing = awaited.forget(command);
    expect(writing).toBeInstanceOf(Promise);
    written.resolve();
    await writing;
    await expect(begins).rejects.toMatchObject({ code: 'cancelled' });
    expect(awaited.hasBegun(command)).toBe(false);
  });

  test('is not noted as begun, and nothing more is written of it', async () => {
    const { awaited, writes, mayBegin } = awaiting();
    const { approval } = awaited.open(command, false);
    const begins = approval.begins();
    expect(awaited.forget(command)).toBeUndefined();
    mayBegin.resolve();
    await expect(begins).rejects.toMatchObject({ code: 'cancelled' });
    await expect(approval.waits('later')).rejects.toMatchObject({ code: 'cancelled' });
    expect(awaited.hasBegun(command)).toBe(false);
    expect([awaited.size, writes]).toEqual([0, []]);
  });
  test('is known to have been made when its end has been heard of and is not told yet', async () => {
    const { awaited, mayBegin } = awaiting();
    mayBegin.resolve();
    await awaited.open(command, false).approval.begins();
    expect(awaited.forget(command)).toBeUndefined();
    expect(awaited.hasBegun(command)).toBe(true);
  });
});
