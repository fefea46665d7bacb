import { fileURLToPath } from 'node:url';
import {
  addUpstream,
  getUpstream,
  getUpstreamLogs,
  listTools,
  listUpstreams,
  removeUpstream,
  restartUpstream,
  testUpstream,
} from '@signalbox/api';
import { runCall } from '@signalbox/client';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { waitForUpstream } from '../../src/wait-for-upstream.ts';
import { type AppHub, startAppHub } from '../support/start-app-hub.ts';

const server = fileURLToPath(new URL('../fixtures/tiny-mcp-server.mjs', import.meta.url));
const definition = { command: process.execPath, args: [server], env: { TINY_TOKEN: 'hunter2' } };
const { signal } = new AbortController();

let hub: AppHub;
beforeAll(async () => {
  hub = await startAppHub();
});
afterAll(() => hub[Symbol.asyncDispose]());

test('an upstream is added, called, looked into, restarted and removed', async () => {
  const { client } = hub;
  const added = await client.request(addUpstream, { body: { name: 'tiny', definition } });
  expect(added).toMatchObject({ name: 'tiny', origin: 'store', transport: 'stdio' });
  expect(await waitForUpstream(client, 'tiny', 20_000, signal)).toMatchObject({
    state: 'available',
    tools: 3,
    serverName: 'tiny',
  });
  const tools = await client.request(listTools, { query: { source: 'tiny' } });
  expect(tools.items.map(({ name }) => name)).toEqual(['tiny__ask', 'tiny__echo', 'tiny__env']);
  const outcome = await runCall(client, { kind: 'tool', target: 'tiny__echo', arguments: { message: 'hi' } });
  expect(outcome.value['content']).toEqual([{ type: 'text', text: '{"message":"hi"}' }]);
  const { items } = await client.request(getUpstreamLogs, { params: { name: 'tiny' }, query: {} });
  expect(items.map(({ text }) => text)).toContain('tiny server is up');
  const tested = await client.request(testUpstream, { params: { name: 'tiny' } });
  expect(tested).toMatchObject({ ok: true });
  await client.request(restartUpstream, { params: { name: 'tiny' } });
  expect(await waitForUpstream(client, 'tiny', 20_000, signal)).toMatchObject({ state: 'available' });
  await expect(client.request(addUpstream, { body: { name: 'tiny', definition } })).rejects.toMatchObject({
    code: 'conflict',
  });
  const page = await client.request(listUpstreams, { query: {} });
  expect(JSON.stringify(page)).not.toContain('hunter2');
  expect(await client.request(removeUpstream, { params: { name: 'tiny' } })).toEqual({ name: 'tiny' });
  await expect(client.request(getUpstream, { params: { name: 'tiny' } })).rejects.toMatchObject({
    code: 'not_found',
  });
});

test.each([
  ['a name with capitals', { name: 'Tiny', definition }],
  ['a definition with an unknown member', { name: 'x', definition: { ...definition, comand: 'x' } }],
])('%s is refused before anything starts', async (_, body) => {
  await expect(hub.client.request(addUpstream, { body })).rejects.toMatchObject({ code: 'invalid_params' });
});
