import { silentLog } from '@signalbox/sdk';
import { database } from '@signalbox/store';
import { FakeClock } from '@signalbox/testkit';
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Change, DirectoryChanges } from '../../src/store/directory-changes.ts';
import { type DirectoryHub, startDirectoryHub } from '../support/start-directory-hub.ts';
import { describePostgres, type TestStore } from '../support/test-stores.ts';

const pollMs = 500;

/** A node with a clock of its own, and what it heard. */
interface Node {
  readonly changes: DirectoryChanges;
  readonly clock: FakeClock;
  readonly heard: Change[];
  /** Lets it read the log once, and waits until it has. */
  readonly poll: (afterMs?: number) => Promise<void>;
}

describePostgres((makeStore) => {
  let store: TestStore;
  let hub: DirectoryHub;
  beforeAll(async () => {
    store = makeStore();
    hub = await startDirectoryHub(store);
  });
  afterAll(async () => {
    await hub[Symbol.asyncDispose]();
    await store[Symbol.asyncDispose]();
  });

  async function startNode(node: string, startMs?: number): Promise<Node> {
    const clock = new FakeClock(startMs);
    const heard: Change[] = [];
    const changes = new DirectoryChanges(
      { database: hub.test.hub.services.get(database), clock, log: silentLog, node },
      async (made) => void heard.push(...made),
    );
    await changes.start();
    const poll = async (afterMs = pollMs): Promise<void> => {
      clock.advance(afterMs);
      while (clock.waiting === 0) await new Promise(setImmediate);
    };
    return { changes, clock, heard, poll };
  }

  test('a node hears of the changes of others in their order, and of its own at once and once', async () => {
    const [one, two] = [await startNode('one'), await startNode('two')];
    await one.changes.change(async ({ note }) => note({ kind: 'facts', subject: 'a' }));
    await two.changes.change(async ({ note }) => {
      note({ kind: 'revocation', org: 'local', subject: 'b' });
      note({ kind: 'policy', org: 'local' });
    });
    expect(two.heard).toEqual([
      { kind: 'revocation', org: 'local', subject: 'b' },
      { kind: 'policy', org: 'local' },
    ]);
    await one.poll();
    await two.poll();
    const [a, ...b]: Change[] = [
      { kind: 'facts', subject: 'a' },
      { kind: 'revocation', org: 'local', subject: 'b' },
      { kind: 'policy', org: 'local' },
    ];
    expect({ one: one.heard, two: two.heard }).toEqual({ one: [a, ...b], two: [...b, a] });
    await one.changes.stop();
    await two.changes.stop();
  });

  test('a change that fails is no change, and nobody hears of it', async () => {
    const [one, two] = [await startNode('one'), await startNode('two')];
    const failing = one.changes.change(async ({ note }) => {
      note({ kind: 'facts', subject: 'a' });
      throw new RangeError('no');
    });
    await expect(failing).rejects.toThrow('no');
    await two.poll();
    expect([...one.heard, ...two.heard]).toEqual([]);
    await one.changes.stop();
    await two.changes.stop();
  });

  test('a node that was away for longer than the log reaches forgets everything', async () => {
    const late = await startNode('late');
    const future = await startNode('future', Date.now() + 7_200_000);
    const { changes } = await startNode('one');
    await changes.change(async ({ note }) => note({ kind: 'facts', subject: 'a' }));
    await future.changes.change(async ({ note }) => note({ kind: 'facts', subject: 'b' }));
    await late.poll();
    expect(late.heard).toEqual([{ kind: 'revocation' }, { kind: 'policy' }]);
    await Promise.all([late.changes.stop(), future.changes.stop(), changes.stop()]);
  });

  test('a node that cannot read the log for five seconds forgets everybody, once, and goes on later', async () => {
    const [one, two] = [await startNode('one'), await startNode('two')];
    await sql`alter table directory_clock rename to directory_clock_gone`.execute(hub.rows);
    await two.poll();
    expect(two.heard).toEqual([]);
    for (let count = 0; count < 12; count++) await two.poll();
    expect(two.heard).toEqual([{ kind: 'revocation' }]);
    await sql`alter table directory_clock_gone rename to directory_clock`.execute(hub.rows);
    await one.changes.change(async ({ note }) => note({ kind: 'policy', org: 'local' }));
    await two.poll();
    expect(two.heard).toEqual([{ kind: 'revocation' }, { kind: 'policy', org: 'local' }]);
    await one.changes.stop();
    await two.changes.stop();
  });
});
