import { isJsonObject, type JsonObject } from '@signalbox/sdk';
import { FakeClock } from '@signalbox/testkit';
import { expect, test } from 'vitest';
import { enveloped, version } from '../support/modern.ts';
import { type McpHub, startMcpHub } from '../support/start-mcp-hub.ts';
import { entries, openEverything, questions } from './everything.ts';
import { overLines, overModernHttp } from './lines.ts';
import { answerTo, RecordedClient, type RecordedLine } from './recorded-client.ts';

const can = 'io.modelcontextprotocol/clientCapabilities';
const asked = { elicitation: { form: {}, url: {} }, sampling: { tools: {} }, roots: {} };
const tasks = { extensions: { 'io.modelcontextprotocol/tasks': {} } };

const loud = { progressToken: 'p', 'io.modelcontextprotocol/logLevel': 'debug' };

async function useEverything(client: RecordedClient): Promise<void> {
  await client.request('server/discover', enveloped());
  const { result } = await client.request('tools/list', enveloped());
  const cursor = isJsonObject(result) ? (result['nextCursor'] ?? null) : null;
  await client.request('tools/list', enveloped({ cursor }));
  for (const list of ['resources/list', 'resources/templates/list', 'prompts/list'])
    await client.request(list, enveloped());
  await client.request('resources/read', enveloped({ uri: 'x://1' }));
  await client.request('prompts/get', enveloped({ name: 'a__p', arguments: { a: '1' } }));
  const ref = { type: 'ref/prompt', name: 'a__p' };
  await client.request('completion/complete', enveloped({ ref, argument: { name: 'a', value: '' } }));
  for (const { name } of entries().filter(({ kind, name }) => kind === 'tool' && name !== 'hold'))
    await client.request('tools/call', enveloped({ name: `a__${name}`, arguments: {} }, loud));
}

async function answerRounds(client: RecordedClient): Promise<void> {
  for (const tool of Object.keys(questions)) {
    const params = { name: `a__${tool}`, arguments: {} };
    const { result } = await client.request('tools/call', enveloped(params, { [can]: asked }));
    const { inputRequests, requestState } = result as JsonObject;
    const given = Object.entries(isJsonObject(inputRequests) ? inputRequests : {});
    const inputResponses = Object.fromEntries(
      given.map(([key, question]) => [key, answerTo(question as JsonObject)]),
    );
    const retry = { ...params, inputResponses, requestState: requestState ?? null };
    await client.request('tools/call', enveloped(retry, { [can]: asked }));
  }
}

async function wrongRequests(client: RecordedClient): Promise<void> {
  await client.request('tools/call', enveloped({ name: 'absent' }));
  await client.request('tools/call', enveloped({ name: 'a__rich', arguments: { x: 5 } }));
  await client.request('resources/read', enveloped({ uri: 'absent://1' }));
  await client.request('nothing/here', enveloped());
  await client.request('tools/list', enveloped({ cursor: 'no' }));
  await client.request(
    'tools/list',
    enveloped({}, { 'io.modelcontextprotocol/protocolVersion': '2099-01-01' }),
  );
  await client.request('tools/list', enveloped({}, { [can]: 5 }));
  await client.request('tasks/get', enveloped({ taskId: 'absent' }, { [can]: tasks }));
  await client.request('tasks/get', enveloped({ taskId: 'absent' }));
  await client.request('subscriptions/listen', enveloped({ notifications: 5 }));
  const state = { name: 'a__plain', arguments: {}, requestState: 'forged' };
  await client.request('tools/call', enveloped(state));
}

