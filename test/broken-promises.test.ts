import { addPerson } from '@signalbox/api';
import { createClient } from '@signalbox/client';
import type { JsonObject, Viewer } from '@signalbox/sdk';
import { describe, expect, test } from 'vitest';
import { type Handle, noon, owner, startTaskHub, type TaskHub } from './support/task-hub.ts';

// What Ordinaut, whose names of fields tasks have, promised and did not keep: each with a real scheduler, engine and store.
const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;
const fine: Handle = () => ({ ok: true });
const broken: Handle = () => {
  throw new Error('not yet');
};

/** A tool that ends when a test says so. */
function held(): { readonly handle: Handle; readonly open: () => void } {
  const { promise, resolve } = Promise.withResolvers<JsonObject>();
  return { handle: () => promise, open: () => resolve({ ok: true }) };
}

const toolsCalled = (hub: TaskHub): readonly string[] => hub.called.map(({ tool }) => tool);
const iso = (ms: number | undefined): string => new Date(ms ?? 0).toISOString();

describe('1. priority, concurrency_key, dedupe_window_seconds and backoff_strategy are kept to', () => {
  test('who is more urgent is served first', async () => {
    const gate = held();
    await using hub = await startTaskHub(
      { gate: gate.handle, late: fine, early: fine },
      { engine: { maxRuns: 1 } },
    );
    const first = await hub.run(await hub.make([{ id: 'a', uses: 'gate' }]));
    await hub.until(() => toolsCalled(hub).includes('gate'));
    const late = await hub.run(await hub.make([{ id: 'a', uses: 'late' }], { priority: 9 }));
    const early = await hub.run(await hub.make([{ id: 'a', uses: 'early' }], { priority: 1 }));
    gate.open();
    for (const run of [first, late, early]) await hub.ended(run);
    expect(toolsCalled(hub)).toEqual(['gate', 'early', 'late']);
  });

  test('runs with one key wait for each other, whatever task they are of', async () => {
    const gate = held();
    await using hub = await startTaskHub({ gate: gate.handle, next: fine });
    const keyed = { concurrency_key: 'printer', overlap: 'allow' } as const;
    const first = await hub.run(await hub.make([{ id: 'a', uses: 'gate' }], keyed));
    await hub.until(() => toolsCalled(hub).includes('gate'));
    const second = await hub.run(await hub.make([{ id: 'a', uses: 'next' }], keyed));
    // Less than a call may take: nothing of the first has to be tried again.
    await hub.pass(minute / 4);
    expect((await hub.engine.find('local', second))?.status).toBe('queued');
    gate.open();
    await hub.ended(first);
    expect((await hub.ended(second)).status).toBe('succeeded');
  });

  test('the same wish within its window is one run', async () => {
    await using hub = await startTaskHub({ fine });
    const task = await hub.make([{ id: 'a', uses: 'fine' }], {
      dedupe_key: 'report',
      dedupe_window_seconds: 600,
    });
    const first = await hub.tasks.runNow(owner, task.id);
    expect(await hub.tasks.runNow(owner, task.id)).toMatchObject({ is_new: false, run: first.run });
    await hub.ended(first.run ?? '');
    await hub.pass(11 * minute);
    expect(await hub.tasks.runNow(owner, task.id)).toMatchObject({ is_new: true });
  });

  test('a run that failed waits as its strategy says', async () => {
    await using hub = await startTaskHub({ broken });
    const task = await hub.make([{ id: 'a', uses: 'broken', max_retries: 0 }], {
      max_retries: 2,
      backoff_strategy: 'linear',
    });
    const run = await hub.run(task);
    for (const [turn, seconds] of [5, 10].entries()) {
      await hub.until(() => hub.called.length === turn + 1);
      await hub.until(async () => (await hub.engine.find('local', run))?.status === 'waiting');
      await hub.pass(seconds * 1_000);
    }
    expect(await hub.ended(run)).toMatchObject({ status: 'failed', attempt: 3 });
    const [first, second, third] = hub.called.map(({ at }) => at);
    expect([(second ?? 0) - (first ?? 0), (third ?? 0) - (second ?? 0)]).toEqual([5_000, 10_000]);
  });
});

describe('2. tools are called', () => {
  test('what a run gives is what its tools gave, for the arguments they were called with', async () => {
    await using hub = await startTaskHub({ add: ({ a, b }) => ({ sum: Number(a) + Number(b) }) });
    const run = await hub.run(await hub.make([{ id: 'sum', uses: 'add', with: { a: 20, b: 22 } }]));
    expect(await hub.ended(run)).toMatchObject({ status: 'succeeded', output: { sum: 42 } });
    expect(hub.called).toMatchObject([{ tool: 'add', args: { a: 20, b: 22 } }]);
  });
});

