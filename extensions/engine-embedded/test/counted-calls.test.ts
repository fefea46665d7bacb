import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import approvals from '@signalbox/approvals';
import { OrgBudget, OrgSpending, ToolCaller } from '@signalbox/runs';
import { defineExtension, type Extension, type Invoke, silentLog } from '@signalbox/sdk';
import { FakeClock } from '@signalbox/testkit';
import vault from '@signalbox/vault';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { z } from 'zod';
import { SimulatedStore } from './simulation/support/simulated-store.ts';
import { catalog } from './simulation/support/world.ts';
import { countingStore } from './support/counting-store.ts';
import { type EngineHub, startEngineHub } from './support/engine-hub.ts';
import { fourEyes } from './support/four-eyes.ts';

let dataDir: string;
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'signalbox-engine-'));
});
afterEach(() => rmSync(dataDir, { recursive: true, force: true }));

const settings = { engine: { graceMs: 0, pollMs: 50 } };
const write = { id: 'a', uses: 'write', retry: { max: 0 } };
const callsOf = async ({ engine }: EngineHub): Promise<number> =>
  (await engine.budgets.read('local')).spent.calls;

test('a hub that stops between count and call does not make the call, and one that makes it again counts again', async () => {
  let counted = (): void => undefined;
  const wasCounted = new Promise<void>((resolve) => {
    counted = resolve;
  });
  const store = countingStore(() => {
    counted();
    return new Promise(() => undefined);
  });
  const first = await startEngineHub({ dataDir, settings, store, tools: { write: () => 1 } });
  await first.engine.budgets.set('local', { calls: 2 }, 'user ada');
  const run = await first.order([
    { ...write, on_unknown: 'retry' },
    { ...write, id: 'b' },
  ]);
  await wasCounted;
  await first.hub.stop();
  expect(first.called).toEqual([]);

  await using second = await startEngineHub({ dataDir, settings, tools: { write: () => 1 } });
  expect(await second.ended(run)).toMatchObject({ status: 'failed', error: { kind: 'budget', step: 'b' } });
  expect(second.called).toHaveLength(1);
  expect(await callsOf(second)).toBe(2);
});

test('a call is not made by who has lost its run while it was counted', async () => {
  const clock = new FakeClock();
  const stolen: { hub?: EngineHub } = {};
  // Longer than a lease, and in the meantime somebody else has claimed the run.
  const store = countingStore(async () => {
    clock.advance(20_000);
    await stolen.hub?.database.together([
      { sql: 'update engine_runs set lease_epoch = lease_epoch + 1', parameters: [] },
    ]);
  });
  await using hub = await startEngineHub({ dataDir, settings, store, clock, tools: { write: () => 1 } });
  stolen.hub = hub;
  await hub.engine.budgets.set('local', { calls: 5 }, 'user ada');
  const logged = async (): Promise<boolean> => hub.hub.logged().includes('no longer held by this node');
  await hub.order([write]);
  await expect.poll(logged, { timeout: 30_000 }).toBe(true);
  expect(hub.called).toEqual([]);
});

/** An upstream that may make tasks of the calls of its tool. */
function upstream(invoke: Invoke): Extension {
  return defineExtension({
    name: 'upstream',
    config: z.strictObject({}),
    setup: ({ sources }) => {
      const source = sources.open({ id: 'a', kind: 'upstream', minLevel: 'public', invoke });
      source.publish([
        { kind: 'tool', name: 't', definition: { name: 't', inputSchema: { type: 'object' } } },
      ]);
      source.setState({ status: 'available' });
    },
  });
}

test('an upstream task that is gone on with after a crash was counted already, and its cost is added', async () => {
  const identity = { source: 'a', originalName: 't' };
  const kept = Promise.withResolvers<void>();
  const begins = upstream(({ request }) => {
    request.channels?.task?.({ identity, handle: { id: 'theirs' } });
    kept.resolve();
    return new Promise(() => undefined);
  });
  const first = await startEngineHub({ dataDir, settings, extensions: [begins] });
  await first.engine.budgets.set('local', { calls: 1, cost: 5 }, 'user ada');
  const run = await first.order([{ id: 'a', uses: 'a.t' }]);
  await kept.promise;
  await first.hub.stop();

  const _meta = { 'signalbox/usage': { cost: 2, tokens: 3.5 } };
  const ends = upstream(async ({ request }) => ({
    kind: 'data',
    value: { content: [{ type: 'text', text: request.resume ? 'gone on with' : 'called again' }], _meta },
  }));
  await using second = await startEngineHub({ dataDir, settings, extensions: [ends] });
  expect(await second.ended(run)).toMatchObject({ status: 'succeeded', output: 'gone on with' });
  const { spent } = await second.engine.budgets.read('local');
  expect(spent).toMatchObject({ calls: 1, cost: 2, tokens: 4 });
});

test('a call that waits for approval counts when it is made, and one that is refused does not', async () => {
  const eyes = fourEyes();
  const extensions = [vault, approvals, ...eyes.extensions];
  await using hub = await startEngineHub({ settings, extensions, tools: { write: () => 1 } });
  await hub.engine.budgets.set('local', { calls: 1 }, 'user ada');
  const refused = await hub.order([write]);
  await hub.reached(refused, 'waiting');
  await eyes.approve(false);
  expect(await hub.ended(refused)).toMatchObject({ error: { kind: 'denied' } });
  expect(await callsOf(hub)).toBe(0);
  const approved = await hub.order([{ ...write, with: { other: true } }]);
  await hub.reached(approved, 'waiting');
  expect(await callsOf(hub)).toBe(0);
  await eyes.approve();
  expect(await hub.ended(approved)).toMatchObject({ status: 'succeeded' });
  expect(await callsOf(hub)).toBe(1);
});

test('a call whose maker is not told when it begins is counted before it is asked for', async () => {
  const database = new SimulatedStore().connect('sqlite', async (_kind, carryOut) => carryOut());
  const clock = new FakeClock();
  const parts = { database, clock, log: silentLog, onUsedUp: () => undefined };
  const budget = new OrgBudget(parts, new OrgSpending(parts, 'local'), { calls: 1 });
  let made = 0;
  const caller = new ToolCaller({
    settings: { hints: 'trusted', repeatable: [] },
    calls: {
      call: async () => ({ kind: 'data', value: { structuredContent: ++made } }),
      list: () => ({ items: [], generation: 1 }),
      findRefusal: () => undefined,
    },
    catalog,
    directory: () => undefined,
    secrets: () => undefined,
    clock,
    random: () => 0,
    budgets: { of: () => budget },
  });
  const run = { id: 'run', runAs: { kind: 'user', id: 'owner', org: 'local', level: 'trusted' } } as const;
  const command = {
    kind: 'CallTool',
    path: 'a',
    attempt: 1,
    tool: 'write',
    args: {},
    timeoutMs: 1_000,
    idempotencyKey: 'a',
  } as const;
  const how = { signal: new AbortController().signal, onTask: () => undefined };
  expect(await caller.call(run, command, how)).toEqual({ ok: true, output: 1 });
  expect(await caller.call(run, command, how)).toMatchObject({ ok: false, error: { kind: 'budget' } });
  expect(made).toBe(1);
});
