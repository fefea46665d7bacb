import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { SSEClientTransport } from '@modelcontextprotocol/sdk/client/sse.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { WebSocketClientTransport } from '@modelcontextprotocol/sdk/client/websocket.js';
import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js';
import { ElicitRequestSchema } from '@modelcontextprotocol/sdk/types.js';
import mcp from '@signalbox/mcp';
import { defineExtension, tool } from '@signalbox/sdk';
import storeSqlite from '@signalbox/store-sqlite';
import { startTestHub, type TestHub } from '@signalbox/testkit';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { demo } from './support/demo-extension.ts';

let hub: TestHub;
let calls = 0;
let release: () => void = () => undefined;

/** A tool that answers when the test lets it. */
const patience = defineExtension({
  name: 'patience',
  config: z.strictObject({}),
  setup: ({ tools }) => {
    tools.provide(
      'patient',
      tool('Takes its time', z.object({}), async (_args, { channels }) => {
        calls++;
        const released = new Promise<void>((resolve) => (release = resolve));
        channels.progress?.({ progress: 1 });
        await released;
        return 'at last';
      }),
    );
  },
});

// The official WebSocket client cannot send a key.
beforeEach(async () => {
  hub = await startTestHub({
    extensions: [storeSqlite, mcp, demo, patience],
    noAuth: true,
    settings: {
      http: { port: 0, noAuthLevel: 'trusted' },
      mcp: { streamAfterMs: 0, streamMaxMs: 200, retryMs: 10 },
    },
  });
});

afterEach(() => hub.stop());

const ways: [string, () => Transport][] = [
  ['HTTP+SSE', () => new SSEClientTransport(new URL(`${hub.url}/sse`))],
  ['a WebSocket', () => new WebSocketClientTransport(new URL(`${hub.url.replace('http', 'ws')}/mcp`))],
  ['Streamable HTTP that is polled', () => new StreamableHTTPClientTransport(new URL(`${hub.url}/mcp`))],
];

describe.each(ways)('the official client of SDK v1 over %s', (_way, makeTransport) => {
  const connect = async (): Promise<Client> => {
    const client = new Client({ name: 'test-v1', version: '1' }, { capabilities: { elicitation: {} } });
    await client.connect(makeTransport());
    return client;
  };

  test('lists, calls, gets progress and answers an elicitation', async () => {
    const client = await connect();
    expect((await client.listTools()).tools.map(({ name }) => name)).toContain('greet');
    const greeted = await client.callTool({ name: 'greet', arguments: { name: 'Ada' } });
    expect(greeted.content).toEqual([{ type: 'text', text: 'Hello, Ada' }]);
    // The answer is let go by the progress before it: this client drops progress that comes together with the answer.
    const waited = await client.callTool({ name: 'patient', arguments: {} }, undefined, {
      onprogress: ({ progress }) => progress === 1 && release(),
    });
    expect(waited.content).toEqual([{ type: 'text', text: 'at last' }]);
    client.setRequestHandler(ElicitRequestSchema, () => ({ action: 'accept', content: { name: 'Grace' } }));
    const asked = await client.callTool({ name: 'ask_name', arguments: {} });
    expect(asked.content).toEqual([{ type: 'text', text: '{"action":"accept","content":{"name":"Grace"}}' }]);
    await client.close();
  });

  test('gets a typed error for what is not there', async () => {
    const client = await connect();
    await expect(client.callTool({ name: 'nothing', arguments: {} })).rejects.toMatchObject({ code: -32602 });
    await client.close();
  });
});

test('a client that is sent away comes back with Last-Event-ID, and its call is made once', async () => {
  calls = 0;
  const resumed: string[] = [];
  const transport = new StreamableHTTPClientTransport(new URL(`${hub.url}/mcp`), {
    fetch: (url, init) => {
      const last = new Headers(init?.headers).get('last-event-id');
      if (last !== null && resumed.push(last) === 2) release();
      return fetch(url, init);
    },
  });
  const client = new Client({ name: 'test-v1', version: '1' });
  await client.connect(transport);
  const { content } = await client.callTool({ name: 'patient', arguments: {} });
  expect(content).toEqual([{ type: 'text', text: 'at last' }]);
  expect(calls).toBe(1);
  expect(resumed.length).toBeGreaterThanOrEqual(2);
  await client.close();
});

test('a client of a hub that was restarted is told that its session is over, and begins anew', async () => {
  const transport = new StreamableHTTPClientTransport(new URL(`${hub.url}/mcp`));
  const client = new Client({ name: 'test-v1', version: '1' });
  await client.connect(transport);
  await client.listTools();
  const { port } = new URL(hub.url);
  await hub.stop();
  hub = await startTestHub({
    extensions: [storeSqlite, mcp, demo],
    noAuth: true,
    settings: { http: { port: Number(port), noAuthLevel: 'trusted' } },
  });
  await expect(client.listTools()).rejects.toThrow('this session is over');
  const next = new Client({ name: 'test-v1', version: '1' });
  await next.connect(new StreamableHTTPClientTransport(new URL(`${hub.url}/mcp`)));
  expect((await next.listTools()).tools.length).toBeGreaterThan(0);
  await next.close();
});
