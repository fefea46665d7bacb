import type { EngineTables } from '@signalbox/runs';
import { defineExtension, type Events, type JsonObject, organizationRemoved } from '@signalbox/sdk';
import { FakeClock } from '@signalbox/testkit';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { describeBothStores } from './support/both-stores.ts';
import { taskOf, theOther } from './support/child-tasks.ts';
import { type EngineHub, type EngineHubOptions, startEngineHub } from './support/engine-hub.ts';
import { describePostgres, type TestStore } from './support/test-stores.ts';

const evening = Date.UTC(2026, 10, 30, 22);
const begins = 'it begins anew at 2026-12-01T00:00:00Z';
const patient = { on_error: 'continue', max_retries: 5 };
const call = (id: string, more: JsonObject = {}): JsonObject => ({ id, uses: 'mark', ...more });

/** A hub on a store, with a tool that tells what it has cost where it is told so. */
async function start(store: TestStore, options: EngineHubOptions = {}): Promise<EngineHub> {
  const { settings = {}, tools = {}, ...more } = options;
  return startEngineHub({
    store: store.extension,
    settings: { ...store.settings, engine: { pollMs: 50 }, ...settings },
    tools: { mark: ({ usage }) => withUsage(usage), ...tools },
    ...more,
  });
}

function withUsage(usage: JsonObject[string] | undefined): JsonObject {
  const result = { content: [{ type: 'text', text: 'marked' }] };
  return usage === undefined ? result : { ...result, _meta: { 'signalbox/usage': usage } };
}

/** What the log warned of: that there is nothing left. */
function toldBy({ hub }: EngineHub): readonly string[] {
  const lines = hub
    .logged()
    .split('\n')
    .filter((line) => line.includes('"msg":"the budget of the organization'));
  return lines.filter((line) => /"level":(?:40|"warn")/.test(line));
}

