import {
  Client as ModernClient,
  StreamableHTTPClientTransport as ModernTransport,
} from '@modelcontextprotocol/client';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { ElicitRequestSchema } from '@modelcontextprotocol/sdk/types.js';
import mcp from '@signalbox/mcp';
import storeSqlite from '@signalbox/store-sqlite';
import { startTestHub, type TestHub } from '@signalbox/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { demo } from './support/demo-extension.ts';

let hub: TestHub;

beforeAll(async () => {
  hub = await startTestHub({
    extensions: [storeSqlite, mcp, demo],
    settings: { endpoints: { work: { disclosure: 'search' } } },
  });
});

afterAll(() => hub.stop());

const address = (): URL => new URL(`${hub.url}/e/work/mcp`);
const requestInit = () => ({ headers: { authorization: `Bearer ${hub.key}` } });
const front = ['call_tool', 'describe_tool', 'search_tools'];

test('the official client of SDK v1 searches, looks, and calls with progress and questions', async () => {
  const client = new Client({ name: 'test-v1', version: '1' }, { capabilities: { elicitation: {} } });
  await client.connect(new StreamableHTTPClientTransport(address(), { requestInit: requestInit() }));
  client.setRequestHandler(ElicitRequestSchema, () => ({ action: 'accept', content: { name: 'Grace' } }));
  expect((await client.listTools()).tools.map(({ name }) => name)).toEqual(front);
  const found = await client.callTool({ name: 'search_tools', arguments: { query: 'greeting somebody' } });
  expect(found.structuredContent).toMatchObject({ tools: [{ name: 'greet', upstream: 'demo' }], total: 1 });
  const described = await client.callTool({ name: 'describe_tool', arguments: { name: 'greet' } });
  expect(described.structuredContent).toMatchObject({ name: 'greet', inputSchema: { required: ['name'] } });
  const seen: number[] = [];
  const counted = await client.callTool(
    { name: 'call_tool', arguments: { name: 'count', arguments: { to: 3 } } },
    undefined,
    { onprogress: ({ progress }) => seen.push(progress) },
  );
  expect([seen, counted.structuredContent]).toEqual([[1, 2, 3], { counted: 3 }]);
  const asked = await client.callTool({ name: 'call_tool', arguments: { name: 'ask_name' } });
  expect(asked.content).toEqual([{ type: 'text', text: '{"action":"accept","content":{"name":"Grace"}}' }]);
  const broken = await client.callTool({
    name: 'call_tool',
    arguments: { name: 'greet', arguments: { nam: 1 } },
  });
  expect(broken).toMatchObject({ isError: true });
  await expect(
    client.callTool({ name: 'call_tool', arguments: { name: 'owner_only' } }),
  ).rejects.toMatchObject({ code: -32602 });
  expect((await client.listPrompts()).prompts.map(({ name }) => name)).toEqual(['praise']);
  expect((await client.listResources()).resources.map(({ uri }) => uri)).toEqual(['demo://motto']);
  await client.close();
});

test.each([
  { mode: { pin: '2026-07-28' }, version: '2026-07-28' },
  { mode: 'legacy', version: '2025-11-25' },
] as const)('the official client of SDK v2 does the same with $mode', async ({ mode, version }) => {
  const client = new ModernClient(
    { name: 'test-v2', version: '1' },
    { capabilities: { elicitation: { form: {} } }, versionNegotiation: { mode } },
  );
  client.setRequestHandler('elicitation/create', () => ({ action: 'accept', content: { name: 'Ada' } }));
  await client.connect(new ModernTransport(address(), { requestInit: requestInit() }));
  expect(client.getNegotiatedProtocolVersion()).toBe(version);
  expect((await client.listTools()).tools.map(({ name }) => name)).toEqual(front);
  const found = await client.callTool({ name: 'search_tools', arguments: { query: 'count', limit: 1 } });
  expect(found.structuredContent).toMatchObject({ tools: [{ name: 'count' }] });
  const seen: number[] = [];
  const counted = await client.callTool(
    { name: 'call_tool', arguments: { name: 'count', arguments: { to: 3 } } },
    { onprogress: ({ progress }) => seen.push(progress) },
  );
  expect([seen, counted.structuredContent]).toEqual([[1, 2, 3], { counted: 3 }]);
  const asked = await client.callTool({ name: 'call_tool', arguments: { name: 'ask_name' } });
  expect(asked.content).toEqual([{ type: 'text', text: '{"action":"accept","content":{"name":"Ada"}}' }]);
  const direct = await client.callTool({ name: 'greet', arguments: { name: 'Ada' } });
  expect(direct.content).toEqual([{ type: 'text', text: 'Hello, Ada' }]);
  await client.close();
});
