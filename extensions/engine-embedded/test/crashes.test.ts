import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { JsonObject } from '@signalbox/sdk';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { dyingStore } from './support/dying-store.ts';
import { type Handle, startEngineHub } from './support/engine-hub.ts';

let dataDir: string;
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'signalbox-engine-'));
});
afterEach(() => rmSync(dataDir, { recursive: true, force: true }));

const atOnce = { engine: { graceMs: 0, pollMs: 50 } };
const forever = (): Promise<never> => new Promise(() => undefined);

/** Starts a run whose only call never ends, and stops the hub in the middle of it. */
async function stopDuringCall(step: JsonObject): Promise<string> {
  let begun = (): void => undefined;
  const calling = new Promise<void>((resolve) => {
    begun = resolve;
  });
  const hang: Handle = () => {
    begun();
    return forever();
  };
  const hub = await startEngineHub({ dataDir, settings: atOnce, tools: { write: hang, read_it: hang } });
  const run = await hub.order([step, { id: 'after', uses: 'write' }]);
  await calling;
  await hub.hub.stop();
  return run;
}

describe('a call that was under way when the hub stopped', () => {
  test('fails its step, for nobody knows how it ended', async () => {
    const run = await stopDuringCall({ id: 'a', uses: 'write' });
    await using hub = await startEngineHub({ dataDir, settings: atOnce, tools: { write: () => 1 } });
    expect(await hub.ended(run)).toMatchObject({ status: 'failed', error: { kind: 'in_doubt', step: 'a' } });
    expect(hub.called).toEqual([]);
    expect(hub.hub.logged()).toContain('nobody knows how a call ended');
  });

  test('is made again when its tool only reads, with the same key', async () => {
    const run = await stopDuringCall({ id: 'a', uses: 'read_it' });
    await using hub = await startEngineHub({
      dataDir,
      settings: atOnce,
      tools: { read_it: () => 1, write: () => 2 },
    });
    const ended = await hub.ended(run);
    expect(ended).toMatchObject({ status: 'succeeded', output: 2 });
    expect(hub.called.map(({ tool }) => tool)).toEqual(['read_it', 'write']);
    expect(new Set(ended.steps.map(({ idempotencyKey }) => idempotencyKey)).size).toBe(2);
  });

  test('is made again when the step or the operator says so', async () => {
    const byStep = await stopDuringCall({ id: 'a', uses: 'write', on_unknown: 'retry' });
    const settings = { engine: { ...atOnce.engine, repeatable: ['write'] } };
    const byOperator = await stopDuringCall({ id: 'a', uses: 'write' });
    await using hub = await startEngineHub({ dataDir, settings, tools: { write: () => 2 } });
    expect(await hub.ended(byStep)).toMatchObject({ status: 'succeeded' });
    expect(await hub.ended(byOperator)).toMatchObject({ status: 'succeeded' });
  });

  test('is a question for people when the step says so', async () => {
    const run = await stopDuringCall({ id: 'a', uses: 'write', on_unknown: 'ask' });
    await using hub = await startEngineHub({ dataDir, settings: atOnce, tools: { write: () => 2 } });
    const waiting = await hub.reached(run, 'waiting');
    expect(waiting.questions).toMatchObject([{ run, path: 'a' }]);
    await hub.engine.answer('local', { run, path: 'a', isApproved: true, by: 'ada' });
    expect(await hub.ended(run)).toMatchObject({ status: 'succeeded', output: 2 });
  });
});

const steps = [
  { id: 'one', uses: 'mark', with: { step: 'one' } },
  {
    id: 'loop',
    foreach: { in: '${params.items}' },
    steps: [{ id: 'each', uses: 'mark', with: { step: 'each-${item}' } }],
  },
  { id: 'last', uses: 'mark', with: { step: 'last' } },
];

describe.each([
  ['before', false],
  ['after', true],
])('a crash %s any write', (_when, isDoneFirst) => {
  test('loses no run, and runs no step again that was done', async () => {
    let survived = false;
    for (let writes = 0; !survived; writes++) {
      const folder = join(dataDir, `${writes}`);
      const marks: string[] = [];
      const tools = { mark: ({ step }: JsonObject) => marks.push(JSON.stringify(step)) };
      let died = (): void => undefined;
      const death = new Promise<'dead'>((resolve) => {
        died = () => resolve('dead');
      });
      const first = await startEngineHub({
        dataDir: folder,
        settings: atOnce,
        tools,
        store: dyingStore(writes, died, isDoneFirst),
      });
      const ordered = await first.order(steps, { params: { items: [1, 2] } }).catch((error: unknown) => {
        expect(error).toMatchObject({ code: 'store_failed' });
        return undefined;
      });
      const end = ordered === undefined ? 'dead' : await Promise.race([death, first.ended(ordered)]);
      survived = end !== 'dead';
      await first.hub.stop();

      await using second = await startEngineHub({ dataDir: folder, settings: atOnce, tools });
      const [run] = await second.engine.list('local', { limit: 2 });
      if (run === undefined) {
        // Nobody was told that it was taken.
        expect(ordered).toBeUndefined();
        continue;
      }
      const ended = await second.ended(run.id);
      expect(marks.length, `${writes} writes: ${marks.join()}`).toBe(new Set(marks).size);
      if (ended.status === 'succeeded') expect(marks).toEqual(['"one"', '"each-1"', '"each-2"', '"last"']);
      else expect(ended.error).toMatchObject({ kind: 'in_doubt' });
    }
  });
});
