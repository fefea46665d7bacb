import { FakeClock } from '@signalbox/testkit';
import { describe, expect, test } from 'vitest';
import { type HttpAnswer, send } from '../support/http-answer.ts';
import { until } from '../support/legacy.ts';
import { enveloped } from '../support/modern.ts';
import { type McpHub, note, rpc, startMcpHub } from '../support/start-mcp-hub.ts';
import { text, tools } from '../support/workshop.ts';

interface SseClient {
  readonly stream: HttpAnswer;
  readonly address: string;
  readonly post: (message: unknown, key?: string | null) => Promise<HttpAnswer>;
}

async function open(
  { hub }: McpHub,
  { path = '/sse', key = hub.key }: { path?: string; key?: string | null } = {},
): Promise<SseClient> {
  const auth = (own: string | null): { authorization?: string } =>
    own === null ? {} : { authorization: `Bearer ${own}` };
  const stream = await send(`${hub.url}${path}`, { headers: { ...auth(key), accept: 'text/event-stream' } });
  const [, address = ''] = /^event: endpoint\ndata: (.*)\n\n/.exec(await stream.text(/\n\n/)) ?? [];
  return {
    stream,
    address,
    post: (message, own = key) =>
      send(`${hub.url}${address}`, {
        method: 'POST',
        headers: { ...auth(own), 'content-type': 'application/json' },
        body: typeof message === 'string' ? message : JSON.stringify(message),
      }),
  };
}

const initialize = (protocolVersion = '2024-11-05') =>
  rpc('init', 'initialize', { protocolVersion, capabilities: {}, clientInfo: { name: 's', version: '1' } });

/** What came on the stream after the address. */
const messages = async ({ stream }: SseClient, pattern: RegExp): Promise<unknown[]> =>
  [...(await stream.text(pattern)).matchAll(/^event: message\ndata: (.*)$/gm)].map(([, line = '']) =>
    JSON.parse(line),
  );