describeBothStores((makeStore) => {
  test('a run whose organization has used up its calls for the day fails, whatever its steps and retries say', async () => {
    await using store = makeStore();
    await using hub = await start(store, { clock: new FakeClock(evening) });
    await hub.engine.budgets.set('local', { calls: 2 }, 'user ada');
    const steps = ['a', 'b', 'c', 'd'].map((id) => call(id, patient));
    const run = await hub.order(steps, { maxRetries: 3 });
    expect(await hub.ended(run)).toMatchObject({
      status: 'failed',
      attempt: 1,
      error: {
        kind: 'budget',
        message: `the budget of the organization for today is used up: 2 of 2 calls; ${begins}`,
        step: 'c',
      },
    });
    expect(hub.called).toHaveLength(2);
    expect(await hub.engine.budgets.read('local')).toEqual({
      limits: { calls: 2 },
      spent: { calls: 2, cost: 0, tokens: 0, seconds: 0 },
      day: '2026-11-30',
      resetsAt: Date.UTC(2026, 11, 1),
    });
  });

  test('fifty runs at once make as many calls as there are, and it is told once that there are no more', async () => {
    await using store = makeStore();
    await using hub = await start(store);
    await hub.engine.budgets.set('local', { calls: 20 }, 'user ada');
    const runs = await Promise.all(Array.from({ length: 50 }, () => hub.order([call('a')])));
    const ends = await Promise.all(runs.map(hub.ended));
    const kinds = ends.map(({ status, error }) => error?.kind ?? status).toSorted();
    expect(kinds).toEqual([...Array(30).fill('budget'), ...Array(20).fill('succeeded')]);
    expect(hub.called).toHaveLength(20);
    expect(toldBy(hub)).toEqual([expect.stringContaining('is used up: 20 of 20 calls;')]);
    const metrics = await fetch(`${hub.hub.url}/metrics`, {
      headers: { authorization: `Bearer ${hub.hub.key}` },
    });
    expect(await metrics.text()).toMatch(/^signalbox_engine_budgets_used_up_total 1$/m);
  });

  test('the next day begins anew, for runs that were begun before, too', async () => {
    await using store = makeStore();
    const clock = new FakeClock(evening);
    await using hub = await start(store, { clock });
    await hub.engine.budgets.set('local', { calls: 1 }, 'user ada');
    const sleeper = await hub.order([call('a'), { id: 'nap', sleep: '3h' }, call('b')]);
    await hub.reached(sleeper, 'waiting');
    const refused = await hub.order([call('a')]);
    expect(await hub.ended(refused)).toMatchObject({ error: { kind: 'budget' } });
    await hub.pass(clock, 3 * 3_600_000);
    expect(await hub.ended(sleeper)).toMatchObject({ status: 'succeeded' });
    const today = await hub.engine.budgets.read('local');
    expect(today).toMatchObject({ day: '2026-12-01', spent: { calls: 1 } });
    // What failed is gone on with by hand.
    await hub.engine.budgets.set('local', { calls: 2 }, 'user ada');
    await hub.engine.retry('local', refused);
    expect(await hub.reached(refused, 'succeeded')).toMatchObject({ attempt: 2 });
  });

  test('cost, tokens and time are added after a call, and no other is begun when one of them is used up', async () => {
    await using store = makeStore();
    const clock = new FakeClock(evening);
    const slow = (): string => {
      clock.advance(1_500);
      return 'slow';
    };
    await using hub = await start(store, { clock, tools: { slow } });
    const used = { cost: 0.75, tokens: 600 };
    const steps = ['a', 'b', 'c'].map((id) => call(id, { with: { usage: used } }));
    const end = async (limits: JsonObject, of = steps): Promise<unknown> => {
      await hub.engine.budgets.set('local', limits, 'user ada');
      const { error } = await hub.ended(await hub.order(of));
      return error && [error.step, error.message.replace(/^.*used up: |; it begins.*$/g, '')];
    };
    expect(await end({ cost: 1 })).toEqual(['c', 'a cost of 1.5 of 1']);
    expect(await end({ cost: 100, tokens: 1_500 })).toEqual(['b', '1800 of 1500 tokens']);
    const slowly = [
      { id: 's', uses: 'slow' },
      { id: 't', uses: 'slow' },
    ];
    expect(await end({ seconds: 1 }, slowly)).toEqual(['t', '1 of 1 seconds']);
    expect((await hub.engine.budgets.read('local')).spent).toEqual({
      calls: 4,
      cost: 2.25,
      tokens: 1_800,
      seconds: 1,
    });
    // What is no amount counts as nothing.
    const odd = [-1, '5', 1e13].map((cost, index) => call(`odd${index}`, { with: { usage: { cost } } }));
    expect(await end({ cost: 3 }, odd)).toBeUndefined();
  });

  test('what was done is undone and counted, though nothing else is called any more', async () => {
    await using store = makeStore();
    await using hub = await start(store, { tools: { undo: () => 1, close: () => 1 } });
    await hub.engine.budgets.set('local', { calls: 1 }, 'user ada');
    const run = await hub.order({
      steps: [call('a', { compensate: { uses: 'undo' } }), call('b')],
      finally: [{ id: 'close', uses: 'close', on_error: 'continue' }],
    });
    const { error, steps } = await hub.ended(run);
    expect(error?.kind).toBe('budget');
    expect(hub.called.map(({ tool }) => tool)).toEqual(['mark', 'undo']);
    expect(steps.find(({ path }) => path === 'close')?.error?.kind).toBe('budget');
    expect((await hub.engine.budgets.read('local')).spent.calls).toBe(2);
  });

  test('a run that waits for another fails with it, and is not tried again either', async () => {
    await using store = makeStore();
    await using hub = await start(store);
    hub.engine.callTasks(taskOf({ steps: [call('a', patient), call('b', patient)], budget: { calls: 5 } }));
    await hub.engine.budgets.set('local', { calls: 1 }, 'user ada');
    const child = { id: 'child', call: 'other', on_error: 'continue' };
    const run = await hub.order([child, call('after')], { maxRetries: 2 });
    const { error, attempt } = await hub.ended(run);
    expect([error?.kind, error?.step, attempt]).toEqual(['budget', 'child', 1]);
    expect(error?.message).toMatch(
      /^run \S+: the budget of the organization for today is used up: 1 of 1 calls/,
    );
    expect(hub.called).toHaveLength(1);
  });

  test('nothing is undone beyond the budget that was not called within it', async () => {
    await using store = makeStore();
    await using hub = await start(store, { tools: { undo: () => 1 } });
    hub.engine.callTasks(taskOf({ steps: [{ id: 'nothing', set: { v: 1 } }] }));
    await hub.engine.budgets.set('local', { calls: 1 }, 'user ada');
    const cached = (id: string): JsonObject => call(id, { cache: { key: 'k', ttl: '1h' } });
    await hub.ended(await hub.order([cached('first')]));
    const undone = { compensate: { uses: 'undo' } };
    const run = await hub.order([
      { ...cached('kept'), ...undone },
      { id: 'idle', call: 'other', ...undone },
      call('refused'),
    ]);
    expect(await hub.ended(run)).toMatchObject({ error: { kind: 'budget', step: 'refused' } });
    expect(hub.called.map(({ tool }) => tool)).toEqual(['mark']);
    expect((await hub.engine.budgets.read('local')).spent.calls).toBe(1);
  });

  test('another run that has called something is undone beyond the budget', async () => {
    await using store = makeStore();
    await using hub = await start(store, { tools: { undo: () => 1 } });
    hub.engine.callTasks(taskOf({ steps: [call('inside')] }));
    await hub.engine.budgets.set('local', { calls: 1 }, 'user ada');
    const child = { id: 'child', call: 'other', compensate: { uses: 'undo' } };
    const run = await hub.order([child, call('refused')]);
    expect(await hub.ended(run)).toMatchObject({ error: { kind: 'budget', step: 'refused' } });
    expect(hub.called.map(({ tool }) => tool)).toEqual(['mark', 'undo']);
  });

  test('another run that has called something is undone beyond the budget, also when that took too long', async () => {
    await using store = makeStore();
    const clock = new FakeClock(evening);
    const begun = Promise.withResolvers<void>();
    const hang = (): Promise<never> => {
      begun.resolve();
      return new Promise(() => undefined);
    };
    await using hub = await start(store, { clock, tools: { hang, undo: () => 1 } });
    const lost = { timeout_seconds: 5, retry: { max: 0 }, on_error: 'continue' };
    hub.engine.callTasks(taskOf({ steps: [{ id: 'inside', uses: 'hang', ...lost }] }));
    await hub.engine.budgets.set('local', { calls: 1 }, 'user ada');
    const child = { id: 'child', call: 'other', compensate: { uses: 'undo' } };
    const run = await hub.order([child, call('refused')]);
    await begun.promise;
    await hub.pass(clock, 6_000);
    expect(await hub.ended(run)).toMatchObject({ error: { kind: 'budget', step: 'refused' } });
    expect(hub.called.map(({ tool }) => tool)).toEqual(['hang', 'undo']);
    expect((await hub.engine.budgets.read('local')).spent.calls).toBe(2);
  });

  test('another run that was begun before it was noted whether it calls anything is undone for what it may have called', async () => {
    await using store = makeStore();
    const clock = new FakeClock(evening);
    await using hub = await start(store, { clock, tools: { undo: () => 1 } });
    hub.engine.callTasks(taskOf({ steps: [call('inside'), { id: 'nap', sleep: '1h' }] }));
    await hub.engine.budgets.set('local', { calls: 1 }, 'user ada');
    const child = { id: 'child', call: 'other', compensate: { uses: 'undo' } };
    const run = await hub.order([child, call('refused')]);
    const other = await theOther(hub, run);
    await hub.reached(other, 'waiting');
    const queries = hub.database.queries<EngineTables>();
    const row = await queries
      .selectFrom('engine_runs')
      .select('state')
      .where('id', '=', other)
      .executeTakeFirstOrThrow();
    const { hasCalled, ...before } = JSON.parse(row.state ?? '{}');
    expect(hasCalled).toBe(true);
    await queries
      .updateTable('engine_runs')
      .set({ state: JSON.stringify(before) })
      .where('id', '=', other)
      .execute();
    await hub.pass(clock, 3_600_000);
    expect(await hub.ended(run)).toMatchObject({ error: { kind: 'budget', step: 'refused' } });
    expect(hub.called.map(({ tool }) => tool)).toEqual(['mark', 'undo']);
  });

  test('a run is met by what refuses a run it waits for only to tidy up', async () => {
    await using store = makeStore();
    await using hub = await start(store);
    hub.engine.callTasks(taskOf({ steps: [call('a')], finally: [call('close')] }));
    await hub.engine.budgets.set('local', { calls: 1 }, 'user ada');
    const run = await hub.order([{ id: 'child', call: 'other', on_error: 'continue' }, call('after')]);
    expect(await hub.ended(run)).toMatchObject({
      status: 'failed',
      error: { kind: 'budget', step: 'child' },
    });
    expect(hub.called).toHaveLength(1);
  });

  test('nothing is counted without a budget, and none of others or of no calls lets anything through', async () => {
    await using store = makeStore();
    await using hub = await start(store);
    await hub.engine.budgets.set('other', { calls: 1 }, 'user eve');
    await hub.ended(await hub.order([call('a')]));
    expect(
      await hub.database.queries<EngineTables>().selectFrom('engine_spending').selectAll().execute(),
    ).toEqual([]);
    await hub.engine.budgets.set('local', { calls: 0 }, 'user ada');
    const refused = await hub.ended(await hub.order([call('a')]));
    expect(refused.error?.message).toContain('is used up: 0 of 0 calls;');
    // What is raised, or taken away, counts at once.
    await hub.engine.budgets.set('local', { calls: 1 }, 'user ada');
    expect(await hub.ended(await hub.order([call('a')]))).toMatchObject({ status: 'succeeded' });
    await hub.engine.budgets.set('local', {}, 'user ada');
    expect(await hub.ended(await hub.order([call('a')]))).toMatchObject({ status: 'succeeded' });
    expect(await hub.engine.budgets.read('local')).toMatchObject({ limits: {}, spent: { calls: 1 } });
  });

  test('what was used up is kept for 400 days, and goes with its organization', async () => {
    await using store = makeStore();
    const clock = new FakeClock(evening);
    const held: { events?: Events } = {};
    const remover = defineExtension({
      name: 'remover',
      config: z.strictObject({}),
      setup: ({ events }) => {
        held.events = events;
      },
    });
    await using hub = await start(store, { clock, extensions: [remover] });
    const queries = hub.database.queries<EngineTables>();
    const spent = { calls: 1, cost: 0, tokens: 0, milliseconds: 0, used_up_at: null };
    for (const day of ['2025-10-25', '2025-10-26'])
      await queries
        .insertInto('engine_spending')
        .values({ org: 'old', day, ...spent })
        .execute();
    await hub.engine.budgets.set('local', { calls: 1 }, 'user ada');
    await hub.ended(await hub.order([call('a')]));
    const days = async (): Promise<readonly string[]> =>
      (await queries.selectFrom('engine_spending').select('day').orderBy('day').execute()).map(
        ({ day }) => day,
      );
    await hub.pass(clock, 3_600_000);
    await expect.poll(days).toEqual(['2025-10-26', '2026-11-30']);
    const done: Promise<unknown>[] = [];
    held.events?.publish(organizationRemoved, {
      org: 'local',
      step: 'rows',
      waitFor: (removal) => void done.push(removal),
    });
    await Promise.all(done);
    expect(await days()).toEqual(['2025-10-26']);
    expect(await queries.selectFrom('engine_budgets').selectAll().execute()).toEqual([]);
    expect(await hub.ended(await hub.order([call('a')]))).toMatchObject({ status: 'succeeded' });
  });
});

