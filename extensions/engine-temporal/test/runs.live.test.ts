import type { RunNote } from '@signalbox/sdk';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { EngineHub } from '../../engine-embedded/test/support/engine-hub.ts';
import { startTemporalHub } from './support/temporal-hub.ts';
import { describeTemporal, TemporalServer } from './support/temporal-server.ts';

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');
const owner = { kind: 'user', org: 'local', level: 'trusted' } as const;

describeTemporal('a run that Temporal carries out', () => {
  let server: TemporalServer;
  let hub: EngineHub;
  const fails = new Map<string, number>();
  const failing = (name: string, times: number): void => void fails.set(name, times);

  beforeAll(async () => {
    server = await TemporalServer.start();
    hub = await startTemporalHub(
      { address: server.address },
      {
        tools: {
          weather: () => ({ temperature: 21, rain: false }),
          send: (args) => ({ ...args }),
          flaky: ({ name }) => {
            const left = fails.get(textOf(name)) ?? 0;
            fails.set(textOf(name), left - 1);
            if (left > 0) throw new Error('secret detail');
            return { name: name ?? null };
          },
          big: () => 'x'.repeat(200_000),
          length: ({ text }) => textOf(text).length,
          read_echo: (args) => ({ ...args }),
          hang: (_args, { signal }) =>
            new Promise<never>((_resolve, reject) => {
              signal.addEventListener('abort', () => reject(new Error('stopped')));
            }),
        },
      },
    );
  });
  afterAll(async () => {
    await hub[Symbol.asyncDispose]();
    await server[Symbol.asyncDispose]();
  });
  const called = (name: string) => hub.called.filter(({ tool }) => tool === name).map(({ args }) => args);

  test('gives later steps what earlier ones gave, its kind kept', async () => {
    const run = await hub.order(
      [
        { id: 'weather', uses: 'weather', with: { city: '${params.city}' } },
        { id: 'send', uses: 'send', with: { degrees: '${steps.weather.temperature}' } },
      ],
      { params: { city: 'Chisinau' } },
    );
    const ended = await hub.ended(run);
    expect(ended, JSON.stringify(ended.error)).toMatchObject({
      status: 'succeeded',
      output: { degrees: 21 },
      attempt: 1,
    });
    expect(called('weather')).toEqual([{ city: 'Chisinau' }]);
    expect(
      ended.steps.map(({ path, status, tool, idempotencyKey }) => [path, status, tool, idempotencyKey]),
    ).toEqual([
      ['weather', 'done', 'weather', `${run}/weather`],
      ['send', 'done', 'send', `${run}/send`],
    ]);
    expect(await hub.engine.list('local', { limit: 1 })).toMatchObject([{ id: run, status: 'succeeded' }]);
  });

  test('is one run however often it is ordered', async () => {
    const id = await hub.order([{ id: 'one', uses: 'read_echo', with: { only: 'once' } }]);
    await hub.order([{ id: 'one', uses: 'read_echo', with: { only: 'once' } }], { id });
    await hub.ended(id);
    expect(called('read_echo').filter(({ only }) => only === 'once')).toHaveLength(1);
  });

  test('fails with its step, says where and why, and goes on there when it is tried again', async () => {
    failing('again', 1);
    const run = await hub.order([
      { id: 'a', uses: 'send', with: { before: 'again' } },
      { id: 'b', uses: 'flaky', with: { name: 'again' }, max_retries: 0 },
    ]);
    const failed = await hub.ended(run);
    expect(failed).toMatchObject({ status: 'failed', error: { kind: 'tool_error', step: 'b' } });
    expect(JSON.stringify(failed)).not.toContain('secret detail');
    await hub.engine.retry('local', run);
    expect(await hub.reached(run, 'succeeded')).toMatchObject({ attempt: 2, output: { name: 'again' } });
    expect(called('send').filter(({ before }) => before === 'again')).toHaveLength(1);
    await expect(hub.engine.retry('local', run)).rejects.toMatchObject({ code: 'conflict' });
  });

  test('that has attempts left is tried again by itself', async () => {
    failing('itself', 1);
    const run = await hub.order([{ id: 'a', uses: 'flaky', with: { name: 'itself' }, max_retries: 0 }], {
      maxRetries: 1,
      backoffStrategy: 'fixed',
    });
    expect(await hub.ended(run)).toMatchObject({ status: 'succeeded', attempt: 2 });
  });

  test('that is canceled before its next attempt makes no call more, and tidies up', async () => {
    failing('awaited', 9);
    const run = await hub.order(
      {
        steps: [{ id: 'a', uses: 'flaky', with: { name: 'awaited' }, max_retries: 0 }],
        finally: [{ id: 'close', uses: 'send', with: { closes: 'awaited' } }],
      },
      { maxRetries: 3, backoffStrategy: 'fixed' },
    );
    const made = () => called('flaky').filter(({ name }) => name === 'awaited').length;
    await expect.poll(made).toBe(1);
    await expect.poll(async () => (await hub.engine.find('local', run))?.error).toBeDefined();
    await hub.engine.cancel('local', run, { reason: 'not needed' });
    expect(await hub.ended(run)).toMatchObject({ status: 'canceled' });
    expect(made()).toBe(1);
    expect(called('send').filter(({ closes }) => closes === 'awaited')).toHaveLength(1);
  });

  test('keeps what is large out of the history, and gives it whole', async () => {
    const run = await hub.order([
      { id: 'big', uses: 'big' },
      { id: 'length', uses: 'length', with: { text: '${steps.big}' } },
      { id: 'last', output: '${steps.big}' },
    ]);
    const ended = await hub.ended(run);
    expect(ended).toMatchObject({ status: 'succeeded' });
    expect(textOf(ended.output)).toHaveLength(200_000);
    expect(ended.steps.find(({ path }) => path === 'length')?.output).toBe(200_000);
    expect(await server.historyOf(run)).not.toContain('eHh4eHh4eHh4eHh4');
  });

  test('counts days on the calendar of its zone', async () => {
    const run = await hub.order([{ id: 'day', output: '${scheduled_at+1d}' }], {
      scheduledAt: Date.UTC(2026, 2, 28, 10),
      timezone: 'Europe/Chisinau',
    });
    // The clocks go forward on 29 March: a day later is 23 hours later.
    expect(await hub.ended(run)).toMatchObject({ output: '2026-03-29T12:00:00.000+03:00' });
  });

  test('has no more of its kind beside it than its key allows', async () => {
    const slot = { key: 'one at a time', limit: 1 };
    const first = await hub.order([{ id: 'ask', approve: { message: 'May I?' } }], { slot });
    await hub.reached(first, 'waiting');
    const second = await hub.order([{ id: 'a', uses: 'weather' }], { slot });
    await hub.order([{ id: 'a', uses: 'weather' }]).then(hub.ended);
    expect(await hub.engine.find('local', second)).toMatchObject({ status: 'queued' });
    await hub.engine.answer('local', { run: first, path: 'ask', isApproved: true, by: 'ada' });
    expect(await hub.ended(second)).toMatchObject({ status: 'succeeded' });
  });

  test('is noted where it asks and where it ends, in the write that says so', async () => {
    const notes: RunNote[] = [];
    hub.engine.noteRuns?.((note) => {
      notes.push(note);
      return [];
    });
    const run = await hub.order([{ id: 'ask', approve: { message: 'May I?' } }]);
    await hub.reached(run, 'waiting');
    await hub.engine.answer('local', { run, path: 'ask', isApproved: true, by: 'ada' });
    await hub.ended(run);
    expect(notes.filter((note) => note.run === run).map(({ org, status }) => [org, status])).toEqual([
      ['local', 'waiting'],
      ['local', 'succeeded'],
    ]);
  });

  test('takes no longer than it may', async () => {
    const run = await hub.order([{ id: 'a', uses: 'hang' }], { timeoutMs: 300 });
    expect(await hub.ended(run)).toMatchObject({ status: 'timed_out' });
  });

  test('only says what it would do when it is a dry run', async () => {
    const run = await hub.order(
      [
        { id: 'look', uses: 'read_echo', with: { dry: true } },
        { id: 'act', uses: 'send', with: { dry: true } },
      ],
      { isDryRun: true },
    );
    expect(await hub.ended(run)).toMatchObject({ status: 'succeeded' });
    expect(called('read_echo')).toContainEqual({ dry: true });
    expect(called('send')).not.toContainEqual({ dry: true });
  });

  test('calls nothing for somebody who is not there any more, and no tool nobody may use', async () => {
    const gone = await hub.order([{ id: 'a', uses: 'read_echo', with: { by: 'nobody' } }], {
      runAs: { ...owner, id: 'gone' },
    });
    expect(await hub.ended(gone)).toMatchObject({ status: 'failed', error: { kind: 'denied' } });
    const nowhere = await hub.order([{ id: 'a', uses: 'nowhere' }]);
    expect(await hub.ended(nowhere)).toMatchObject({ status: 'failed', error: { kind: 'not_found' } });
    expect(called('read_echo')).not.toContainEqual({ by: 'nobody' });
  });
});
