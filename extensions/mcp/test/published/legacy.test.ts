import { isJsonObject, type JsonObject } from '@signalbox/sdk';
import { FakeClock } from '@signalbox/testkit';
import { expect, test } from 'vitest';
import { openSession } from '../support/legacy.ts';
import { type McpHub, startMcpHub } from '../support/start-mcp-hub.ts';
import { entries, openEverything, questions } from './everything.ts';
import { overLines, overSession } from './lines.ts';
import { RecordedClient, type RecordedLine } from './recorded-client.ts';

const versions = ['2024-11-05', '2025-03-26', '2025-06-18', '2025-11-25'] as const;
type Version = (typeof versions)[number];
const capabilities = { elicitation: { form: {}, url: {} }, sampling: { tools: {} }, roots: {} };

async function useEverything(client: RecordedClient, hub: McpHub): Promise<void> {
  await client.request('ping');
  await client.request('logging/setLevel', { level: 'debug' });
  const { result } = await client.request('tools/list');
  if (isJsonObject(result)) await client.request('tools/list', { cursor: result['nextCursor'] ?? null });
  for (const list of ['resources/list', 'resources/templates/list', 'prompts/list'])
    await client.request(list);
  await client.request('resources/read', { uri: 'x://1' });
  await client.request('prompts/get', { name: 'a__p', arguments: { a: '1' } });
  const ref = { type: 'ref/prompt', name: 'a__p' };
  await client.request('completion/complete', { ref, argument: { name: 'a', value: '' } });
  for (const { name } of entries().filter(({ kind, name }) => kind === 'tool' && name !== 'hold'))
    await client.request('tools/call', { name: `a__${name}`, arguments: {}, _meta: { progressToken: 7 } });
  await wrongRequests(client, hub);
}

async function wrongRequests(client: RecordedClient, hub: McpHub): Promise<void> {
  await client.request('tools/call', { name: 'absent' });
  await client.request('tools/call', { name: 'a__rich', arguments: { x: 5 } });
  await client.request('resources/read', { uri: 'absent://1' });
  await client.request('nothing/here');
  await client.request('tools/list', { cursor: 'no' });
  const held = client.begin('tools/call', { name: 'a__hold' });
  await hub.shop.call(1);
  client.notify('notifications/cancelled', { requestId: held });
  // A question that is taken back.
  const before = new Set(client.received().map(({ id }) => id));
  const asking = client.begin('tools/call', { name: 'a__ask-roots' });
  await client.until(({ method, id }) => method === 'roots/list' && !before.has(id), false);
  client.notify('notifications/cancelled', { requestId: asking });
  await client.request('ping');
}

async function watchChanges(
  client: RecordedClient,
  source: ReturnType<typeof openEverything>,
): Promise<void> {
  await client.request('resources/subscribe', { uri: 'x://1' });
  source.touch();
  await client.until(({ method }) => method === 'notifications/resources/updated');
  source.publish(entries(true));
  await client.until(({ method }) => method === 'notifications/tools/list_changed');
  source.publish(entries().filter(({ kind }) => kind === 'tool'));
  await client.until(({ method }) => method === 'notifications/prompts/list_changed');
  await client.until(({ method }) => method === 'notifications/resources/list_changed');
  source.publish(entries());
  await client.request('resources/unsubscribe', { uri: 'x://1' });
}

async function useTasks(client: RecordedClient): Promise<void> {
  const make = async (name: string): Promise<string> => {
    const { result } = await client.request('tools/call', { name: `a__${name}`, task: { ttl: 60_000 } });
    return ((result as JsonObject)['task'] as { taskId: string }).taskId;
  };
  const done = await make('rich');
  await client.request('tasks/result', { taskId: done });
  await client.request('tasks/get', { taskId: done });
  const asked = await make('ask-form');
  await client.request('tasks/result', { taskId: asked });
  const failed = await make('foreign');
  await client.request('tasks/result', { taskId: failed });
  const held = await make('hold');
  await client.request('tasks/cancel', { taskId: held });
  await client.request('tasks/cancel', { taskId: held });
  await client.request('tasks/get', { taskId: 'absent' });
  await client.request('tasks/list');
  await client.until(({ method }) => method === 'notifications/tasks/status');
}

const ways: readonly (readonly [string, (hub: McpHub, version: Version) => Promise<RecordedLine>])[] = [
  ['standard streams', async (hub) => overLines(hub)],
  ['Streamable HTTP', async (hub, version) => overSession(await openSession(hub, { version, capabilities }))],
];
const cells = versions.flatMap((version) => ways.map(([way, open]) => ({ version, way, open })));

test.each(cells)(
  'all that a client of $version is sent over $way is valid',
  async ({ version, way, open }) => {
    const clock = new FakeClock();
    await using hub = await startMcpHub({ clock, settings: { limits: { pageSize: 10 } } });
    const source = openEverything(hub);
    clock.advance(50);
    const client = new RecordedClient(version, await open(hub, version), clock);
    if (way === 'standard streams') {
      const clientInfo = { name: 'recorded', version: '1' };
      await client.request('initialize', { protocolVersion: version, capabilities, clientInfo });
      client.notify('notifications/initialized');
    }
    await useEverything(client, hub);
    await watchChanges(client, source);
    if (version === '2025-11-25') await useTasks(client);
    expect(client.problems()).toEqual([]);
    const sampling = version < '2025-06-18' ? ['roots/list', 'sampling/createMessage'] : [];
    const asked = new Set(Object.values(questions).map(({ method }) => method as string));
    expect(client.kinds().filter((kind) => asked.has(kind))).toEqual(
      sampling.length > 0 ? sampling : ['elicitation/create', 'roots/list', 'sampling/createMessage'],
    );
    expect(client.kinds()).toEqual(expect.arrayContaining(always));
    if (version === '2025-11-25') expect(client.kinds()).toEqual(expect.arrayContaining(ofTasks));
  },
);

const always = [
  'completion/complete: result',
  'error -31429',
  'error -31999',
  'error -32601',
  'error -32602',
  'logging/setLevel: result',
  'notifications/cancelled',
  'notifications/message',
  'notifications/progress',
  'notifications/prompts/list_changed',
  'notifications/resources/list_changed',
  'notifications/resources/updated',
  'notifications/tools/list_changed',
  'ping: result',
  'prompts/get: result',
  'prompts/list: result',
  'resources/list: result',
  'resources/read: result',
  'resources/subscribe: result',
  'resources/templates/list: result',
  'resources/unsubscribe: result',
  'tools/call: result',
  'tools/list: result',
];

const ofTasks = [
  'notifications/elicitation/complete',
  'notifications/tasks/status',
  'tasks/cancel: result',
  'tasks/get: result',
  'tasks/list: result',
  'tasks/result: result',
];