test('what tools tell of their cost counts against the budget of the pipeline itself', async () => {
  await using hub = await startEngineHub({ tools: { mark: ({ usage }) => withUsage(usage) } });
  const usage = { tokens: 6 };
  const run = await hub.order({
    steps: ['a', 'b', 'c'].map((id) => call(id, { with: { usage } })),
    budget: { tokens: 10 },
  });
  expect(await hub.ended(run)).toMatchObject({
    status: 'failed',
    error: { kind: 'budget', message: 'the tokens of the budget are used up' },
  });
  expect(hub.called).toHaveLength(2);
});

describePostgres((makeStore) => {
  test('two nodes together make no more calls than there are', async () => {
    await using store = makeStore();
    const settings = { ...store.settings, engine: { pollMs: 20 } };
    await using first = await start(store, { settings });
    await first.engine.budgets.set('local', { calls: 30 }, 'user ada');
    await using second = await start(store, { settings });
    const steps = ['a', 'b'].map((id) => call(id));
    const runs = await Promise.all(
      Array.from({ length: 40 }, (_, each) => (each % 2 === 0 ? first : second).order(steps)),
    );
    for (const run of runs)
      await expect
        .poll(async () => (await first.engine.find('local', run))?.status, { timeout: 30_000, interval: 25 })
        .toMatch(/succeeded|failed/);
    expect(first.called.length + second.called.length).toBe(30);
    expect((await second.engine.budgets.read('local')).spent.calls).toBe(30);
    expect([first, second].flatMap(toldBy)).toHaveLength(1);
  });

  test('a budget that is changed on another node counts here within a few seconds', async () => {
    await using store = makeStore();
    const clock = new FakeClock(evening);
    await using first = await start(store, { clock: new FakeClock(evening) });
    await using second = await start(store, {
      clock,
      settings: { ...store.settings, engine: { pollMs: 60_000 } },
    });
    const refusal = async (): Promise<string | undefined> =>
      (await second.ended(await second.order([call('a')]))).error?.kind;
    const change = async (limits: JsonObject): Promise<void> => {
      await first.engine.budgets.set('local', limits, 'user ada');
      await second.pass(clock, 3_000);
    };
    await change({ calls: 0 });
    await expect.poll(refusal).toBe('budget');
    await change({ calls: 1_000 });
    await expect.poll(refusal).toBeUndefined();
    await change({});
    const counted = async (): Promise<number> => (await first.engine.budgets.read('local')).spent.calls;
    await expect
      .poll(async () => {
        const before = await counted();
        await refusal();
        return (await counted()) - before;
      })
      .toBe(0);
  });
});