describe('3. a retry goes on where the run failed', () => {
  test('and runs nothing again that was done; while it waits it holds no worker', async () => {
    let fails = 1;
    const flaky: Handle = (...given) => (fails-- > 0 ? broken(...given) : fine(...given));
    await using hub = await startTaskHub({ first: fine, flaky, other: fine }, { engine: { maxRuns: 1 } });
    const steps = [
      { id: 'a', uses: 'first' },
      { id: 'b', uses: 'flaky', max_retries: 0 },
    ];
    const run = await hub.run(await hub.make(steps, { max_retries: 1, backoff_strategy: 'fixed' }));
    await hub.until(async () => (await hub.engine.find('local', run))?.status === 'waiting');
    await hub.ended(await hub.run(await hub.make([{ id: 'a', uses: 'other' }])));
    await hub.pass(5_000);
    expect((await hub.ended(run)).status).toBe('succeeded');
    expect(toolsCalled(hub)).toEqual(['first', 'flaky', 'other', 'flaky']);
  });

  test('and max_retries and timeout_seconds of a step count', async () => {
    const never: Handle = () => new Promise(() => undefined);
    await using hub = await startTaskHub({ never });
    const retry = { base_s: 1, strategy: 'fixed' };
    const run = await hub.run(
      await hub.make([{ id: 'a', uses: 'never', timeout_seconds: 7, max_retries: 2, retry }]),
    );
    await hub.until(async () => {
      await hub.pass(500);
      return (await hub.engine.find('local', run))?.status === 'failed';
    });
    expect(await hub.ended(run)).toMatchObject({ error: { kind: 'timeout', step: 'a' } });
    const waits = hub.called.map(({ at }, index) => at - (hub.called[index - 1]?.at ?? at));
    expect(waits).toHaveLength(3);
    for (const wait of waits.slice(1)) expect(wait).toBeGreaterThanOrEqual(7_000);
    for (const wait of waits) expect(wait).toBeLessThan(12_000);
  });
});

describe('4. the payload of an event reaches the run, and conditions count', () => {
  test('a task takes the events it wants', async () => {
    await using hub = await startTaskHub({ reply: fine });
    const task = await hub.make([{ id: 'a', uses: 'reply', with: { to: '${event.payload.from}' } }], {
      schedule_kind: 'event',
      schedule_expr: 'mail.*',
      when: 'event.payload.urgent',
    });
    const tell = (id: string, urgent: boolean) =>
      hub.tasks.publishEvent(owner, {
        topic: 'mail.received',
        id,
        payload: { from: `${id}@example.org`, urgent },
      });
    await tell('ada', true);
    await tell('bob', false);
    const [run, ...others] = await hub.runsOf(task);
    expect(others).toEqual([]);
    expect((await hub.ended(run?.id ?? '')).status).toBe('succeeded');
    expect(hub.called).toMatchObject([{ args: { to: 'ada@example.org' } }]);
  });
});

describe('5. a snooze moves a recurring task', () => {
  test('its next time only, and the times after that stay', async () => {
    await using hub = await startTaskHub({ fine });
    const hourly = { schedule_expr: '0 * * * *' };
    const task = await hub.make([{ id: 'a', uses: 'fine' }], hourly);
    await hub.tasks.snooze(owner, task.id, { delay_seconds: 600, reason: 'lunch' });
    expect(iso((await hub.tasks.get(owner, task.id)).next_at)).toBe('2026-01-01T13:10:00.000Z');
    await hub.pass(hour + minute);
    expect(hub.called).toEqual([]);
    await hub.pass(10 * minute);
    await hub.until(() => hub.called.length === 1);
    await hub.until(
      async () => iso((await hub.tasks.get(owner, task.id)).next_at) === '2026-01-01T14:00:00.000Z',
    );
  });
});

describe('6. templates give what they say', () => {
  test('times such as now+1h, and values of the kind they are', async () => {
    await using hub = await startTaskHub({
      read: () => ({ list: [1, 2], nothing: null, yes: true }),
      write: fine,
    });
    const run = await hub.run(
      await hub.make([
        { id: 'r', uses: 'read' },
        {
          id: 'w',
          uses: 'write',
          with: {
            later: '${now+1h}',
            list: '${steps.r.list}',
            nothing: '${steps.r.nothing}',
            yes: '${steps.r.yes}',
            text: 'it is ${steps.r.yes}',
          },
        },
      ]),
    );
    await hub.ended(run);
    expect(hub.called[1]?.args).toEqual({
      later: '2026-01-01T13:00:00.000Z',
      list: [1, 2],
      nothing: null,
      yes: true,
      text: 'it is true',
    });
  });

  test('and what is missing is an error that says so', async () => {
    await using hub = await startTaskHub({ read: () => ({}), write: fine });
    const steps = [
      { id: 'r', uses: 'read' },
      { id: 'w', uses: 'write', with: { text: '${steps.r.missing}' } },
    ];
    const { status, error } = await hub.ended(await hub.run(await hub.make(steps)));
    expect({ status, kind: error?.kind, step: error?.step }).toEqual({
      status: 'failed',
      kind: 'template',
      step: 'w',
    });
    expect(error?.message).toContain('steps.r.missing');
  });
});

