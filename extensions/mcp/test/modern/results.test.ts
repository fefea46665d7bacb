import type { JsonObject } from '@signalbox/sdk';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ask, callTool } from '../support/modern.ts';
import { type McpHub, startMcpHub } from '../support/start-mcp-hub.ts';
import { data, text, tools } from '../support/workshop.ts';

let hub: McpHub;

beforeAll(async () => {
  hub = await startMcpHub({
    settings: {
      mcp: { listTtlMs: 1_234 },
      limits: { pageSize: 2 },
      endpoints: { small: { include: ['a/one'], naming: 'plain' } },
    },
  });
  hub.shop.open(
    'a',
    [
      ...tools('one', 'two', 'fails', 'refuses', 'bytes', 'strict'),
      {
        kind: 'tool',
        name: 'needs',
        definition: { name: 'needs', inputSchema: { type: 'object', required: ['x'] } },
      },
      { kind: 'resource', name: 'x://1', definition: { uri: 'x://1', name: 'x' } },
      { kind: 'template', name: 'x://{id}', definition: { uriTemplate: 'x://{id}', name: 'x' } },
      { kind: 'prompt', name: 'p', definition: { name: 'p' } },
    ],
    ({ originalName, request }) => {
      if (originalName === 'fails')
        return data({ content: [{ type: 'text', text: 'no' }], isError: true }, true);
      if (originalName === 'bytes') {
        const answer = {
          jsonrpc: '2.0',
          id: request.rawAnswerId ?? null,
          result: { resultType: 'complete', raw: true },
        };
        return { kind: 'bytes', bytes: Buffer.from(JSON.stringify(answer)) };
      }
      if (request.kind === 'resource') return data({ contents: [{ uri: originalName, text: 'x' }] });
      if (request.kind === 'prompt') return data({ messages: [] });
      if (request.kind === 'completion') return data({ completion: { values: ['v'] } });
      return text('ok');
    },
  );
});

afterAll(() => hub.stop());

const serverInfo = { name: 'signalbox', title: 'Signalbox', version: '0.0.0-test' };
const _meta = { 'io.modelcontextprotocol/serverInfo': serverInfo };
const list = { resultType: 'complete', ttlMs: 1_234, cacheScope: 'private', _meta };
const inputSchema = { type: 'object' };

