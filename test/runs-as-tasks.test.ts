import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { CallToolResultSchema, ElicitRequestSchema } from '@modelcontextprotocol/sdk/types.js';
import directory from '@signalbox/directory';
import engineEmbedded from '@signalbox/engine-embedded';
import mcp from '@signalbox/mcp';
import scheduler from '@signalbox/scheduler';
import { isJsonObject, type JsonObject } from '@signalbox/sdk';
import storeSqlite from '@signalbox/store-sqlite';
import { startTestHub, type TestHub } from '@signalbox/testkit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

let hub: TestHub;
let dataDir: string;

const start = (): Promise<TestHub> =>
  startTestHub({
    extensions: [storeSqlite, directory, engineEmbedded, scheduler, mcp],
    settings: { engine: { pollMs: 100 } },
    dataDir,
  });

beforeAll(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'signalbox-runs-'));
  hub = await start();
});

afterAll(async () => {
  await hub.stop();
  rmSync(dataDir, { recursive: true, force: true });
});

async function use(name: string, args: JsonObject = {}): Promise<JsonObject> {
  const result = await hub.call('tool', name, { arguments: args });
  const value = result.kind === 'data' ? result.value['structuredContent'] : undefined;
  if (isJsonObject(value)) return value;
  throw new TypeError(`"${name}" gave ${JSON.stringify(result)}`);
}

/** Publishes a pipeline that asks, and gives what was answered. */
async function publishAsking(name: string, approve: JsonObject = {}): Promise<JsonObject> {
  const pipeline = [{ id: 'ok', approve: { message: `May ${name} go on?`, ...approve } }];
  const payload = { pipeline, output: { answered: '${steps.ok}' } };
  return use('create_task', { title: name, schedule_kind: 'manual', payload, publish_as: { name } });
}

