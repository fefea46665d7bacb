import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import approvals from '@signalbox/approvals';
import type { JsonObject, Orderer } from '@signalbox/sdk';
import vault from '@signalbox/vault';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { describeBothStores } from './support/both-stores.ts';
import { taskOf } from './support/child-tasks.ts';
import { dyingStore } from './support/dying-store.ts';
import { type EngineHub, type EngineHubOptions, startEngineHub } from './support/engine-hub.ts';
import { type FourEyes, fourEyes } from './support/four-eyes.ts';
import { as, eve, mail, refusedTo, wait, ways, write } from './support/orderers.ts';
import type { TestStore } from './support/test-stores.ts';

let dataDir: string;
let eyes: FourEyes;
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'signalbox-engine-'));
  eyes = fourEyes();
});
afterEach(() => rmSync(dataDir, { recursive: true, force: true }));

const start = ({ settings, ...options }: EngineHubOptions = {}): Promise<EngineHub> =>
  startEngineHub({
    dataDir,
    tools: { write: () => 1, note: () => 2 },
    extensions: [vault, approvals, ...eyes.extensions],
    settings: { engine: { graceMs: 0, pollMs: 50 }, ...settings },
    ...options,
  });

const reading = taskOf({ steps: [wait] });

describe('who has a run go on', () => {
  describeBothStores((makeStore) => {
    test.each(ways)('and %s does not approve its calls, and others do', async (_how, { pipeline, order }) => {
      await using store: TestStore = makeStore();
      const settings = { engine: { graceMs: 0, pollMs: 50, leaseMs: 5_000 }, ...store.settings };
      const made: EngineHub[] = [];
      const restart = async (isHanging = false): Promise<EngineHub> => {
        await made.at(-1)?.hub.stop();
        const write = () => (isHanging ? new Promise<never>(() => undefined) : 1);
        const hub = await start({ store: store.extension, settings, tools: { write } });
        hub.engine.callTasks(reading);
        made.push(hub);
        return hub;
      };
      try {
        const hub = await restart(true);
        const run = await hub.order(pipeline);
        await order(hub, run, { eyes, restart });
        const approval = await refusedTo(eyes, eve);
        const next = await restart();
        await next.reached(run, 'waiting');
        expect(await refusedTo(eyes, eve)).toBe(approval);
        await eyes.approve();
        expect(await next.ended(run)).toMatchObject({ status: 'succeeded' });
      } finally {
        await made.at(-1)?.hub.stop();
      }
    });
  });

  test('does not approve the calls of the runs its steps order after that', async () => {
    await using hub = await start();
    hub.engine.callTasks(taskOf({ steps: [write] }));
    const run = await hub.order([wait, { id: 'child', call: 'writes' }]);
    await hub.reached(run, 'waiting');
    await hub.engine.deliver(mail('1', 'ada', [eve]));
    await refusedTo(eyes, eve);
    await eyes.approve();
    expect(await hub.ended(run)).toMatchObject({ status: 'succeeded' });
  });

  test.each<[string, JsonObject, (hub: EngineHub, run: string) => Promise<void>]>([
    [
      'who only says yes to a step that asks',
      { id: 'ask', approve: { message: 'Really?' } },
      (hub, run) =>
        hub.engine.answer('local', { run, path: 'ask', isApproved: true, by: 'user eve', orderers: [eve] }),
    ],
    [
      'who tells an event the run has looked at and passed over',
      wait,
      async (hub) => {
        await hub.engine.deliver(mail('1', 'bob', [eve]));
        await hub.engine.deliver(mail('2', 'ada', [{ kind: 'user', id: 'zoe' }]));
      },
    ],
    [
      'who tells an event again that somebody else has told',
      wait,
      async (hub) => {
        await hub.engine.deliver(mail('1', 'ada', [{ kind: 'user', id: 'zoe' }]));
        await hub.engine.deliver(mail('1', 'ada', [eve]));
      },
    ],
  ])('but not %s', async (_who, first, order) => {
    await using hub = await start();
    const run = await hub.order([first, write]);
    await hub.reached(run, 'waiting');
    await order(hub, run);
    const [call] = await eyes.waiting();
    await eyes.answers().answerFor(as(eve), call?.id ?? '', { isApproved: true });
    expect(await hub.ended(run)).toMatchObject({ status: 'succeeded' });
  });

  test('is known wherever the hub ends', async () => {
    let survived = false;
    for (let writes = 0; !survived; writes++) {
      let isTold = false;
      let died = (): void => undefined;
      const death = new Promise<'dead'>((resolve) => {
        died = () => resolve('dead');
      });
      const store = dyingStore(
        writes,
        () => died(),
        writes % 2 === 1,
        () => isTold,
      );
      const first = await start({ store });
      const calls = [{ id: 'note', uses: 'note' }, write].map((call) => ({ ...call, on_unknown: 'retry' }));
      const run = await first.order([wait, ...calls]);
      await first.reached(run, 'waiting');
      isTold = true;
      await first.engine.deliver(mail(run, 'ada', [eve])).catch(() => undefined);
      survived = (await Promise.race([death, eyes.waiting()])) !== 'dead';
      await first.hub.stop();
      await using second = await start();
      // Who told it was not told that it was taken, and tells it again.
      await second.engine.deliver(mail(run, 'ada', [eve]));
      await refusedTo(eyes, eve);
      await eyes.approve();
      expect(await second.ended(run), `${writes} writes`).toMatchObject({ status: 'succeeded' });
    }
  });
});

describe('a run that as many have ordered as may', () => {
  const many = Array.from({ length: 99 }, (_, index): Orderer => ({ kind: 'user', id: `user-${index}` }));
  const runAs = { kind: 'user', id: 'owner', org: 'local', level: 'trusted', orderedBy: many } as const;

  test('goes on for none but those, and keeps nobody else from it', async () => {
    await using hub = await start();
    const run = await hub.order([wait, { id: 'ask', approve: { message: 'Really?' } }, write], { runAs });
    const other = await hub.order([wait]);
    await hub.reached(run, 'waiting');
    await hub.reached(other, 'waiting');
    await hub.engine.deliver(mail('1', 'ada', [eve]));
    expect(await hub.ended(other)).toMatchObject({ status: 'succeeded' });
    expect(await hub.engine.find('local', run)).toMatchObject({ status: 'waiting', questions: [] });
    expect(hub.hub.logged()).toContain('a run was not told an event it waits for');
    await hub.engine.deliver(mail('2', 'ada', many.slice(0, 1)));
    await expect.poll(async () => (await hub.engine.find('local', run))?.questions).toHaveLength(1);
    const answer = { run, path: 'ask', isApproved: true, answer: 'x', by: 'user eve', orderers: [eve] };
    await expect(hub.engine.answer('local', answer)).rejects.toMatchObject({ code: 'forbidden' });
    await hub.engine.answer('local', { ...answer, orderers: many });
    await eyes.approve(false);
    await hub.ended(run);
    const retried = hub.engine.retry('local', run, { orderers: [eve] });
    await expect(retried).rejects.toMatchObject({ code: 'forbidden' });
    await hub.engine.retry('local', run, { orderers: many });
    await eyes.approve();
    expect(await hub.ended(run)).toMatchObject({ status: 'succeeded' });
  });
});
