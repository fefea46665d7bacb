import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import {
  CreateMessageRequestSchema,
  ElicitRequestSchema,
  ToolListChangedNotificationSchema,
} from '@modelcontextprotocol/sdk/types.js';
import gateway from '@signalbox/gateway';
import mcp from '@signalbox/mcp';
import { upstreamRegistry } from '@signalbox/sdk';
import storeSqlite from '@signalbox/store-sqlite';
import { startTestHub, type TestHub } from '@signalbox/testkit';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type SdkSseUpstream, startSdkSseUpstream } from './support/sdk-sse-upstream.ts';

let upstream: SdkSseUpstream;
let hub: TestHub;
let client: Client;

beforeEach(async () => {
  upstream = await startSdkSseUpstream();
  hub = await startTestHub({
    extensions: [storeSqlite, gateway, mcp],
    settings: { gateway: { upstreams: { u: { url: upstream.url } } } },
  });
  const registry = hub.hub.services.get(upstreamRegistry);
  await registry.settled(AbortSignal.timeout(20_000));
  expect(registry.get('u')).toMatchObject({ state: 'available', transport: 'sse' });
  client = new Client({ name: 'test-v1', version: '1' }, { capabilities: { elicitation: {}, sampling: {} } });
  await client.connect(
    new StreamableHTTPClientTransport(new URL(`${hub.url}/u/u/mcp`), {
      requestInit: { headers: { authorization: `Bearer ${hub.key}` } },
    }),
  );
});

afterEach(async () => {
  await client.close();
  await hub.stop();
  await upstream[Symbol.asyncDispose]();
});

const listed = async (): Promise<string[]> => (await client.listTools()).tools.map(({ name }) => name);
const content = (text: string) => [{ type: 'text', text }];

describe('an upstream made with the SSE server of SDK v1', () => {
  test('is listed and called', async () => {
    expect((await listed()).toSorted()).toEqual(['ask_model', 'ask_name', 'count', 'greet', 'grow']);
    expect((await client.callTool({ name: 'greet', arguments: {} })).content).toEqual(content('hello'));
  });

  test('makes progress', async () => {
    const heard: number[] = [];
    const { content: given } = await client.callTool({ name: 'count', arguments: {} }, undefined, {
      onprogress: ({ progress }) => void heard.push(progress),
    });
    expect(given).toEqual(content('counted'));
    // This client drops progress that comes together with the answer.
    expect(heard).toEqual([1, 2, 3].slice(0, heard.length));
    expect(heard.length).toBeGreaterThan(0);
  });

  test('asks a person and a model through the hub', async () => {
    const person = { action: 'accept' as const, content: { name: 'Grace' } };
    const words = { type: 'text' as const, text: 'forty-two' };
    client.setRequestHandler(ElicitRequestSchema, () => person);
    client.setRequestHandler(CreateMessageRequestSchema, () => ({
      role: 'assistant',
      model: 'm',
      content: words,
    }));
    const named = await client.callTool({ name: 'ask_name', arguments: {} });
    expect(named.content).toEqual(content(JSON.stringify(person)));
    const thought = await client.callTool({ name: 'ask_model', arguments: {} });
    expect(thought.content).toEqual(content(JSON.stringify(words)));
  });

  test('tells of a new tool', async () => {
    const { promise: told, resolve } = Promise.withResolvers<void>();
    // The news that the upstream has come may be told late, too.
    client.setNotificationHandler(ToolListChangedNotificationSchema, async () => {
      if ((await listed()).includes('grown')) resolve();
    });
    await client.callTool({ name: 'grow', arguments: {} });
    await told;
    expect((await client.callTool({ name: 'grown', arguments: {} })).content).toEqual(content('grown'));
  });
});
