import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { CallToolResultSchema, ElicitRequestSchema } from '@modelcontextprotocol/sdk/types.js';
import gateway from '@signalbox/gateway';
import mcp from '@signalbox/mcp';
import { type JsonObject, upstreamRegistry } from '@signalbox/sdk';
import storeSqlite from '@signalbox/store-sqlite';
import { startTestHub, type TestHub } from '@signalbox/testkit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

// A tool the official server runs as a task of 2025-11-25 only, for about four seconds, with a question on the way.
const tool = 'simulate-research-query';
const ambiguous = { topic: 'python', ambiguous: true };

let hub: TestHub;

beforeAll(async () => {
  hub = await startTestHub({
    extensions: [storeSqlite, gateway, mcp],
    settings: {
      gateway: { upstreams: { every: { command: process.execPath, args: [everythingServer(), 'stdio'] } } },
    },
  });
  await hub.hub.services.get(upstreamRegistry).settled(AbortSignal.timeout(20_000));
});

afterAll(() => hub.stop());

function everythingServer(): string {
  const require = createRequire(import.meta.url);
  const manifest = require.resolve('@modelcontextprotocol/server-everything/package.json');
  const { bin } = JSON.parse(readFileSync(manifest, 'utf8')) as { bin: { [name: string]: string } };
  return join(dirname(manifest), Object.values(bin)[0] ?? '');
}

async function modern(method: string, params: JsonObject, name: string): Promise<JsonObject> {
  const capabilities = { elicitation: {}, extensions: { 'io.modelcontextprotocol/tasks': {} } };
  const _meta = {
    'io.modelcontextprotocol/protocolVersion': '2026-07-28',
    'io.modelcontextprotocol/clientCapabilities': capabilities,
  };
  const answer = await fetch(`${hub.url}/u/every/mcp`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${hub.key}`,
      'content-type': 'application/json',
      accept: 'application/json',
      'mcp-protocol-version': '2026-07-28',
      'mcp-method': method,
      'mcp-name': name,
    },
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, method, params: { ...params, _meta } }),
  });
  const { result, error } = (await answer.json()) as { result?: JsonObject; error?: JsonObject };
  if (!result) throw new Error(JSON.stringify(error));
  return result;
}

/** Looks at a task until it is as wanted, as often as it says; fails when it ends otherwise. */
async function untilStatus(taskId: string, wanted: string): Promise<JsonObject> {
  for (;;) {
    const task = await modern('tasks/get', { taskId }, taskId);
    if (task['status'] === wanted) return task;
    expect(['working', 'input_required']).toContain(task['status']);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

async function connectLegacy(): Promise<{ client: Client; questions: string[] } & AsyncDisposable> {
  const client = new Client({ name: 'legacy', version: '1' }, { capabilities: { elicitation: {} } });
  const questions: string[] = [];
  client.setRequestHandler(ElicitRequestSchema, ({ params }) => {
    questions.push(params.message);
    return { action: 'accept', content: { interpretation: 'programming' } };
  });
  const transport = new StreamableHTTPClientTransport(new URL(`${hub.url}/u/every/mcp`), {
    requestInit: { headers: { authorization: `Bearer ${hub.key}` } },
  });
  await client.connect(transport);
  return { client, questions, [Symbol.asyncDispose]: () => client.close() };
}

describe.concurrent('a tool that a legacy upstream runs as a task only', () => {
  test('is a task of the extension for a modern client, its question included', async () => {
    const created = await modern('tools/call', { name: tool, arguments: ambiguous }, tool);
    expect(created).toMatchObject({ resultType: 'task', status: 'working' });
    const taskId = created['taskId'] as string;
    const waiting = await untilStatus(taskId, 'input_required');
    const [key = ''] = Object.keys(waiting['inputRequests'] as JsonObject);
    const answer = { action: 'accept', content: { interpretation: 'programming' } };
    await modern('tasks/update', { taskId, inputResponses: { [key]: answer } }, taskId);
    const { result } = await untilStatus(taskId, 'completed');
    expect(JSON.stringify(result)).toContain('python');
    expect(JSON.stringify(result)).not.toContain('related-task');
  });

  test('is a core task of the hub for a client of 2025-11-25', async () => {
    await using legacy = await connectLegacy();
    const kinds: string[] = [];
    const stream = legacy.client.experimental.tasks.callToolStream(
      { name: tool, arguments: ambiguous },
      CallToolResultSchema,
      { task: { ttl: 60_000 } },
    );
    let last: unknown;
    for await (const message of stream) {
      kinds.push(message.type);
      last = message;
    }
    expect([kinds[0], kinds.at(-1)]).toEqual(['taskCreated', 'result']);
    expect(JSON.stringify(last)).toContain('python');
    expect(legacy.questions.length).toBe(1);
    const { tasks } = await legacy.client.experimental.tasks.listTasks();
    expect(tasks.map(({ status }) => status)).toContain('completed');
  });

  test('is waited for by the hub for a client that asks for no task', async () => {
    await using legacy = await connectLegacy();
    const heard: number[] = [];
    const { content } = await legacy.client.callTool(
      { name: tool, arguments: { topic: 'node' } },
      CallToolResultSchema,
      { onprogress: ({ progress }) => void heard.push(progress) },
    );
    expect(JSON.stringify(content)).toContain('node');
    expect(heard.length).toBeGreaterThan(0);
    expect(heard).toEqual(heard.map((_, index) => index + 1));
  });

  test('is cancelled at the upstream when its task is', async () => {
    const created = await modern('tools/call', { name: tool, arguments: { topic: 'x' } }, tool);
    const taskId = created['taskId'] as string;
    await modern('tasks/cancel', { taskId }, taskId);
    await untilStatus(taskId, 'cancelled');
  });
});
