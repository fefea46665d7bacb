import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { JsonObject } from '@signalbox/sdk';
import { afterEach, expect, test } from 'vitest';
import { binOf } from './support/bin-of.ts';
import { startGateway, type TestGateway } from './support/gateway-context.ts';

let gateway: TestGateway;

afterEach(() => gateway.stop());

const official = (server: string): string =>
  binOf(`@modelcontextprotocol/server-${server}`, `mcp-server-${server}`);

const run = (file: string, ...args: readonly string[]): JsonObject => ({
  command: process.execPath,
  args: [file, ...args],
});

async function start(definition: JsonObject) {
  gateway = await startGateway({ upstreams: { u: definition } });
  await gateway.registry.settled(new AbortController().signal);
  const { state, reason, era, tools, resources, templates, prompts } = gateway.registry.get('u');
  expect(
    state,
    `${reason} ${gateway.registry
      .logs('u', 20)
      .map(({ text }) => text)
      .join('\n')}`,
  ).toBe('available');
  return { era, tools, resources, templates, prompts };
}

const call = (name: string, args: JsonObject) =>
  gateway.call({ upstream: 'u', name, params: { name, arguments: args } });

test('server-everything lists and answers over stdio', async () => {
  expect(await start(run(official('everything'), 'stdio'))).toEqual({
    era: 'legacy',
    tools: 16,
    resources: 7,
    templates: 2,
    prompts: 4,
  });
  expect(await call('echo', { message: 'hi' })).toEqual({
    kind: 'data',
    isError: false,
    value: { content: [{ type: 'text', text: 'Echo: hi' }] },
  });
});

test('server-everything reports progress', async () => {
  await start(run(official('everything'), 'stdio'));
  const seen: JsonObject[] = [];
  await gateway.call({
    upstream: 'u',
    name: 'trigger-long-running-operation',
    params: { name: 'x', arguments: { duration: 0.2, steps: 2 } },
    channels: { progress: (progress) => void seen.push(progress) },
  });
  expect(seen).toEqual([
    { progress: 1, total: 2 },
    { progress: 2, total: 2 },
  ]);
});

test('server-everything asks the caller, over stdio and over HTTP', async () => {
  const channels = {
    capabilities: { elicitation: {}, sampling: {} },
    ask: async () => ({
      model: 'm',
      role: 'assistant',
      content: { type: 'text', text: 'the sampled answer' },
    }),
  };
  const ask = async () => {
    const params = { name: 'x', arguments: { prompt: 'p', maxTokens: 5 } };
    return gateway.call({ upstream: 'u', name: 'trigger-sampling-request', params, channels });
  };
  await start(run(official('everything'), 'stdio'));
  expect(JSON.stringify(await ask())).toContain('the sampled answer');
  await gateway.stop();
  await startOverHttp();
  expect(JSON.stringify(await ask())).toContain('the sampled answer');
});

test('server-everything lists and answers over Streamable HTTP, started for its URL', async () => {
  expect(await startOverHttp()).toMatchObject({ era: 'legacy', tools: 16, prompts: 4 });
  expect(await call('echo', { message: 'hi' })).toMatchObject({
    value: { content: [{ type: 'text', text: 'Echo: hi' }] },
  });
});

async function startOverHttp() {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}/mcp`;
  return start({
    url,
    run: { ...run(official('everything'), 'streamableHttp'), env: { PORT: String(port) } },
  });
}

test('server-filesystem lists, and reads a file it may read', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'signalbox-'));
  try {
    await writeFile(join(folder, 'a.txt'), 'the text');
    expect(await start(run(official('filesystem'), folder))).toMatchObject({ era: 'legacy', tools: 14 });
    const answer = await call('read_text_file', { path: join(folder, 'a.txt') });
    expect(answer).toMatchObject({ kind: 'data', value: { structuredContent: { content: 'the text' } } });
    expect(await call('read_text_file', { path: '/etc/passwd' })).toMatchObject({
      kind: 'data',
      isError: true,
    });
  } finally {
    await rm(folder, { recursive: true });
  }
});

test('server-memory lists and answers', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'signalbox-'));
  try {
    const definition = {
      ...run(official('memory')),
      env: { MEMORY_FILE_PATH: join(folder, 'memory.jsonl') },
    };
    expect(await start(definition)).toMatchObject({ era: 'legacy', tools: 9 });
    expect(await call('read_graph', {})).toMatchObject({
      value: { structuredContent: { entities: [], relations: [] } },
    });
  } finally {
    await rm(folder, { recursive: true });
  }
});

test('server-sequential-thinking lists and answers', async () => {
  expect(await start(run(official('sequential-thinking')))).toMatchObject({ era: 'legacy', tools: 1 });
  const thought = { thought: 'one', nextThoughtNeeded: false, thoughtNumber: 1, totalThoughts: 1 };
  expect(await call('sequentialthinking', thought)).toMatchObject({
    value: { structuredContent: { thoughtNumber: 1 } },
  });
});

test('context7 is modern and lists', async () => {
  expect(await start(run(binOf('@upstash/context7-mcp', 'context7-mcp')))).toMatchObject({
    era: 'modern',
    tools: 2,
  });
});

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer();
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
}
