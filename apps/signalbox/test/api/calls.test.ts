import { answerAsk, type CallItem, listAudit, makeCall } from '@signalbox/api';
import { createClient, runCall } from '@signalbox/client';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type AppHub, startAppHub } from '../support/start-app-hub.ts';

let hub: AppHub;
beforeAll(async () => {
  hub = await startAppHub();
});
afterAll(() => hub[Symbol.asyncDispose]());

test('a call gives the whole MCP result', async () => {
  const outcome = await runCall(hub.client, { kind: 'tool', target: 'add', arguments: { a: 2, b: 3 } });
  expect(outcome).toEqual({
    isError: false,
    value: expect.objectContaining({ structuredContent: { sum: 5 } }),
  });
});

test('resources, prompts and completions go the same way', async () => {
  const { client } = hub;
  const read = await runCall(client, { kind: 'resource', target: 'probe://notes/1?x=y' });
  expect(read.value).toMatchObject({ contents: [{ uri: 'probe://notes/1?x=y', text: 'note text' }] });
  const got = await runCall(client, { kind: 'prompt', target: 'greet', arguments: { who: 'Ada' } });
  expect(got.value).toMatchObject({
    messages: [{ role: 'user', content: { type: 'text', text: 'Hello Ada' } }],
  });
  await expect(runCall(client, { kind: 'completion', target: 'greet' })).rejects.toMatchObject({
    code: 'invalid_params',
  });
});

test('progress and log lines come before the result, in order', async () => {
  const items: CallItem[] = [];
  for await (const item of hub.client.stream(makeCall, {
    body: { kind: 'tool', target: 'walk', arguments: { steps: 2 } },
  })) {
    items.push(item);
  }
  expect(items).toEqual([
    { type: 'started', callId: expect.any(String) },
    { type: 'progress', progress: { progress: 1, total: 2, message: 'step 1' } },
    { type: 'progress', progress: { progress: 2, total: 2, message: 'step 2' } },
    { type: 'log', message: { level: 'info', data: 'walked' } },
    {
      type: 'result',
      isError: false,
      value: expect.objectContaining({ content: [{ type: 'text', text: 'arrived' }] }),
    },
  ]);
});

test('a slow reader of endless progress costs the hub no memory, and still gets the result', async () => {
  const items: CallItem[] = [];
  for await (const item of hub.client.stream(makeCall, {
    body: { kind: 'tool', target: 'walk', arguments: { steps: 100_000 } },
  })) {
    items.push(item);
  }
  expect(items.length).toBeLessThan(300);
  expect(items.at(-1)).toMatchObject({ type: 'result' });
});

test("a tool's own failure is a result, a wrong argument an error with its code", async () => {
  expect(await runCall(hub.client, { kind: 'tool', target: 'fail' })).toMatchObject({ isError: true });
  await expect(runCall(hub.client, { kind: 'tool', target: 'none' })).rejects.toMatchObject({
    code: 'not_found',
  });
});

test('an elicitation is answered by its caller, once', async () => {
  const asked: unknown[] = [];
  const outcome = await runCall(
    hub.client,
    { kind: 'tool', target: 'ask_name' },
    {
      onAsk: (params) => {
        asked.push(params['message']);
        return Promise.resolve({ action: 'accept', content: { name: 'Ada' } });
      },
    },
  );
  expect(asked).toEqual(['Who are you?']);
  expect(outcome.value['content']).toEqual([
    { type: 'text', text: 'answer {"action":"accept","content":{"name":"Ada"}}' },
  ]);
});

test('an answer counts once, for its own call, while that call runs', async () => {
  const { client } = hub;
  const body = { action: 'accept', content: { name: 'x' } } as const;
  let ids: { callId: string; askId: string } | undefined;
  for await (const item of client.stream(makeCall, {
    body: { kind: 'tool', target: 'ask_name', canAsk: true },
  })) {
    if (item.type !== 'ask') continue;
    ids = { callId: item.callId, askId: item.askId };
    await expect(
      client.request(answerAsk, { params: { ...ids, callId: 'other' }, body }),
    ).rejects.toMatchObject({ code: 'not_found' });
    await expect(
      createClient({ url: client.url, key: 'wrong' }).request(answerAsk, { params: ids, body }),
    ).rejects.toMatchObject({ code: 'unauthenticated' });
    expect(await client.request(answerAsk, { params: ids, body })).toEqual({ accepted: true });
    await expect(client.request(answerAsk, { params: ids, body })).rejects.toMatchObject({
      code: 'not_found',
    });
  }
  await expect(
    client.request(answerAsk, { params: ids ?? { callId: 'x', askId: 'y' }, body }),
  ).rejects.toMatchObject({ code: 'not_found' });
});

test('a caller who cannot answer is not asked', async () => {
  const outcome = await runCall(hub.client, { kind: 'tool', target: 'ask_name' });
  expect(outcome.value['content']).toEqual([{ type: 'text', text: 'nobody to ask' }]);
});

test('going away cancels the call at its target', async () => {
  const away = new AbortController();
  const running = runCall(
    hub.client,
    { kind: 'tool', target: 'stuck' },
    { signal: away.signal, onProgress: () => away.abort() },
  );
  await expect(running).rejects.toMatchObject({ code: 'cancelled' });
  await hub.cancelled;
});

test('the deadline of the caller ends the call', async () => {
  await expect(runCall(hub.client, { kind: 'tool', target: 'stuck', timeoutMs: 50 })).rejects.toMatchObject({
    code: 'timeout',
  });
});

test('the audit has every call, newest first, narrowed and paged', async () => {
  const { client } = hub;
  await runCall(client, { kind: 'tool', target: 'add', arguments: { a: 1 } });
  await expect
    .poll(async () => (await client.request(listAudit, { query: { target: 'add', limit: 1 } })).items)
    .toEqual([
      expect.objectContaining({
        target: expect.objectContaining({ kind: 'tool', name: 'add', view: 'all', upstream: 'probe' }),
        outcome: 'ok',
        actor: { type: 'user', id: 'owner', level: 'anchor' },
        interface: 'api',
      }),
    ]);
  const failed = await client.request(listAudit, { query: { outcome: 'timeout' } });
  expect(failed.items.map(({ target, code }) => [target.name, code])).toEqual([['stuck', 'timeout']]);
  const first = await client.request(listAudit, { query: { limit: 2 } });
  const second = await client.request(listAudit, { query: { limit: 2, before: first.nextCursor } });
  expect(new Set([...first.items, ...second.items].map(({ id }) => id)).size).toBe(4);
  expect(first.items[1]?.at).toBeGreaterThanOrEqual(second.items[0]?.at ?? Number.POSITIVE_INFINITY);
});
