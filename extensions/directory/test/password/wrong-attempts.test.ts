import { type Database, database } from '@signalbox/store';
import { FakeClock, startTestHub, type TestHub } from '@signalbox/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import directoryExtension from '../../src/index.ts';
import { WrongAttempts } from '../../src/password/wrong-attempts.ts';
import type { DirectoryTables } from '../../src/store/directory-tables.ts';
import { describePostgres, describeStores, type TestStore } from '../support/test-stores.ts';

const minuteMs = 60_000;
const refused = (retryAfterMs: number) => ({ code: 'rate_limited', details: { retryAfterMs } });

/** Takes one attempt after the other. */
async function takeMany(attempts: WrongAttempts, count: number, login: (index: number) => string) {
  for (let index = 0; index < count; index++)
    await attempts.take({ login: login(index), address: '192.0.2.1' });
}

async function startNode({ extension, settings }: TestStore): Promise<{ hub: TestHub; store: Database }> {
  const hub = await startTestHub({ extensions: [extension, directoryExtension], settings });
  return { hub, store: hub.hub.services.get(database) };
}

describeStores((makeStore) => {
  let test1: TestStore;
  let hub: TestHub;
  let store: Database;
  let clock: FakeClock;
  let attempts: WrongAttempts;
  beforeAll(async () => {
    test1 = makeStore();
    ({ hub, store } = await startNode(test1));
  });
  afterAll(async () => {
    await hub.stop();
    await test1[Symbol.asyncDispose]();
  });
  const begin = async (): Promise<void> => {
    await store.queries<DirectoryTables>().deleteFrom('directory_wrong_attempts').execute();
    clock = new FakeClock();
    attempts = new WrongAttempts(store, clock);
  };

  test('five wrong passwords make an account wait five minutes, from any address, and the next five ten', async () => {
    await begin();
    await takeMany(attempts, 4, () => 'ann');
    expect(await attempts.take({ login: 'ann', address: '192.0.2.1' })).toEqual(['account']);
    const elsewhere = { login: 'ann', address: '192.0.2.99' };
    await expect(attempts.take(elsewhere)).rejects.toMatchObject(refused(5 * minuteMs));
    expect(await attempts.take({ login: 'bob', address: '192.0.2.99' })).toEqual([]);
    clock.advance(5 * minuteMs);
    await takeMany(attempts, 5, () => 'ann');
    await expect(attempts.take(elsewhere)).rejects.toMatchObject(refused(10 * minuteMs));
  });

  test('twenty wrong passwords make an address wait, whatever the accounts', async () => {
    await begin();
    await takeMany(attempts, 19, (index) => `login-${index}`);
    expect(await attempts.take({ login: 'last', address: '192.0.2.1' })).toEqual(['address']);
    const another = { login: 'another', address: '192.0.2.1' };
    await expect(attempts.take(another)).rejects.toMatchObject(refused(minuteMs));
    expect(await attempts.take({ ...another, address: '192.0.2.2' })).toEqual([]);
  });

  test('who changes their own password is counted for themselves, and neither holds up the other', async () => {
    await begin();
    await takeMany(attempts, 5, () => 'ann');
    const own = { own: 'person-ann' };
    for (let index = 0; index < 4; index++) expect(await attempts.take(own)).toEqual([]);
    expect(await attempts.take(own)).toEqual(['own']);
    await expect(attempts.take(own)).rejects.toMatchObject(refused(5 * minuteMs));
    await takeMany(attempts, 4, () => 'bob');
    await attempts.forgive(own);
    clock.advance(1_000);
    expect(await attempts.take(own)).toEqual([]);
    await expect(attempts.take({ login: 'ann', address: '::1' })).rejects.toMatchObject({
      code: 'rate_limited',
    });
  });

  test('the addresses of one network of IPv6 have one budget', async () => {
    await begin();
    for (let index = 0; index < 20; index++)
      await attempts.take({ login: `login-${index}`, address: `2001:db8:0:1::${index}` });
    const another = { login: 'another', address: '2001:db8:0:1:ffff::1' };
    await expect(attempts.take(another)).rejects.toMatchObject(refused(minuteMs));
    expect(await attempts.take({ ...another, address: '2001:db8:0:2::1' })).toEqual([]);
  });

  test('a right password does not count, and neither does one that could not be judged', async () => {
    await begin();
    const attempt = { login: 'ann', address: '192.0.2.1' };
    await takeMany(attempts, 5, () => 'ann');
    await attempts.forgive(attempt);
    await takeMany(attempts, 5, () => 'ann');
    await attempts.giveBack(attempt);
    expect(await attempts.take(attempt)).toEqual(['account']);
  });

  test('of many at once no more than the limit are judged', async () => {
    await begin();
    const all = await Promise.allSettled(
      Array.from({ length: 12 }, (_, index) => attempts.take({ login: 'ann', address: `192.0.2.${index}` })),
    );
    expect(all.filter(({ status }) => status === 'fulfilled')).toHaveLength(5);
  });

  test('logins and addresses are kept as hashes, and go when they matter no more', async () => {
    await begin();
    const rows = () => store.queries<DirectoryTables>().selectFrom('directory_wrong_attempts').selectAll();
    await attempts.take({ login: 'my-password', address: '192.0.2.1' });
    const kept = JSON.stringify(await rows().execute());
    expect(kept).not.toMatch(/my-password|192\.0\.2\.1/);
    clock.advance(minuteMs + 1);
    await attempts.prune();
    expect((await rows().execute()).map(({ kind }) => kind)).toEqual(['account']);
    clock.advance(4 * minuteMs);
    await attempts.prune();
    expect(await rows().execute()).toEqual([]);
  });
});

