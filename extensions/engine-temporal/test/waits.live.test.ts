import type { JsonObject } from '@signalbox/sdk';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { EngineHub } from '../../engine-embedded/test/support/engine-hub.ts';
import { startTemporalHub } from './support/temporal-hub.ts';
import { describeTemporal, TemporalServer } from './support/temporal-server.ts';

describeTemporal('a run of Temporal that waits', () => {
  let server: TemporalServer;
  let hub: EngineHub;
  const stopped: string[] = [];
  beforeAll(async () => {
    server = await TemporalServer.start();
    hub = await startTemporalHub(
      { address: server.address },
      {
        settings: { engine: { tidyUpMs: 15_000 } },
        tools: {
          mark: ({ text }) => ({ text: text ?? null }),
          hang: ({ name }, { signal }) =>
            new Promise<never>((_resolve, reject) => {
              signal.addEventListener('abort', () => {
                if (typeof name === 'string') stopped.push(name);
                reject(new Error('stopped'));
              });
            }),
        },
      },
    );
  });
  afterAll(async () => {
    await hub[Symbol.asyncDispose]();
    await server[Symbol.asyncDispose]();
  });

  test('for a time goes on then', async () => {
    const run = await hub.order([
      { id: 'nap', sleep: 3 },
      { id: 'after', uses: 'mark', with: { text: 'awake' } },
    ]);
    await hub.reached(run, 'waiting');
    expect(await hub.ended(run)).toMatchObject({ status: 'succeeded', output: { text: 'awake' } });
  });

  test('for an answer is told it once', async () => {
    const run = await hub.order([
      { id: 'ask', approve: { message: 'Really?' } },
      { id: 'after', uses: 'mark', with: { text: 'yes' } },
    ]);
    const waiting = await hub.reached(run, 'waiting');
    expect(waiting.questions).toMatchObject([{ run, path: 'ask', message: 'Really?' }]);
    expect(await hub.engine.questions('local')).toHaveLength(1);
    const answer = { run, path: 'ask', isApproved: true, by: 'ada' };
    await expect(hub.engine.answer('other', answer)).rejects.toMatchObject({ code: 'not_found' });
    await hub.engine.answer('local', answer);
    expect(await hub.ended(run)).toMatchObject({ status: 'succeeded', output: { text: 'yes' } });
    await expect(hub.engine.answer('local', answer)).rejects.toMatchObject({ code: 'not_found' });
    expect(await hub.engine.questions('local')).toEqual([]);
  });

  test('for an answer says so, though what ran beside was about to go on and was stopped', async () => {
    const branches = [[{ id: 'nap', sleep: 1 }], [{ id: 'no', uses: 'nowhere' }]];
    const ask = { id: 'ask', approve: { message: 'And now?' } };
    const run = await hub.order([{ id: 'both', parallel: { branches }, on_error: { steps: [ask] } }]);
    const { questions } = await hub.reached(run, 'waiting');
    expect(questions).toMatchObject([{ run, message: 'And now?' }]);
    await hub.engine.answer('local', { run, path: questions[0]?.path ?? '', isApproved: true, by: 'ada' });
    expect(await hub.ended(run)).toMatchObject({ status: 'succeeded' });
  });

  test('for an answer fails when it is no', async () => {
    const run = await hub.order([{ id: 'ask', approve: { message: 'Really?' } }]);
    await hub.reached(run, 'waiting');
    await hub.engine.answer('local', { run, path: 'ask', isApproved: false, by: 'ada' });
    expect(await hub.ended(run)).toMatchObject({ status: 'failed', error: { kind: 'denied' } });
  });

  test('for an event goes on with one that fits, of its own organization', async () => {
    const run = await hub.order([
      { id: 'mail', wait: { event: 'mail.*', match: "event.payload.to == 'ada'" } },
      { id: 'after', uses: 'mark', with: { text: '${steps.mail.payload.subject}' } },
    ]);
    await hub.reached(run, 'waiting');
    const event = (id: string, to: string, org = 'local') => ({
      org,
      topic: 'mail.received',
      id,
      source: 'imap',
      payload: { to, subject: 'Hello' },
    });
    await hub.engine.deliver(event('1', 'bob'));
    await hub.engine.deliver(event('2', 'ada', 'other'));
    await hub.engine.deliver({ ...event('3', 'ada'), topic: 'other.received' });
    await hub.engine.deliver(event('4', 'ada'));
    await hub.engine.deliver(event('4', 'ada'));
    expect(await hub.ended(run)).toMatchObject({ status: 'succeeded', output: { text: 'Hello' } });
    expect(hub.called.filter(({ args }) => args['text'] === 'Hello')).toHaveLength(1);
  });

  test.each([false, true])(
    'ends when it is canceled (by force: %s), and its call is stopped',
    async (isForced) => {
      const run = await hub.order([{ id: 'a', uses: 'hang', with: { name: `forced ${isForced}` } }]);
      await expect
        .poll(() => hub.called.some(({ args }) => args['name'] === `forced ${isForced}`))
        .toBe(true);
      await hub.engine.cancel('local', run, { reason: 'not needed', isForced });
      expect(await hub.ended(run)).toMatchObject({ status: 'canceled' });
      await expect.poll(() => stopped, { timeout: 20_000 }).toContain(`forced ${isForced}`);
      await expect(hub.engine.cancel('local', run, { reason: 'again' })).rejects.toMatchObject({
        code: 'conflict',
      });
      await expect(hub.engine.cancel('other', run, { reason: 'x' })).rejects.toMatchObject({
        code: 'not_found',
      });
    },
  );

  test('for the run of another task goes on with what that gave', async () => {
    hub.engine.callTasks(async ({ task, ...wanted }) => ({
      ...wanted,
      title: task,
      pipeline: { steps: [{ id: 'inner', uses: 'mark', with: { text: '${params.text}' } }] },
      trigger: 'call',
      timezone: 'UTC',
      priority: 5,
      availableAt: 0,
      maxRetries: 0,
    }));
    const run = await hub.order([{ id: 'child', call: 'greet', with: { text: 'hello' } }]);
    expect(await hub.ended(run)).toMatchObject({ status: 'succeeded', output: { text: 'hello' } });
  });

  test.each([
    ['canceled', {}],
    ['timed_out', { timeoutMs: 8_000 }],
  ] as const)('tidies up within its bound when it is told to end: %s', async (status, more) => {
    const name = `tidies ${status}`;
    const act = (text: string): JsonObject => ({ uses: 'mark', with: { text: `${text}, ${name}` } });
    const run = await hub.order(
      {
        steps: [
          { id: 'a', ...act('done'), compensate: act('undone') },
          { id: 'b', uses: 'hang', with: { name } },
        ],
        finally: [
          { id: 'c', ...act('closed') },
          { id: 'd', uses: 'hang', with: { name: `late, ${name}` } },
        ],
      },
      more,
    );
    await expect
      .poll(() => hub.called.some(({ args }) => args['name'] === name), { timeout: 20_000 })
      .toBe(true);
    if (status === 'canceled') await hub.engine.cancel('local', run, { reason: 'not needed' });
    await expect
      .poll(() => hub.called.some(({ args }) => args['name'] === `late, ${name}`), { timeout: 20_000 })
      .toBe(true);
    expect(await hub.engine.find('local', run)).toMatchObject({ stopping: { as: status } });
    const ended = await hub.ended(run);
    expect(ended).toMatchObject({
      status,
      error: { message: expect.stringContaining('no time left to tidy up') },
    });
    const told = hub.called.flatMap(({ args: { text } }) =>
      typeof text === 'string' && text.endsWith(name) ? [text.slice(0, text.indexOf(','))] : [],
    );
    expect(told).toEqual(['done', 'undone', 'closed']);
  });

  test('ends in order when its workflow is canceled in Temporal itself', async () => {
    const run = await hub.order({
      steps: [{ id: 'ask', approve: { message: 'Really?' } }],
      finally: [{ id: 'tidy', uses: 'mark', with: { text: 'tidied' } }],
    });
    await hub.reached(run, 'waiting');
    await server.command('workflow', 'cancel', '--workflow-id', run);
    expect(await hub.ended(run)).toMatchObject({ status: 'canceled' });
    expect(hub.called).toContainEqual({ tool: 'mark', args: { text: 'tidied' } });
  });

  test('goes on in a new history when the old one is long', async () => {
    await using short = await startTemporalHub(
      { address: server.address, taskQueue: 'short', maxHistory: 40 },
      { tools: { mark: ({ text }) => ({ text: text ?? null }) } },
    );
    const run = await short.order(
      [
        {
          id: 'each',
          foreach: { in: '${params.list}', max_parallel: 3 },
          steps: [{ id: 'one', uses: 'mark', with: { text: '${item}' } }],
        },
      ],
      { params: { list: Array.from({ length: 40 }, (_, index) => index) } },
    );
    const ended = await short.ended(run);
    expect(ended, JSON.stringify(ended.error)).toMatchObject({ status: 'succeeded' });
    const given = short.called.map(({ args }) => Number(args['text'])).sort((one, other) => one - other);
    expect(given).toEqual(Array.from({ length: 40 }, (_, index) => index));
    expect(await server.historyOf(run)).toContain('continuedExecutionRunId');
  });
});
