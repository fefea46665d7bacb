import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import approvals from '@signalbox/approvals';
import { FakeClock } from '@signalbox/testkit';
import vault from '@signalbox/vault';
import { afterEach, beforeEach, expect, test } from 'vitest';
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
