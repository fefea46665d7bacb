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
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { demo } from './support/demo-extension.ts';

let hub: TestHub;

beforeAll(async () => {
  hub = await startTestHub({ extensions: [storeSqlite, mcp, demo] });
});

afterAll(() => hub.stop());

const requestInit = () => ({ headers: { authorization: `Bearer ${hub.key}` } });

async function connectLegacy(capabilities = {}): Promise<Client> {
  const client = new Client({ name: 'test-v1', version: '1' }, { capabilities });
  await client.connect(
    new StreamableHTTPClientTransport(new URL(`${hub.url}/mcp`), { requestInit: requestInit() }),
  );
  return client;
}

describe('the official client of SDK v1 over HTTP', () => {
  test('lists and uses tools, resources, templates and prompts', async () => {
    const client = await connectLegacy();
    const { tools } = await client.listTools();
    expect(tools.map(({ name }) => name)).toEqual([
      'ask_name',
      'count',
      'explode',
      'greet',
      'open_to_all',
      'wait',
    ]);
    const greeted = await client.callTool({ name: 'greet', arguments: { name: 'Ada' } });
    expect(greeted.content).toEqual([{ type: 'text', text: 'Hello, Ada' }]);
    expect((await client.listResources()).resources.map(({ uri }) => uri)).toEqual(['demo://motto']);
    expect(
      (await client.listResourceTemplates()).resourceTemplates.map(({ uriTemplate }) => uriTemplate),
    ).toEqual(['demo://notes/{id}']);
    expect((await client.readResource({ uri: 'demo://notes/7' })).contents).toEqual([
      { uri: 'demo://notes/7', text: 'note at demo://notes/7' },
    ]);
    const prompt = await client.getPrompt({ name: 'praise', arguments: { thing: 'tea' } });
    expect(prompt.messages).toEqual([
      { role: 'user', content: { type: 'text', text: 'Praise tea in one sentence.' } },
    ]);
    await client.close();
  });

  test('gets progress, structured output, and answers an elicitation', async () => {
    const client = await connectLegacy({ elicitation: {} });
    client.setRequestHandler(ElicitRequestSchema, () => ({ action: 'accept', content: { name: 'Grace' } }));
    const seen: number[] = [];
    const counted = await client.callTool({ name: 'count', arguments: { to: 3 } }, undefined, {
      onprogress: ({ progress }) => seen.push(progress),
    });
    expect(seen).toEqual([1, 2, 3]);
    expect(counted.structuredContent).toEqual({ counted: 3 });
    const asked = await client.callTool({ name: 'ask_name', arguments: {} });
    expect(asked.content).toEqual([{ type: 'text', text: '{"action":"accept","content":{"name":"Grace"}}' }]);
    await client.close();
  });

  test('gets errors it can act on, and never the inside of a bug', async () => {
    const client = await connectLegacy();
    await expect(client.callTool({ name: 'nothing', arguments: {} })).rejects.toMatchObject({ code: -32602 });
    const broken = await client.callTool({ name: 'greet', arguments: { nam: 1 } });
    expect(broken).toMatchObject({ isError: true });
    const exploded = await client.callTool({ name: 'explode', arguments: {} });
    expect(JSON.stringify(exploded)).not.toContain('secret detail');
    await expect(client.readResource({ uri: 'demo://absent' })).rejects.toMatchObject({ code: -32002 });
    await client.close();
  });
});

describe('the official client of SDK v2 over HTTP', () => {
  const eras = [
    { mode: 'auto', version: '2026-07-28' },
    { mode: { pin: '2026-07-28' }, version: '2026-07-28' },
    { mode: 'legacy', version: '2025-11-25' },
  ] as const;
  test.each(eras)('lists and calls tools with $mode', async ({ mode, version }) => {
    const client = new ModernClient({ name: 'test-v2', version: '1' }, { versionNegotiation: { mode } });
    await client.connect(new ModernTransport(new URL(`${hub.url}/mcp`), { requestInit: requestInit() }));
    expect(client.getNegotiatedProtocolVersion()).toBe(version);
    const { tools } = await client.listTools();
    expect(tools.map(({ name }) => name)).toContain('greet');
    const greeted = await client.callTool({ name: 'greet', arguments: { name: 'Ada' } });
    expect(greeted.content).toEqual([{ type: 'text', text: 'Hello, Ada' }]);
    const seen: number[] = [];
    await client.callTool(
      { name: 'count', arguments: { to: 3 } },
      { onprogress: ({ progress }) => seen.push(progress) },
    );
    expect(seen).toEqual([1, 2, 3]);
    expect((await client.readResource({ uri: 'demo://motto' })).contents).toMatchObject([
      { text: 'one gate' },
    ]);
    await client.close();
  });
});