describePostgres((makeStore) => {
  test('while many attempts wait for one row the store answers others, and most are turned away', async () => {
    await using store = makeStore();
    const { hub, store: database1 } = await startNode(store);
    const attempts = new WrongAttempts(database1, new FakeClock());
    const queries = database1.queries<DirectoryTables>();
    await attempts.take({ login: 'ann', address: '192.0.2.1' });
    let all: Promise<PromiseSettledResult<unknown>[]> = Promise.resolve([]);
    // The row is held until another connection has answered, which there must be one for.
    await queries.transaction().execute(async (rows) => {
      await rows.updateTable('directory_wrong_attempts').set({ rounds: 0 }).execute();
      all = Promise.allSettled(
        Array.from({ length: 2_000 }, (_, index) =>
          attempts.take({ login: 'ann', address: `192.0.${index >> 8}.${index & 255}` }),
        ),
      );
      expect(await queries.selectFrom('directory_orgs').select('id').execute()).toEqual([{ id: 'local' }]);
    });
    const codes = (await all).map((each) => (each.status === 'fulfilled' ? 'taken' : each.reason.code));
    const count = (code: string) => codes.filter((each) => each === code).length;
    expect([count('taken'), count('rate_limited'), count('overloaded')]).toEqual([4, 30, 1_966]);
    await hub.stop();
  });

  test('two nodes on one store have one budget, also when they are tried at once', async () => {
    await using store = makeStore();
    const [one, two] = [await startNode(store), await startNode(store)];
    const clock = new FakeClock();
    const nodes = [one, two].map((node) => new WrongAttempts(node.store, clock));
    const all = await Promise.allSettled(
      Array.from({ length: 16 }, async (_, index) =>
        nodes[index % 2]?.take({ login: 'ann', address: `192.0.2.${index}` }),
      ),
    );
    expect(all.filter(({ status }) => status === 'fulfilled')).toHaveLength(5);
    for (const node of nodes)
      await expect(node.take({ login: 'ann', address: '192.0.2.99' })).rejects.toMatchObject(
        refused(5 * minuteMs),
      );
    // Who gets in at one node has a new budget at both.
    await nodes[0]?.forgive({ login: 'ann', address: '192.0.2.1' });
    clock.advance(1_000);
    expect(await nodes[1]?.take({ login: 'ann', address: '192.0.2.99' })).toEqual([]);
    await one.hub.stop();
    await two.hub.stop();
  });
});