describe('a result', () => {
  test.each<[string, JsonObject, JsonObject]>([
    [
      'tools/list',
      {},
      {
        ...list,
        tools: [
          { name: 'a__bytes', inputSchema },
          { name: 'a__fails', inputSchema },
        ],
        nextCursor: expect.any(String) as never,
      },
    ],
    ['resources/list', {}, { ...list, resources: [{ uri: 'x://1', name: 'x' }] }],
    [
      'resources/templates/list',
      {},
      { ...list, resourceTemplates: [{ uriTemplate: 'x://{id}', name: 'x' }] },
    ],
    ['prompts/list', {}, { ...list, prompts: [{ name: 'a__p' }] }],
    [
      'resources/read',
      { uri: 'x://7' },
      {
        resultType: 'complete',
        ttlMs: 0,
        cacheScope: 'private',
        contents: [{ uri: 'x://7', text: 'x' }],
        _meta,
      },
    ],
    ['prompts/get', { name: 'a__p' }, { resultType: 'complete', messages: [], _meta }],
    [
      'tools/call',
      { name: 'a__one' },
      { resultType: 'complete', content: [{ type: 'text', text: 'ok' }], _meta },
    ],
    [
      'tools/call',
      { name: 'a__fails' },
      { resultType: 'complete', content: [{ type: 'text', text: 'no' }], isError: true, _meta },
    ],
    ['tools/call', { name: 'a__bytes' }, { resultType: 'complete', raw: true }],
    [
      'completion/complete',
      { ref: { type: 'ref/prompt', name: 'a__p' }, argument: { name: 'n', value: 'v' } },
      { resultType: 'complete', completion: { values: ['v'] }, _meta },
    ],
    [
      'completion/complete',
      { ref: { type: 'ref/resource', uri: 'x://{id}' }, argument: { name: 'id', value: 'v' } },
      { resultType: 'complete', completion: { values: ['v'] }, _meta },
    ],
  ])('of %s with %j is marked, named, and says how long it may be kept', async (method, params, result) => {
    const answer = await ask(hub, method, params, { id: 'an id' });
    expect([answer.status, answer.headers['content-type'], await answer.json()]).toEqual([
      200,
      'application/json',
      { jsonrpc: '2.0', id: 'an id', result },
    ]);
  });

  test('of server/discover says what is spoken and what there is', async () => {
    const { result } = await (await ask(hub, 'server/discover')).json();
    expect(result).toEqual({
      ...list,
      supportedVersions: ['2026-07-28', '2025-11-25', '2025-06-18', '2025-03-26', '2024-11-05'],
      capabilities: {
        tools: { listChanged: true },
        resources: { listChanged: true, subscribe: true },
        prompts: { listChanged: true },
        completions: {},
        logging: {},
        extensions: { 'io.modelcontextprotocol/tasks': {} },
      },
      instructions:
        'A Signalbox hub in front of several upstreams. Tools and prompts of an upstream are named upstream__name.',
    });
  });

  test('keeps the id as it came: "1" and 1 are two', async () => {
    for (const id of ['1', 1, 0, -5, '', 'ä', 2 ** 53 - 1])
      expect((await (await callTool(hub, 'a__one', {}, { id })).json())['id']).toBe(id);
  });

  test('of the second page goes on after the first', async () => {
    const names: unknown[] = [];
    let cursor: string | undefined;
    do {
      const answer = await ask(hub, 'tools/list', cursor === undefined ? {} : { cursor });
      const result = (await answer.json())['result'] as { tools: { name: string }[]; nextCursor?: string };
      names.push(...result.tools.map(({ name }) => name));
      cursor = result.nextCursor;
    } while (cursor !== undefined);
    expect(names).toEqual(
      ['bytes', 'fails', 'needs', 'one', 'refuses', 'strict', 'two'].map((name) => `a__${name}`),
    );
  });

  test('of a named endpoint and of one upstream has the names of the view', async () => {
    const namesAt = async (path: string) => {
      const result = (await (await ask(hub, 'tools/list', {}, { path })).json())['result'] as {
        tools: { name: string }[];
      };
      return result.tools.map(({ name }) => name);
    };
    expect([await namesAt('/e/small/mcp'), await namesAt('/u/a/mcp')]).toEqual([['one'], ['bytes', 'fails']]);
    expect((await callTool(hub, 'one', {}, { path: '/e/small/mcp' })).status).toBe(200);
  });
});

describe('an error of a call', () => {
  test.each<[string, JsonObject, number]>([
    ['tools/call', { name: 'a__absent' }, -32602],
    ['tools/call', { name: 'x'.repeat(8_193) }, -32602],
    ['tools/call', {}, -32602],
    ['tools/call', { name: '' }, -32602],
    ['resources/read', { uri: 'y://absent' }, -32602],
    ['prompts/get', { name: 'a__absent' }, -32602],
    ['tools/list', { cursor: 'made-up' }, -32602],
    ['tools/list', { cursor: 5 }, -32602],
    ['completion/complete', {}, -32602],
    ['completion/complete', { ref: { type: 'ref/tool', name: 'a__one' } }, -32602],
    ['subscriptions/listen', {}, -32602],
    ['subscriptions/listen', { notifications: { resourceSubscriptions: 'x' } }, -32602],
  ])('%s with %j', async (method, params, code) => {
    const answer = await ask(hub, method, params, { id: 9 });
    const body = await answer.json();
    expect(body).toMatchObject({ jsonrpc: '2.0', id: 9, error: { code } });
  });

  test('for wrong arguments is a result the model can read', async () => {
    const { result } = await (await callTool(hub, 'a__needs')).json();
    expect(result).toMatchObject({
      resultType: 'complete',
      isError: true,
      content: [
        {
          type: 'text',
          text: 'the arguments of "a__needs" do not fit its schema: / must have required property \'x\'',
        },
      ],
    });
  });
});

describe('the accept header', () => {
  test.each([
    ['text/plain', 406],
    ['text/html, image/png', 406],
    ['application/json', 200],
    ['application/json, text/event-stream', 200],
    ['*/*', 200],
    ['application/json;q=0.9, text/event-stream;q=0.1', 200],
  ])('%s is answered with %i', async (accept, status) => {
    expect((await callTool(hub, 'a__one', {}, { headers: { accept } })).status).toBe(status);
  });
});