describe('a session of HTTP+SSE', () => {
  test('takes messages at the address it names, and answers on its stream', async () => {
    await using hub = await startMcpHub();
    hub.shop.open('a', tools('t'), ({ request }) => {
      request.channels?.progress?.({ progress: 1 });
      return text('ok');
    });
    const client = await open(hub);
    expect(client.address).toMatch(/^\/messages\?sessionId=[\w-]{22}$/);
    const accepted = await client.post(initialize());
    expect([accepted.status, await accepted.whole()]).toEqual([202, 'Accepted']);
    await client.post(note('notifications/initialized'));
    await client.post(rpc(1, 'tools/call', { name: 'a__t', _meta: { progressToken: 7 } }));
    // The source that was just opened may tell of its tools before or after the client is there.
    const answers = (await messages(client, /"id":1/)).filter(
      (message) => !JSON.stringify(message).includes('list_changed"'),
    );
    expect(answers).toMatchObject([
      { id: 'init', result: { protocolVersion: '2024-11-05' } },
      { method: 'notifications/progress', params: { progressToken: 7, progress: 1 } },
      { jsonrpc: '2.0', id: 1, result: { content: [{ type: 'text', text: 'ok' }] } },
    ]);
    client.stream.leave();
  });

  test('shows the view of its path', async () => {
    await using hub = await startMcpHub();
    hub.shop.open('a', tools('t'), () => text('ok'));
    const client = await open(hub, { path: '/u/a/sse' });
    expect(client.address).toMatch(/^\/u\/a\/messages\?sessionId=/);
    await client.post(initialize());
    await client.post(rpc(1, 'tools/call', { name: 't' }));
    expect((await messages(client, /"id":1/)).at(-1)).toMatchObject({
      result: { content: [{ text: 'ok' }] },
    });
    client.stream.leave();
  });

  test('takes a batch where its version has them, and answers one by one', async () => {
    await using hub = await startMcpHub();
    const client = await open(hub);
    await client.post(initialize('2025-03-26'));
    expect((await client.post([rpc(1, 'ping'), rpc(2, 'ping')])).status).toBe(202);
    expect((await messages(client, /"id":2/)).slice(1)).toEqual(
      [1, 2].map((id) => ({ jsonrpc: '2.0', id, result: {} })),
    );
    client.stream.leave();
    const older = await open(hub);
    await older.post(initialize());
    expect((await older.post([rpc(1, 'ping')])).status).toBe(400);
    older.stream.leave();
  });

  test('belongs to who opened it and where: to anybody else it is not there', async () => {
    await using hub = await startMcpHub({ noAuth: true });
    hub.shop.open('a', tools('t'), () => text('ok'));
    const client = await open(hub);
    const stolen = await client.post(rpc(1, 'ping'), null);
    const unknown = await send(`${hub.hub.url}/messages?sessionId=made-up`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(rpc(1, 'ping')),
    });
    const elsewhere = await send(`${hub.hub.url}/u/a${client.address}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${hub.hub.key}`, 'content-type': 'application/json' },
      body: JSON.stringify(rpc(1, 'ping')),
    });
    const missing = await send(`${hub.hub.url}/messages`, { method: 'POST' });
    const refusal = [404, await unknown.json()];
    expect([unknown.status, refusal[1]]).toMatchObject([404, { error: { code: -31404 } }]);
    expect([stolen.status, await stolen.json()]).toEqual(refusal);
    expect([elsewhere.status, await elsewhere.json()]).toEqual(refusal);
    expect([missing.status, await missing.json()]).toEqual(refusal);
    expect((await client.post(rpc(2, 'ping'))).status).toBe(202);
    client.stream.leave();
  });

  test('ends with its stream: what runs is cancelled, and the address leads nowhere', async () => {
    await using hub = await startMcpHub();
    hub.shop.open('a', tools('t'), hub.shop.hold);
    const client = await open(hub);
    await client.post(initialize());
    await client.post(rpc(1, 'tools/call', { name: 'a__t' }));
    const call = await hub.shop.call(1);
    client.stream.leave();
    await until(() => call.invocation.signal.aborted);
    expect((await client.post(rpc(2, 'ping'))).status).toBe(404);
  });

  test('and its stream is ended when the hub stops', async () => {
    const hub = await startMcpHub();
    const client = await open(hub);
    await hub.stop();
    expect(await client.stream.whole()).toMatch(/^event: endpoint/);
  });

  test('is kept open with comments', async () => {
    const clock = new FakeClock();
    await using hub = await startMcpHub({ clock, settings: { mcp: { keepAliveMs: 1_000 } } });
    const client = await open(hub);
    clock.advance(1_000);
    await client.stream.comments(1);
    clock.advance(1_000);
    await client.stream.comments(2);
    client.stream.leave();
  });

  test('refuses what is no message, too much at once, and the modern era', async () => {
    await using hub = await startMcpHub({
      settings: { mcp: { maxBodyBytes: 1_024, maxRequestsPerConnection: 1 } },
    });
    hub.shop.open('a', tools('t'), hub.shop.hold);
    const client = await open(hub);
    await client.post(initialize());
    const status = async (message: unknown): Promise<number> => (await client.post(message)).status;
    expect(await status('{')).toBe(400);
    expect(await status('{"jsonrpc":"2.0"}')).toBe(400);
    expect(await status([])).toBe(400);
    expect(await status(rpc(1, 'tools/list', enveloped()))).toBe(400);
    expect(await status(rpc(1, 'x'.repeat(2_000)))).toBe(413);
    expect(await status(rpc(1, 'tools/call', { name: 'a__t' }))).toBe(202);
    await hub.shop.call(1);
    expect(await status(rpc(2, 'ping'))).toBe(503);
    client.stream.leave();
  });
});

describe('the paths of HTTP+SSE', () => {
  test('tell a client that tries something newer that this is the older way', async () => {
    await using hub = await startMcpHub();
    const tried = await hub.post(rpc(1, 'initialize'), {}, '/sse');
    expect([tried.status, tried.headers.allow]).toEqual([405, 'GET']);
    const read = await send(`${hub.hub.url}/messages`, {
      headers: { authorization: `Bearer ${hub.hub.key}` },
    });
    expect([read.status, read.headers.allow]).toEqual([405, 'POST']);
  });

  test('want a key, the hub’s own origin, and a client that takes a stream', async () => {
    await using hub = await startMcpHub();
    const get = async (headers: { [name: string]: string }): Promise<number> =>
      (await send(`${hub.hub.url}/sse`, { headers })).status;
    const key = { authorization: `Bearer ${hub.hub.key}` };
    expect(await get({})).toBe(401);
    expect(await get({ ...key, origin: 'http://evil.example' })).toBe(403);
    expect(await get({ ...key, accept: 'application/json' })).toBe(406);
  });

  test('are open to no more clients at once than WebSockets are', async () => {
    await using hub = await startMcpHub({ settings: { mcp: { maxConnectionsPerPrincipal: 1 } } });
    const client = await open(hub);
    const second = await send(`${hub.hub.url}/sse`, {
      headers: { authorization: `Bearer ${hub.hub.key}` },
    });
    expect([second.status, await second.json()]).toMatchObject([503, { error: { code: -31503 } }]);
    client.stream.leave();
  });
});