async function modern(method: string, params: JsonObject, name: string): Promise<JsonObject> {
  const capabilities = { elicitation: {}, extensions: { 'io.modelcontextprotocol/tasks': {} } };
  const _meta = {
    'io.modelcontextprotocol/protocolVersion': '2026-07-28',
    'io.modelcontextprotocol/clientCapabilities': capabilities,
  };
  const answer = await fetch(`${hub.url}/mcp`, {
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

async function begin(name: string, args: JsonObject = {}): Promise<string> {
  const created = await modern('tools/call', { name, arguments: args }, name);
  expect(created).toMatchObject({ resultType: 'task', status: 'working' });
  return created['taskId'] as string;
}

/** Looks at a task until it is as wanted; fails when it ends otherwise. */
async function until(
  taskId: string,
  wanted: string,
  fits: (task: JsonObject) => boolean = () => true,
): Promise<JsonObject> {
  for (;;) {
    const task = await modern('tasks/get', { taskId }, taskId);
    if (task['status'] === wanted && fits(task)) return task;
    expect(['working', 'input_required', wanted]).toContain(task['status']);
    await new Promise<void>((resolve) => setImmediate(resolve));
  }
}

async function answer(taskId: string, said: JsonObject): Promise<JsonObject> {
  const { inputRequests } = await until(taskId, 'input_required');
  const requests = isJsonObject(inputRequests) ? inputRequests : {};
  const [key = '', request] = Object.entries(requests)[0] ?? [];
  await modern('tasks/update', { taskId, inputResponses: { [key]: said } }, taskId);
  return isJsonObject(request) ? request : {};
}

async function runsOf(task: JsonObject): Promise<readonly JsonObject[]> {
  const { items } = await use('list_runs', { task: task['id'] ?? '' });
  return items as JsonObject[];
}

async function connectLegacy(action: 'accept' | 'decline' = 'accept') {
  const client = new Client({ name: 'legacy', version: '1' }, { capabilities: { elicitation: {} } });
  const questions: string[] = [];
  client.setRequestHandler(ElicitRequestSchema, ({ params }) => {
    questions.push(params.message);
    return action === 'accept' ? { action, content: { approve: true } } : { action };
  });
  await client.connect(
    new StreamableHTTPClientTransport(new URL(`${hub.url}/mcp`), {
      requestInit: { headers: { authorization: `Bearer ${hub.key}` } },
    }),
  );
  return { client, questions, [Symbol.asyncDispose]: () => client.close() };
}

describe('a published pipeline, for a modern client that takes tasks,', () => {
  test('is a task that asks what the run asks, and ends with its output', async () => {
    const task = await publishAsking('ask_modern');
    const taskId = await begin('ask_modern');
    const question = await answer(taskId, { action: 'accept', content: { approve: true } });
    expect(question).toMatchObject({
      method: 'elicitation/create',
      params: {
        message: 'ask_modern: May ask_modern go on?',
        requestedSchema: {
          type: 'object',
          properties: { approve: { type: 'boolean' } },
          required: ['approve'],
        },
      },
    });
    const { result } = await until(taskId, 'completed');
    expect(result).toMatchObject({ structuredContent: { answered: { decision: 'approved' } } });
    expect(await runsOf(task)).toMatchObject([{ status: 'succeeded', trigger: 'tool' }]);
  });

  test('asks with the form the question has, again where the answer does not fit it', async () => {
    const schema = {
      type: 'object',
      properties: { hours: { type: 'integer', maximum: 3 } },
      required: ['hours'],
    };
    await publishAsking('ask_hours', { schema });
    const taskId = await begin('ask_hours');
    const first = await answer(taskId, { action: 'accept', content: { hours: 5 } });
    expect(first).toMatchObject({ params: { requestedSchema: schema } });
    await until(taskId, 'input_required', (task) =>
      JSON.stringify(task).includes('The answer before did not fit: hours'),
    );
    await answer(taskId, { action: 'accept', content: { hours: 2 } });
    const { result } = await until(taskId, 'completed');
    expect(JSON.stringify(result)).toContain('"hours":2');
  });

  test('whose question is declined has a run that failed, and says where', async () => {
    await publishAsking('ask_declined');
    const taskId = await begin('ask_declined');
    await answer(taskId, { action: 'decline' });
    const { result } = await until(taskId, 'completed');
    expect(result).toMatchObject({ isError: true });
    expect(JSON.stringify(result)).toMatch(/failed at the step \\"ok\\"/);
  });

  test('takes the question back when somebody else has answered it', async () => {
    const task = await publishAsking('ask_both');
    const taskId = await begin('ask_both');
    await until(taskId, 'input_required');
    const [run] = await runsOf(task);
    await use('answer_approval', { run: run?.['id'] ?? '', approved: true });
    const ended = await until(taskId, 'completed');
    expect(ended).not.toHaveProperty('inputRequests');
  });

  test('works on and says for whom it waits where the question is not for the caller', async () => {
    const task = await publishAsking('ask_ana', { assignees: ['ana', 'role:auditor'] });
    const taskId = await begin('ask_ana');
    await until(
      taskId,
      'working',
      ({ statusMessage }) => statusMessage === 'step "ok" waits for an answer of ana, role:auditor',
    );
    await modern('tasks/cancel', { taskId }, taskId);
    await until(taskId, 'cancelled');
    while ((await runsOf(task))[0]?.['status'] !== 'canceled');
  });

  test('is cancelled when its run is', async () => {
    const task = await publishAsking('ask_nobody');
    const taskId = await begin('ask_nobody');
    await until(taskId, 'input_required');
    const [run] = await runsOf(task);
    await use('cancel_run', { run: run?.['id'] ?? '' });
    expect(await until(taskId, 'cancelled')).toMatchObject({
      statusMessage: expect.stringMatching(/was canceled/),
    });
  });
});

test('run_task_now is a task that ends with its run', async () => {
  const task = await publishAsking('run_by_hand');
  const taskId = await begin('run_task_now', { task: task['id'] ?? '' });
  await answer(taskId, { action: 'accept', content: { approve: true } });
  const { result } = await until(taskId, 'completed');
  expect(result).toMatchObject({
    structuredContent: {
      status: 'fired',
      outcome: 'succeeded',
      output: { answered: { decision: 'approved' } },
    },
  });
});

describe('for a client of 2025-11-25', () => {
  test('a published pipeline is a core task that asks on the stream of its result', async () => {
    const task = await publishAsking('ask_legacy');
    await using legacy = await connectLegacy();
    const stream = legacy.client.experimental.tasks.callToolStream(
      { name: 'ask_legacy', arguments: {} },
      CallToolResultSchema,
      { task: { ttl: 60_000 } },
    );
    const kinds: string[] = [];
    let last: unknown;
    for await (const message of stream) {
      kinds.push(message.type);
      last = message;
    }
    expect([kinds[0], kinds.at(-1)]).toEqual(['taskCreated', 'result']);
    expect(JSON.stringify(last)).toContain('"decision":"approved"');
    expect(legacy.questions).toEqual(['ask_legacy: May ask_legacy go on?']);
    expect(await runsOf(task)).toHaveLength(1);
  });

  test('a call that is no task waits, is asked, and gets the outcome', async () => {
    await publishAsking('ask_waiting');
    await using legacy = await connectLegacy();
    const { content, structuredContent } = await legacy.client.callTool({
      name: 'ask_waiting',
      arguments: {},
    });
    expect(structuredContent).toMatchObject({ answered: { decision: 'approved' } });
    expect(JSON.stringify(content)).toContain('approved');
    expect(legacy.questions).toHaveLength(1);
  });

  test('run_task_now that is no task answers at once with the run', async () => {
    const task = await publishAsking('at_once');
    await using legacy = await connectLegacy();
    const { structuredContent } = await legacy.client.callTool({
      name: 'run_task_now',
      arguments: { task: task['id'] ?? '' },
    });
    expect(structuredContent).toEqual({
      occurrence: expect.any(String),
      status: 'fired',
      is_new: true,
      run: expect.any(String),
    });
  });
});

test('tasks of both eras go on with the same run when the hub has been away', async () => {
  const asking = await publishAsking('ask_later');
  const byHand = await publishAsking('hand_later');
  const first = await begin('ask_later');
  const second = await begin('run_task_now', { task: byHand['id'] ?? '' });
  await until(first, 'input_required');
  await until(second, 'input_required');
  const legacy = await connectLegacy();
  const stream = legacy.client.experimental.tasks.callToolStream(
    { name: 'ask_later', arguments: {} },
    CallToolResultSchema,
    { task: { ttl: 60_000 } },
  );
  const created = await stream.next();
  const third = (created.value as { task: { taskId: string } }).task.taskId;
  await until(third, 'input_required');
  await stream.return(undefined);
  await legacy.client.close();
  await hub.stop();
  hub = await start();
  for (const taskId of [first, second, third]) {
    await answer(taskId, { action: 'accept', content: { approve: true } });
    await until(taskId, 'completed');
  }
  expect(await runsOf(asking)).toMatchObject([{ status: 'succeeded' }, { status: 'succeeded' }]);
  expect(await runsOf(byHand)).toMatchObject([{ status: 'succeeded' }]);
});