describe('7. a schedule means what it says', () => {
  test('a rule counts from its start, not from now', async () => {
    await using hub = await startTaskHub({ fine });
    const task = await hub.make([{ id: 'a', uses: 'fine' }], {
      schedule_kind: 'rrule',
      schedule_expr: 'FREQ=MINUTELY;INTERVAL=7;COUNT=3',
      dtstart: '2026-01-01T12:05',
      timezone: 'UTC',
      catchup: 'none',
    });
    const times: string[] = [];
    for (let turn = 0; turn < 3; turn++) {
      const { next_at } = await hub.tasks.get(owner, task.id);
      times.push(iso(next_at));
      await hub.pass((next_at ?? 0) - hub.clock.now() + 2_000);
      await hub.until(async () => (await hub.tasks.get(owner, task.id)).next_at !== next_at);
    }
    expect(times.map((time) => time.slice(11, 16))).toEqual(['12:05', '12:12', '12:19']);
    expect((await hub.tasks.get(owner, task.id)).status).toBe('completed');
  });

  test('what is once and past is made up for or told, never dropped', async () => {
    await using hub = await startTaskHub({ fine });
    const make = (ago: number) =>
      hub.make([{ id: 'a', uses: 'fine' }], { schedule_kind: 'once', schedule_expr: iso(noon - ago) });
    const [soon, long] = [await make(10 * minute), await make(day)];
    const told = async ({ id }: { readonly id: string }) =>
      (await hub.tasks.occurrences(owner, id)).map(({ status, nominal_at }) => ({ status, nominal_at }));
    await hub.until(async () => (await told(soon)).length + (await told(long)).length === 2);
    expect(await told(soon)).toEqual([{ status: 'fired', nominal_at: noon - 10 * minute }]);
    expect(await told(long)).toEqual([{ status: 'missed', nominal_at: noon - day }]);
  });

  test('a task that is changed is due by what it says now', async () => {
    await using hub = await startTaskHub({ fine });
    const task = await hub.make([{ id: 'a', uses: 'fine' }], {
      schedule_expr: '0 18 * * *',
      timezone: 'UTC',
    });
    await hub.tasks.update(owner, task.id, { schedule_expr: '0 13 * * *' });
    await hub.pass(hour);
    await hub.until(() => hub.called.length === 1);
    expect(hub.called[0]?.at).toBe(noon + hour);
  });
});

describe('8. zones, leases and errors are what they are', () => {
  test.each(['UTC', 'America/Argentina/Buenos_Aires'])('%s is a zone', async (timezone) => {
    await using hub = await startTaskHub({ fine });
    const { next_at } = await hub.make([{ id: 'a', uses: 'fine' }], {
      schedule_expr: '0 15 * * *',
      timezone,
    });
    expect(iso(next_at)).toBe(timezone === 'UTC' ? '2026-01-01T15:00:00.000Z' : '2026-01-01T18:00:00.000Z');
  });

  test('a run whose lease ran out while its machine slept goes on', async () => {
    const gate = held();
    await using hub = await startTaskHub({ gate: gate.handle, next: fine }, { engine: { leaseMs: 15_000 } });
    const steps = [
      { id: 'a', uses: 'gate', timeout_seconds: 600 },
      { id: 'b', uses: 'next' },
    ];
    const run = await hub.run(await hub.make(steps));
    await hub.until(() => hub.called.length === 1);
    hub.clock.advance(50_000);
    gate.open();
    expect((await hub.ended(run)).status).toBe('succeeded');
    expect(toolsCalled(hub)).toEqual(['gate', 'next']);
  });

  test('whether something is tried again does not hang on words of a message', async () => {
    const wordy: Handle = () => {
      throw new Error('timeout: connection refused, rate limit exceeded');
    };
    await using hub = await startTaskHub({ wordy });
    const run = await hub.run(await hub.make([{ id: 'a', uses: 'wordy', max_retries: 3 }]));
    expect(await hub.ended(run)).toMatchObject({ status: 'failed', error: { kind: 'tool_error' } });
    expect(hub.called).toHaveLength(1);
  });
});

describe('9. tasks belong to somebody', () => {
  test('whom nobody else sees or changes them for', async () => {
    await using hub = await startTaskHub({ fine });
    const task = await hub.make([{ id: 'a', uses: 'fine' }]);
    const client = createClient({ url: hub.test.url, key: hub.test.key });
    const { id } = await client.request(addPerson, {
      query: {},
      body: { login: 'bob', roles: ['developer'] },
    });
    const principal = await hub.directory.principalOf(
      { kind: 'user', id, org: 'local' },
      { credential: { kind: 'session', id: 'session of bob' } },
    );
    if (!principal) throw new TypeError('bob is not there');
    const bob: Viewer = { principal, interface: { name: 'api', level: 'anchor' } };
    await expect(hub.tasks.update(bob, task.id, { title: 'mine' })).rejects.toMatchObject({
      code: 'forbidden',
    });
    await expect(hub.tasks.cancel(bob, task.id)).rejects.toMatchObject({ code: 'forbidden' });
    const stranger = { ...bob, principal: { ...principal, org: 'other' } };
    await expect(hub.tasks.get(stranger, task.id)).rejects.toMatchObject({ code: 'not_found' });
    expect(await hub.tasks.list(stranger)).toEqual([]);
  });
});
