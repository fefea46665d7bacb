import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SignalboxError } from '@signalbox/sdk';
import { describe, expect, test } from 'vitest';
import { taskOf, theOther } from './support/child-tasks.ts';
import { dyingStore } from './support/dying-store.ts';
import { startEngineHub } from './support/engine-hub.ts';

const mark = { mark: ({ text }: { text?: unknown }) => ({ text: text ?? null }) as never };
const hang = {
  hang: (_args: object, { signal }: { signal: AbortSignal }) =>
    new Promise<never>((_resolve, reject) => {
      signal.addEventListener('abort', () => reject(new Error('stopped')));
    }),
};
const atOnce = { engine: { graceMs: 0, pollMs: 50 } };

test('a step may run another task and goes on with what it gave', async () => {
  await using hub = await startEngineHub({ tools: mark });
  hub.engine.callTasks(taskOf({ steps: [{ id: 'inner', uses: 'mark', with: { text: '${params.text}' } }] }));
  const run = await hub.order([{ id: 'child', call: 'greet', with: { text: 'hello' } }]);
  expect(await hub.ended(run)).toMatchObject({ status: 'succeeded', output: { text: 'hello' } });
});

test('a task that may not be called fails the step, and is not asked for again', async () => {
  await using hub = await startEngineHub({ tools: mark });
  let asked = 0;
  hub.engine.callTasks(async () => {
    asked += 1;
    throw new SignalboxError('forbidden', 'that task is not yours');
  });
  const run = await hub.order([{ id: 'child', call: 'greet' }]);
  expect(await hub.ended(run)).toMatchObject({ status: 'failed', error: { kind: 'denied', step: 'child' } });
  expect(asked).toBe(1);
});

test.each([
  ['asked to end', false],
  ['ended by force', true],
])('a run that is %s ends the run its step has ordered, too', async (_how, isForced) => {
  await using hub = await startEngineHub({ tools: hang });
  hub.engine.callTasks(taskOf({ steps: [{ id: 'inner', uses: 'hang' }] }));
  const run = await hub.order([{ id: 'child', call: 'greet' }]);
  await hub.reached(run, 'running');
  const child = await theOther(hub, run);
  await hub.reached(child, 'running');
  await hub.engine.cancel('local', run, { reason: 'not needed', isForced });
  expect((await hub.ended(run)).status).toBe('canceled');
  expect(await hub.ended(child)).toMatchObject({
    status: 'canceled',
    error: { message: expect.stringContaining(run) },
  });
});

test('a run its step has ordered is stopped after a crash, too', async () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'signalbox-engine-'));
  const first = await startEngineHub({ dataDir, settings: atOnce });
  first.engine.callTasks(taskOf({ steps: [{ id: 'nap', sleep: '1h' }] }));
  const run = await first.order([{ id: 'child', call: 'greet' }]);
  const child = await theOther(first, run);
  await first.reached(child, 'waiting');
  await first.hub.stop();
  await using second = await startEngineHub({ dataDir, settings: atOnce });
  await second.engine.cancel('local', run, { reason: 'not needed' });
  expect((await second.ended(child)).status).toBe('canceled');
  expect((await second.ended(run)).status).toBe('canceled');
  rmSync(dataDir, { recursive: true, force: true });
});

describe.each([
  ['before', false],
  ['after', true],
])('a crash %s any write', (_when, isDoneFirst) => {
  test('orders no second run for a step, and takes none for failed that was ordered', async () => {
    let survived = false;
    for (let writes = 0; !survived; writes++) {
      const dataDir = mkdtempSync(join(tmpdir(), 'signalbox-engine-'));
      const { promise: death, resolve: die } = Promise.withResolvers<'dead'>();
      const task = taskOf({ steps: [{ id: 'inner', uses: 'mark', on_unknown: 'retry' }] });
      const store = dyingStore(writes, () => die('dead'), isDoneFirst);
      const first = await startEngineHub({ dataDir, settings: atOnce, tools: mark, store });
      first.engine.callTasks(task);
      const ordered = await first.order([{ id: 'child', call: 'greet' }]).catch(() => undefined);
      const end = ordered === undefined ? 'dead' : await Promise.race([death, first.ended(ordered)]);
      survived = end !== 'dead';
      await first.hub.stop();

      await using second = await startEngineHub({ dataDir, settings: atOnce, tools: mark });
      second.engine.callTasks(task);
      const [oldest] = (await second.engine.list('local', { limit: 9 })).toReversed();
      if (oldest !== undefined) {
        expect(await second.ended(oldest.id), `${writes} writes`).toMatchObject({ status: 'succeeded' });
        expect(await second.engine.list('local', { limit: 9 }), `${writes} writes`).toHaveLength(2);
      }
      await second.hub.stop();
      rmSync(dataDir, { recursive: true, force: true });
    }
  });
});