async function watchChanges(
  client: RecordedClient,
  source: ReturnType<typeof openEverything>,
  taskId: string,
): Promise<number> {
  const notifications = {
    toolsListChanged: true,
    promptsListChanged: true,
    resourcesListChanged: true,
    resourceSubscriptions: ['x://1'],
    taskIds: [taskId],
  };
  const id = client.begin('subscriptions/listen', enveloped({ notifications }, { [can]: tasks }));
  await client.until(({ method }) => method === 'notifications/subscriptions/acknowledged');
  source.touch();
  await client.until(({ method }) => method === 'notifications/resources/updated');
  source.publish(entries(true));
  await client.until(({ method }) => method === 'notifications/tools/list_changed');
  source.publish(entries().filter(({ kind }) => kind === 'tool'));
  await client.until(({ method }) => method === 'notifications/prompts/list_changed');
  await client.until(({ method }) => method === 'notifications/resources/list_changed');
  return id;
}

/** Makes a task of a tool that takes as long as the clock does; gives its id. */
async function makeTask(client: RecordedClient, clock: FakeClock, name: string): Promise<string> {
  const id = client.begin(
    'tools/call',
    enveloped({ name: `a__${name}`, arguments: {} }, { [can]: { ...asked, ...tasks } }),
  );
  clock.advance(10_000);
  const { result } = await client.until((message) => message['id'] === id);
  return (result as JsonObject)['taskId'] as string;
}

async function useTasks(client: RecordedClient, hub: McpHub, clock: FakeClock): Promise<string> {
  const of = (taskId: string, more: JsonObject = {}): JsonObject =>
    enveloped({ taskId, ...more }, { [can]: tasks });
  const held = await makeTask(client, clock, 'hold');
  await client.request('tasks/get', of(held));
  const other = await makeTask(client, clock, 'hold');
  await client.request('tasks/cancel', of(other));
  await client.request('tasks/get', of(other));
  const failing = await makeTask(client, clock, 'hold');
  (await hub.shop.call(3)).fail(new Error('broken'));
  await client.request('tasks/get', of(failing));
  await client.request('tasks/update', of(held, { inputResponses: {} }));
  return held;
}

const ways: readonly (readonly [string, (hub: McpHub) => RecordedLine])[] = [
  ['standard streams', overLines],
  ['Streamable HTTP', overModernHttp],
];

test.each(ways)('all that a client of 2026-07-28 is sent over %s is valid', async (way, open) => {
  const clock = new FakeClock();
  await using hub = await startMcpHub({ clock, settings: { limits: { pageSize: 10 } } });
  const source = openEverything(hub);
  clock.advance(50);
  const client = new RecordedClient(version, open(hub), clock);
  await useEverything(client);
  await answerRounds(client);
  await wrongRequests(client);
  const taskId = await useTasks(client, hub, clock);
  const listening = await watchChanges(client, source, taskId);
  (await hub.shop.call(1)).answer();
  await client.until(({ method }) => method === 'notifications/tasks');
  await client.request('tasks/get', enveloped({ taskId }, { [can]: tasks }));
  await hub.stop();
  await client.until(({ id, method }) => id === listening && method === undefined);
  expect(client.problems()).toEqual([]);
  expect(client.kinds()).toEqual(way === 'standard streams' ? sent : overHttp(sent));
});

/** Over HTTP a version the headers do not repeat is a contradiction first. */
const overHttp = (kinds: readonly string[]): readonly string[] =>
  kinds.map((kind) => (kind === 'error -32022' ? 'error -32020' : kind)).sort();

const sent = [
  'completion/complete: complete',
  'error -31403',
  'error -31429',
  'error -31502',
  'error -31504',
  'error -31999',
  'error -32021',
  'error -32022',
  'error -32601',
  'error -32602',
  'error -32603',
  'notifications/message',
  'notifications/progress',
  'notifications/prompts/list_changed',
  'notifications/resources/list_changed',
  'notifications/resources/updated',
  'notifications/subscriptions/acknowledged',
  'notifications/tasks',
  'notifications/tools/list_changed',
  'prompts/get: complete',
  'prompts/list: complete',
  'resources/list: complete',
  'resources/read: complete',
  'resources/templates/list: complete',
  'server/discover: complete',
  'subscriptions/listen: complete',
  'tasks/cancel: complete',
  'tasks/get: complete',
  'tasks/update: complete',
  'tools/call: complete',
  'tools/call: input_required',
  'tools/call: task',
  'tools/list: complete',
];
