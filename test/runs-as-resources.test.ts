import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { ResourceUpdatedNotificationSchema } from '@modelcontextprotocol/sdk/types.js';
import directory from '@signalbox/directory';
import engineEmbedded from '@signalbox/engine-embedded';
import mcp from '@signalbox/mcp';
import scheduler from '@signalbox/scheduler';
import { isJsonObject, type JsonObject, type Principal } from '@signalbox/sdk';
import storeSqlite from '@signalbox/store-sqlite';
import { startTestHub, type TestHub } from '@signalbox/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';

let hub: TestHub;

beforeAll(async () => {
  hub = await startTestHub({
    extensions: [storeSqlite, directory, engineEmbedded, scheduler, mcp],
    settings: { engine: { pollMs: 100 } },
  });
});

afterAll(() => hub.stop());

async function use(name: string, args: JsonObject = {}): Promise<JsonObject> {
  const result = await hub.call('tool', name, { arguments: args });
  if (result.kind === 'data') return result.value;
  throw new TypeError(`"${name}" gave ${result.kind}`);
}

function idOf({ structuredContent: value }: JsonObject, member = 'id'): string {
  const id = isJsonObject(value) ? value[member] : undefined;
  if (typeof id === 'string') return id;
  throw new TypeError(`no "${member}" in ${JSON.stringify(value)}`);
}

const asking: JsonObject = {
  title: 'asks',
  schedule_kind: 'manual',
  payload: { pipeline: [{ id: 'ok', approve: { message: 'Well?' } }] },
};

async function begin(): Promise<{ task: string; run: string }> {
  const task = idOf(await use('create_task', asking));
  return { task, run: idOf(await use('run_task_now', { task }), 'run') };
}

async function connect(): Promise<Client & AsyncDisposable> {
  const client = new Client({ name: 'legacy', version: '1' });
  await client.connect(
    new StreamableHTTPClientTransport(new URL(`${hub.url}/mcp`), {
      requestInit: { headers: { authorization: `Bearer ${hub.key}` } },
    }),
  );
  return Object.assign(client, { [Symbol.asyncDispose]: () => client.close() });
}

async function read(client: Client, uri: string): Promise<JsonObject> {
  const { contents } = await client.readResource({ uri });
  const [first] = contents;
  const text = first && 'text' in first ? first.text : '';
  return JSON.parse(text) as JsonObject;
}

test('tasks and runs are listed and read as get_task and get_run show them', async () => {
  const { task, run } = await begin();
  await using client = await connect();
  const { resources } = await client.listResources();
  expect(resources.map(({ uri }) => uri)).toEqual(['signalbox://runs', 'signalbox://tasks']);
  const { resourceTemplates } = await client.listResourceTemplates();
  expect(resourceTemplates.map(({ uriTemplate }) => uriTemplate)).toEqual([
    'signalbox://runs/{id}',
    'signalbox://tasks/{id}',
  ]);
  expect(await read(client, `signalbox://tasks/${task}`)).toMatchObject({ id: task, title: 'asks' });
  expect(await read(client, `signalbox://runs/${run}`)).toMatchObject({ id: run, task_id: task });
  expect(await read(client, 'signalbox://tasks')).toMatchObject({ items: [{ id: task }] });
  expect(await read(client, 'signalbox://runs')).toMatchObject({ items: [{ id: run }] });
});

test('what makes a task or a run links to it', async () => {
  const made = await use('create_task', asking);
  const task = idOf(made);
  expect(made['content']).toMatchObject([{}, { type: 'resource_link', uri: `signalbox://tasks/${task}` }]);
  const ran = await use('run_task_now', { task });
  const link = { type: 'resource_link', uri: `signalbox://runs/${idOf(ran, 'run')}` };
  expect(ran['content']).toMatchObject([{}, link]);
  expect((await use('get_run', { run: idOf(ran, 'run') }))['content']).toMatchObject([{}, link]);
});

test('who may not read tasks reads and watches none, and nobody those of others', async () => {
  const { task } = await begin();
  const uri = `signalbox://tasks/${task}`;
  const as = (principal: Partial<Principal>) => ({
    principal: {
      kind: 'user',
      id: 'eve',
      org: 'local',
      level: 'trusted',
      roles: ['member'],
      ...principal,
    } as const,
  });
  const narrow = as({ scopes: ['resources:read'] });
  for (const kind of ['resource', 'subscription'] as const) {
    await expect(hub.call(kind, uri, { uri }, narrow)).rejects.toMatchObject({ code: 'insufficient_scope' });
    await expect(hub.call(kind, uri, { uri }, as({ org: 'acme' }))).rejects.toMatchObject({
      code: 'not_found',
    });
    await expect(hub.call(kind, `${uri}0`, { uri })).rejects.toMatchObject({ code: 'not_found' });
  }
});

test('a client of 2025-11-25 that subscribed is told until it takes it back', async () => {
  const { task, run } = await begin();
  await using client = await connect();
  let heard = Promise.withResolvers<string>();
  client.setNotificationHandler(ResourceUpdatedNotificationSchema, ({ params }) => heard.resolve(params.uri));
  const uri = `signalbox://runs/${run}`;
  while ((await read(client, uri))['status'] !== 'waiting');
  await client.subscribeResource({ uri });
  await use('answer_approval', { run, approved: true });
  expect(await heard.promise).toBe(uri);
  heard = Promise.withResolvers<string>();
  await client.subscribeResource({ uri: `signalbox://tasks/${task}` });
  await use('pause_task', { task });
  expect(await heard.promise).toBe(`signalbox://tasks/${task}`);
  await client.unsubscribeResource({ uri });
});

test('a client of 2026-07-28 that listens is told', async () => {
  const { run } = await begin();
  const uri = `signalbox://runs/${run}`;
  const leave = new AbortController();
  const answer = await fetch(`${hub.url}/mcp`, {
    method: 'POST',
    signal: leave.signal,
    headers: {
      authorization: `Bearer ${hub.key}`,
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
      'mcp-protocol-version': '2026-07-28',
      'mcp-method': 'subscriptions/listen',
    },
    body: JSON.stringify({
      jsonrpc: '2.0',
      id: 1,
      method: 'subscriptions/listen',
      params: {
        notifications: { resourceSubscriptions: [uri] },
        _meta: {
          'io.modelcontextprotocol/protocolVersion': '2026-07-28',
          'io.modelcontextprotocol/clientCapabilities': {},
        },
      },
    }),
  });
  let text = '';
  const reader = answer.body?.pipeThrough(new TextDecoderStream()).getReader();
  const readUntil = async (wanted: string): Promise<void> => {
    while (!text.includes(wanted)) text += (await reader?.read())?.value ?? '';
  };
  await readUntil('notifications/subscriptions/acknowledged');
  await use('cancel_run', { run });
  await readUntil('notifications/resources/updated');
  expect(text).toContain(uri);
  leave.abort();
});
