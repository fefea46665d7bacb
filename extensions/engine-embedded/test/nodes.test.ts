import type { EngineTables } from '@signalbox/runs';
import type { JsonObject } from '@signalbox/sdk';
import { FakeClock } from '@signalbox/testkit';
import { expect, test } from 'vitest';
import { startEngineHub } from './support/engine-hub.ts';
import { describePostgres, type TestStore } from './support/test-stores.ts';

describePostgres((makeStore) => {
  test('a node that was silent for too long may not write any more: another has its runs', async () => {
    await using store = makeStore();
    const frozen = new FakeClock();
    const other = new FakeClock(frozen.now() + 60_000);
    let answer = (_value: string): void => undefined;
    let begun = (): void => undefined;
    const calling = new Promise<void>((resolve) => {
      begun = resolve;
    });
    const tools = {
      read_slowly: () =>
        new Promise<string>((resolve) => {
          answer = resolve;
          begun();
        }),
    };
    await using first = await startEngineHub({
      ...parts(store),
      clock: frozen,
      tools,
    });
    const run = await first.order([{ id: 'a', uses: 'read_slowly' }]);
    await calling;
    await using second = await startEngineHub({
      ...parts(store),
      clock: other,
      tools: { read_slowly: () => 'of the second' },
    });
    expect(await second.ended(run)).toMatchObject({ status: 'succeeded', output: 'of the second' });
    answer('of the first');
    // What the first writes now is refused, and it lets go.
    await first.hub.stop();
    const rows = await second.database
      .queries<EngineTables>()
      .selectFrom('engine_journal')
      .select('event')
      .where('run_id', '=', run)
      .execute();
    const ends = rows
      .map(({ event }) => JSON.parse(event) as JsonObject)
      .filter(({ kind }) => kind === 'ToolDone');
    expect(ends).toHaveLength(1);
    expect((await second.engine.find('local', run))?.output).toBe('of the second');
  });

  test('two nodes share the runs, and carry out each step once', async () => {
    await using store = makeStore();
    const done: string[] = [];
    const tools = { mark: ({ name }: JsonObject) => done.push(JSON.stringify(name)) };
    const settings = { engine: { pollMs: 20 } };
    await using first = await startEngineHub({ ...parts(store, settings), tools });
    await using second = await startEngineHub({ ...parts(store, settings), tools });
    const runs: string[] = [];
    for (let each = 0; each < 40; each++) {
      const hub = each % 2 === 0 ? first : second;
      const steps = ['a', 'b', 'c'].map((id) => ({ id, uses: 'mark', with: { name: `${each}${id}` } }));
      runs.push(await hub.order(steps, each % 4 === 0 ? { slot: { key: 'one', limit: 1 } } : {}));
    }
    for (const run of runs)
      await expect.poll(async () => (await first.engine.find('local', run))?.status, wait).toBe('succeeded');
    expect(done).toHaveLength(120);
    expect(new Set(done).size).toBe(120);
  });

  test('an answer reaches a run that another node has', async () => {
    await using store = makeStore();
    const settings = { engine: { pollMs: 20 } };
    await using first = await startEngineHub({ ...parts(store, settings) });
    const run = await first.order([{ id: 'ask', approve: { message: 'Go?' } }]);
    await first.reached(run, 'waiting');
    await using second = await startEngineHub({ ...parts(store, settings) });
    await second.engine.answer('local', { run, path: 'ask', isApproved: true, by: 'ada' });
    await expect.poll(async () => (await second.engine.find('local', run))?.status, wait).toBe('succeeded');
  });
});

const wait = { timeout: 30_000, interval: 25 };

function parts({ extension, settings: own }: TestStore, settings: JsonObject = {}) {
  return { store: extension, settings: { ...own, ...settings } };
}
