import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type BudgetParts, Budgets, type EngineTables, type OrgBudget } from '@signalbox/runs';
import { type JsonObject, silentLog } from '@signalbox/sdk';
import { type Database, storeError } from '@signalbox/store';
import { FakeClock } from '@signalbox/testkit';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { describeBothStores } from './support/both-stores.ts';
import { type EngineHub, startEngineHub } from './support/engine-hub.ts';
import type { TestStore } from './support/test-stores.ts';
import { type SpendingWrite, watchedSpending } from './support/watched-spending.ts';
import { wrappedStore } from './support/wrapped-store.ts';

const noon = Date.UTC(2026, 10, 30, 12);
const day = '2026-11-30';
const call = (id: string, more: JsonObject = {}): JsonObject => ({
  id,
  uses: 'mark',
  retry: { max: 0 },
  ...more,
});
const mark = ({ usage = {} }: JsonObject): JsonObject => ({
  content: [],
  _meta: { 'signalbox/usage': usage },
});

/** A hub with a tool that tells what it is told to have cost. */
const startOn = (store: TestStore): Promise<EngineHub> =>
  startEngineHub({
    store: store.extension,
    settings: { ...store.settings, engine: { pollMs: 50 } },
    clock: new FakeClock(noon),
    tools: { mark },
  });

/** Budgets beside those of the hub, on its store. */
async function besides(parts: Partial<BudgetParts> & { readonly database: Database }): Promise<Budgets> {
  const budgets = new Budgets({
    clock: new FakeClock(noon),
    log: silentLog,
    onUsedUp: () => undefined,
    ...parts,
  });
  await budgets.set('local', { calls: 1_000 }, 'user ada');
  return budgets;
}

function theOnly(budgets: Budgets): OrgBudget {
  const budget = budgets.of('local');
  if (budget) return budget;
  throw new TypeError('there is no budget');
}

const spendingOf = (database: Database): Promise<readonly unknown[]> =>
  database.queries<EngineTables>().selectFrom('engine_spending').select(['day', 'calls', 'tokens']).execute();

describeBothStores((makeStore) => {
  test('whatever tools tell, what a day has used up stays readable and uses it up', async () => {
    await using store = makeStore();
    await using hub = await startOn(store);
    const budget = theOnly(await besides({ database: hub.database }));
    const much = { cost: 4e14, tokens: 4e14, milliseconds: 4e14 };
    for (let times = 0; times < 3; times++) await budget.add(day, much);
    await Promise.all([much, much, much].map((each) => budget.add(day, each)));
    const { spent } = await hub.engine.budgets.set('local', { tokens: 1e12 }, 'user ada');
    expect(spent).toEqual({ calls: 0, cost: 1e15, tokens: 1e15, seconds: 1e12 });
    expect(await hub.ended(await hub.order([call('a')]))).toMatchObject({ error: { kind: 'budget' } });
  });

  test('a tool that says it took more tokens than there can be says nothing', async () => {
    await using store = makeStore();
    await using hub = await startOn(store);
    await hub.engine.budgets.set('local', { calls: 10 }, 'user ada');
    const steps = [1e12, 1e9 + 1, 1e9].map((tokens, index) =>
      call(`s${index}`, { with: { usage: { tokens } } }),
    );
    await hub.ended(await hub.order(steps));
    expect((await hub.engine.budgets.read('local')).spent).toMatchObject({ calls: 3, tokens: 1e9 });
  });

  test('a day whose sums cannot be read counts as used up when a call is refused, and lets others through', async () => {
    await using store = makeStore();
    await using hub = await startOn(store);
    await hub.engine.budgets.set('local', { calls: 2, tokens: 10 }, 'user ada');
    await hub.ended(await hub.order([call('a')]));
    await hub.database.together([
      { sql: 'update engine_spending set tokens = 9007199254740993', parameters: [] },
    ]);
    expect(await hub.ended(await hub.order([call('b', { on_error: 'continue' })]))).toMatchObject({
      status: 'failed',
      error: { kind: 'budget' },
    });
    await hub.engine.budgets.set('local', { calls: 2 }, 'user ada').catch(() => undefined);
    expect(await hub.ended(await hub.order([call('c')]))).toMatchObject({ status: 'succeeded' });
  });

  test('calls that undo something in one moment are counted together', async () => {
    await using store = makeStore();
    await using hub = await startOn(store);
    const writes: SpendingWrite[] = [];
    const database = watchedSpending(hub.database, { before: (write) => void writes.push(write) });
    const budget = theOnly(await besides({ database }));
    const days = await Promise.all(Array.from({ length: 40 }, () => budget.countUndo()));
    expect(new Set(days)).toEqual(new Set([day]));
    expect(writes).toEqual(['count', 'count']);
    expect((await hub.engine.budgets.read('local')).spent.calls).toBe(40);
  });

  test('nothing is written any more of an organization that is gone, though its calls end later', async () => {
    await using store = makeStore();
    await using hub = await startOn(store);
    const released = Promise.withResolvers<void>();
    const written = Promise.withResolvers<void>();
    const after = async (write: SpendingWrite): Promise<void> => {
      if (write !== 'add') return;
      written.resolve();
      await released.promise;
    };
    const budgets = await besides({ database: watchedSpending(hub.database, { after }) });
    const budget = theOnly(budgets);
    const adding = budget.add(day, { cost: 1, tokens: 1, milliseconds: 1 });
    await written.promise;
    const order: string[] = [];
    const forgotten = budgets.forget('local').then(() => order.push('forgotten'));
    await budgets.read('local');
    order.push('released');
    released.resolve();
    await Promise.all([adding, forgotten]);
    // What was being written is there before the organization's rows are removed.
    expect(order).toEqual(['released', 'forgotten']);
    await hub.database.queries<EngineTables>().deleteFrom('engine_spending').execute();
    await budget.add(day, { cost: 1, tokens: 1, milliseconds: 1 });
    await expect(budget.count()).rejects.toMatchObject({ code: 'forbidden' });
    await expect(budget.countUndo()).rejects.toMatchObject({ code: 'forbidden' });
    expect(await spendingOf(hub.database)).toEqual([]);
  });
});

