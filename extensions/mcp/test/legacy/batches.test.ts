import type { JsonObject } from '@signalbox/sdk';
import { describe, expect, test, vi } from 'vitest';
import { openSession } from '../support/legacy.ts';
import { connectLines } from '../support/lines.ts';
import { enveloped } from '../support/modern.ts';
import { note, rpc, startMcpHub } from '../support/start-mcp-hub.ts';
import { text, tools } from '../support/workshop.ts';

const batching = { version: '2025-03-26' };

/** An answer with a result, by its id. */
const byId = (answers: JsonObject[]): JsonObject[] =>
  answers.sort((a, b) => Number(a['id']) - Number(b['id']));

const said = (id: number, value: string): JsonObject => ({
  jsonrpc: '2.0',
  id,
  result: { content: [{ type: 'text', text: value }] },
});

describe('a batch over Streamable HTTP', () => {
  test('runs its requests side by side and is answered in one array', async () => {
    await using hub = await startMcpHub();
    hub.shop.open('a', tools('t'), hub.shop.hold);
    const session = await openSession(hub, batching);
    const coming = session.post([
      rpc(1, 'tools/call', { name: 'a__t' }),
      note('notifications/roots/list_changed'),
      rpc(2, 'tools/call', { name: 'a__t' }),
    ]);
    const second = await hub.shop.call(2);
    second.answer(text('two'));
    (await hub.shop.call(1)).answer(text('one'));
    const answer = await coming;
    expect([answer.status, answer.headers['content-type']]).toEqual([200, 'application/json']);
    const answers = JSON.parse(await answer.whole()) as JsonObject[];
    expect(byId(answers)).toHaveLength(2);
    expect(byId(answers).map(({ id }) => id)).toEqual([1, 2]);
  });

  test('is answered on a stream, one by one, once there is something to say before', async () => {
    await using hub = await startMcpHub();
    hub.shop.open('a', tools('t'), ({ request }) => {
      request.channels?.progress?.({ progress: 1 });
      return text('ok');
    });
    const session = await openSession(hub, batching);
    const answer = await session.post([
      rpc(1, 'ping'),
      rpc(2, 'tools/call', { name: 'a__t', _meta: { progressToken: 'p' } }),
    ]);
    const messages = (await answer.allEvents()).map(({ message }) => message);
    expect(messages.filter(({ id }) => id === 1)).toEqual([{ jsonrpc: '2.0', id: 1, result: {} }]);
    expect(messages.filter(({ id }) => id === 2)).toEqual([said(2, 'ok')]);
    expect(messages).toHaveLength(3);
  });

  test('of nothing but notifications and answers is accepted without a word', async () => {
    await using hub = await startMcpHub();
    const session = await openSession(hub, batching);
    const answer = await session.post([
      note('notifications/cancelled', { requestId: 7 }),
      { jsonrpc: '2.0', id: 'nobody-asked', result: {} },
    ]);
    expect([answer.status, await answer.whole()]).toEqual([202, '']);
  });

  test('is not spoiled by one part that is no message', async () => {
    await using hub = await startMcpHub();
    const session = await openSession(hub, batching);
    const answer = await session.post([rpc(1, 'ping'), { jsonrpc: '2.0', id: 2 }, 5]);
    const answers = JSON.parse(await answer.whole()) as JsonObject[];
    expect(answers.filter(({ id }) => id === 1)).toEqual([{ jsonrpc: '2.0', id: 1, result: {} }]);
    expect(answers.filter(({ error }) => error !== undefined)).toMatchObject([
      { error: { code: -32600 } },
      { error: { code: -32600 } },
    ]);
  });

  test.each<[string, JsonObject[], string]>([
    ['that is empty', [], 'this one is empty'],
    ['with initialize in it', [rpc(1, 'initialize', {})], 'may not be in one; send it alone'],
  ])('%s is refused', async (_what, messages, why) => {
    await using hub = await startMcpHub();
    const answer = await (await openSession(hub, batching)).post(messages);
    expect([answer.status, await answer.json()]).toMatchObject([400, { error: { code: -32600 } }]);
    expect(await answer.whole()).toContain(why);
  });

  test('of more messages than allowed is refused', async () => {
    await using hub = await startMcpHub({ settings: { mcp: { maxBatchMessages: 2 } } });
    const session = await openSession(hub, batching);
    expect((await session.post([rpc(1, 'ping'), rpc(2, 'ping')])).status).toBe(200);
    const answer = await session.post([rpc(1, 'ping'), rpc(2, 'ping'), rpc(3, 'ping')]);
    expect([answer.status, await answer.json()]).toMatchObject([413, { error: { code: -31413 } }]);
  });

  test.each(['2024-11-05', '2025-06-18', '2025-11-25'])(
    'is not spoken in %s, and says so',
    async (version) => {
      await using hub = await startMcpHub();
      const answer = await (await openSession(hub, { version })).post([rpc(1, 'ping')]);
      expect([answer.status, await answer.json()]).toMatchObject([
        400,
        { error: { code: -32600, message: expect.stringContaining(`this session speaks ${version}`) } },
      ]);
    },
  );

  test('is not spoken by the modern era, nor without a session', async () => {
    await using hub = await startMcpHub();
    const modern = await hub.post([rpc(1, 'tools/list', enveloped())], {
      'mcp-protocol-version': '2026-07-28',
    });
    expect([modern.status, await modern.json()]).toMatchObject([
      400,
      { error: { code: -32600, message: expect.stringContaining('2026-07-28') } },
    ]);
    const alone = await hub.post([rpc(1, 'ping')]);
    expect([alone.status, await alone.json()]).toMatchObject([400, { error: { code: -32600 } }]);
  });
});

describe('a batch over lines', () => {
  const open = async (hub: Awaited<ReturnType<typeof startMcpHub>>, protocolVersion: string) => {
    const client = connectLines(hub);
    client.send(rpc('init', 'initialize', { protocolVersion, capabilities: {} }));
    await client.answer('init');
    return client;
  };

  test('is answered in one line, an array', async () => {
    await using hub = await startMcpHub();
    hub.shop.open('a', tools('t'), () => text('ok'));
    const client = await open(hub, '2025-03-26');
    client.send([rpc(1, 'ping'), rpc(2, 'tools/call', { name: 'a__t' })]);
    // What has changed in the catalog may be told in between.
    const line = await vi.waitFor(() => {
      const found = client.lines().find((each) => each.startsWith('['));
      expect(found).toBeDefined();
      return found;
    }, 20_000);
    const answers = JSON.parse(line ?? '') as JsonObject[];
    expect(byId(answers)).toEqual([{ jsonrpc: '2.0', id: 1, result: {} }, said(2, 'ok')]);
  });

  test.each<[string, string, unknown[]]>([
    ['of another version', '2025-11-25', [rpc(1, 'ping')]],
    ['that is empty', '2025-03-26', []],
  ])('%s is refused without an id', async (_what, version, messages) => {
    await using hub = await startMcpHub();
    const client = await open(hub, version);
    client.send(messages);
    const [, refusal] = await client.messages(2);
    expect(refusal).toMatchObject({ error: { code: -32600 } });
    expect(refusal).not.toHaveProperty('id');
  });
});