describe('a store that does not take what calls have used up', () => {
  let dataDir: string;
  beforeEach(() => {
    dataDir = mkdtempSync(join(tmpdir(), 'signalbox-engine-'));
  });
  afterEach(() => rmSync(dataDir, { recursive: true, force: true }));

  /** A hub on such a store, after two calls. */
  const start = async () => {
    const is = { broken: true };
    const clock = new FakeClock(noon);
    const before = (write: SpendingWrite): void => {
      if (is.broken && write === 'add') throw storeError('busy', 'the store is busy');
    };
    const hub = await startEngineHub({
      dataDir,
      settings: { engine: { pollMs: 50 } },
      clock,
      store: wrappedStore((own) => watchedSpending(own, { before })),
      tools: { mark },
    });
    await hub.engine.budgets.set('local', { calls: 10 }, 'user ada');
    const usage = { tokens: 5, cost: 0.5 };
    const run = await hub.order(['a', 'b'].map((id) => call(id, { with: { usage } })));
    expect(await hub.ended(run)).toMatchObject({ status: 'succeeded' });
    return { hub, clock, is };
  };
  const used = async ({ engine }: EngineHub): Promise<JsonObject> => ({
    ...(await engine.budgets.read('local')).spent,
  });

  test('is asked again a second later, with the sum of all', async () => {
    const { hub, clock, is } = await start();
    await using _ = hub;
    expect(await used(hub)).toMatchObject({ calls: 2, tokens: 0, cost: 0 });
    await hub.pass(clock, 1_000);
    // Other limits in the meantime lose nothing of it.
    await hub.engine.budgets.set('local', { calls: 20 }, 'user ada');
    is.broken = false;
    await hub.pass(clock, 1_000);
    await expect.poll(() => used(hub)).toMatchObject({ calls: 2, tokens: 10, cost: 1 });
    await hub.pass(clock, 10_000);
    expect(await used(hub)).toMatchObject({ tokens: 10 });
  });

  test('is asked once more when the hub stops', async () => {
    const { hub, is } = await start();
    is.broken = false;
    await hub.hub.stop();
    await using second = await startEngineHub({ dataDir, clock: new FakeClock(noon) });
    expect(await used(second)).toMatchObject({ calls: 2, tokens: 10, cost: 1 });
    expect(hub.hub.logged()).not.toContain('is lost to the budget');
  });

  test('is given up with a warning when it does not take it then', async () => {
    const { hub } = await start();
    await hub.hub.stop();
    expect(hub.hub.logged()).toContain('what calls have used up is lost to the budget');
  });
});

test('that a budget is used up is told when it could be noted, though that failed before', async () => {
  let fails = 1;
  const before = (write: SpendingWrite): void => {
    if (write === 'note' && fails-- > 0) throw storeError('busy', 'the store is busy');
  };
  await using hub = await startEngineHub();
  const told: string[] = [];
  const budgets = await besides({
    database: watchedSpending(hub.database, { before }),
    onUsedUp: ({ message }) => void told.push(message),
  });
  await budgets.set('local', { calls: 0 }, 'user ada');
  const refuse = async (): Promise<void> =>
    expect(theOnly(budgets).count()).rejects.toMatchObject({ code: 'budget_used_up' });
  await refuse();
  expect(told).toEqual([]);
  await refuse();
  await refuse();
  expect(told).toEqual([expect.stringContaining('0 of 0 calls')]);
});

test('budgets are read again when the reading before has ended', async () => {
  await using hub = await startEngineHub();
  const clock = new FakeClock(noon);
  const reads: (() => void)[] = [];
  let isSlow = false;
  const own = hub.database;
  const database: Database = {
    ...own,
    dialect: 'postgres',
    queries: <Tables>() =>
      own.queries<Tables>().withPlugin({
        transformQuery: ({ node }) => node,
        transformResult: ({ result }) =>
          isSlow ? new Promise((resolve) => reads.push(() => resolve(result))) : Promise.resolve(result),
      }),
  };
  const budgets = await besides({ database, clock });
  await budgets.start();
  isSlow = true;
  const pass = async (): Promise<void> => {
    clock.advance(3_000);
    for (let turn = 0; turn < 5; turn++) await spendingOf(own);
  };
  for (let times = 0; times < 4; times++) await pass();
  expect(reads).toHaveLength(1);
  reads[0]?.();
  await spendingOf(own);
  await pass();
  expect(reads).toHaveLength(2);
  reads[1]?.();
  await budgets.stop();
  await spendingOf(own);
  await pass();
  expect(reads).toHaveLength(2);
  expect(clock.waiting).toBe(0);
});
