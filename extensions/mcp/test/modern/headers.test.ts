import type { JsonObject } from '@signalbox/sdk';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ask, callTool, enveloped, modernHeaders, version } from '../support/modern.ts';
import { type McpHub, note, rpc, startMcpHub } from '../support/start-mcp-hub.ts';
import { text, tools } from '../support/workshop.ts';

let hub: McpHub;
const heard: string[] = [];

const marked: JsonObject = {
  type: 'object',
  properties: {
    region: { type: 'string', 'x-mcp-header': 'Region' },
    count: { type: 'integer', 'x-mcp-header': 'Count' },
    sure: { type: 'boolean', 'x-mcp-header': 'Sure' },
  },
};

beforeAll(async () => {
  hub = await startMcpHub();
  hub.shop.open(
    'a',
    [
      ...tools('plain', 'grüße', ' padded '),
      { kind: 'tool', name: 'marked', definition: { name: 'marked', inputSchema: marked } },
      {
        kind: 'tool',
        name: 'hidden',
        definition: { name: 'hidden', inputSchema: marked },
        minLevel: 'anchor',
      },
      { kind: 'resource', name: 'x://ü', definition: { uri: 'x://ü', name: 'x' } },
    ],
    ({ originalName }) => {
      heard.push(originalName);
      return text('ok');
    },
  );
});

afterAll(() => hub.stop());

const base64 = (value: string): string => `=?base64?${Buffer.from(value).toString('base64')}?=`;

async function outcome(message: unknown, headers: { readonly [name: string]: string }) {
  heard.length = 0;
  const answer = await hub.post(message, headers);
  const body = await answer.json();
  return {
    status: answer.status,
    error: (body['error'] as JsonObject | undefined)?.['code'],
    id: body['id'],
    heard: [...heard],
  };
}

describe('headers that do not repeat the body', () => {
  const good = modernHeaders('tools/call', 'a__plain');
  const { 'mcp-protocol-version': _version, ...noVersion } = good;
  const { 'mcp-method': _method, ...noMethod } = good;
  const { 'mcp-name': _name, ...noName } = good;

  test.each<[string, { [name: string]: string }]>([
    ['no version', noVersion],
    ['another version', { ...good, 'mcp-protocol-version': '2025-11-25' }],
    ['the version twice', { ...good, 'mcp-protocol-version': `${version}, ${version}` }],
    ['no method', noMethod],
    ['another method', { ...good, 'mcp-method': 'tools/list' }],
    ['the method in capitals', { ...good, 'mcp-method': 'TOOLS/CALL' }],
    ['no name', noName],
    ['another name', { ...good, 'mcp-name': 'a__other' }],
    ['the name in capitals', { ...good, 'mcp-name': 'A__PLAIN' }],
    ['a name encoded wrongly', { ...good, 'mcp-name': '=?base64?!!?=' }],
    ['another name encoded', { ...good, 'mcp-name': base64('a__other') }],
    ['a sentinel in capitals', { ...good, 'mcp-name': base64('a__plain').replace('base64', 'BASE64') }],
    ['an empty name', { ...good, 'mcp-name': '' }],
  ])('are refused before anything runs: %s', async (_what, headers) => {
    const message = rpc(7, 'tools/call', enveloped({ name: 'a__plain', arguments: {} }));
    expect(await outcome(message, headers)).toEqual({ status: 400, error: -32020, id: 7, heard: [] });
  });

  test('are told of by name', async () => {
    const message = rpc(7, 'tools/call', enveloped({ name: 'a__plain' }));
    const { error } = await (await hub.post(message, { ...good, 'mcp-name': 'other' })).json();
    expect(error).toEqual({
      code: -32020,
      message:
        'header mismatch: the header mcp-name says "other", the body says "a__plain"; send headers that repeat the body',
    });
  });

  test.each([
    ['a__plain', 'a__plain', 'plain'],
    ['a__plain', base64('a__plain'), 'plain'],
  ])('%s as %s is the same', async (name, header, original) => {
    const message = rpc(1, 'tools/call', enveloped({ name, arguments: {} }));
    expect(await outcome(message, modernHeaders('tools/call', header))).toMatchObject({
      status: 200,
      heard: [original],
    });
  });

  test('names outside ASCII come encoded, in the view where they stand', async () => {
    for (const [method, params, value] of [
      ['tools/call', { name: 'grüße' }, 'grüße'],
      ['tools/call', { name: ' padded ' }, ' padded '],
      ['resources/read', { uri: 'x://ü' }, 'x://ü'],
    ] as const) {
      const answer = await hub.post(
        rpc(1, method, enveloped(params)),
        modernHeaders(method, base64(value)),
        '/u/a/mcp',
      );
      expect([answer.status, (await answer.json())['error']]).toEqual([200, undefined]);
    }
  });
});

describe('headers that repeat arguments', () => {
  const call = (args: JsonObject, headers: { [name: string]: string }) =>
    outcome(rpc(1, 'tools/call', enveloped({ name: 'a__marked', arguments: args })), {
      ...modernHeaders('tools/call', 'a__marked'),
      ...headers,
    });

  test.each<[JsonObject, { [name: string]: string }]>([
    [{}, {}],
    [{ region: 'us' }, { 'mcp-param-region': 'us' }],
    [{ region: 'Zürich' }, { 'mcp-param-region': base64('Zürich') }],
    [
      { region: 'us', count: 42, sure: true },
      { 'mcp-param-region': 'us', 'mcp-param-count': '42.0', 'mcp-param-sure': 'true' },
    ],
    [{ other: 1 }, { 'mcp-param-unheard-of': 'x' }],
  ])('%j with %j is let in', async (args, headers) => {
    expect(await call(args, headers)).toMatchObject({ status: 200, heard: ['marked'] });
  });

  test.each<[JsonObject, { [name: string]: string }]>([
    [{ region: 'us' }, {}],
    [{ region: 'us' }, { 'mcp-param-region': 'eu' }],
    [{}, { 'mcp-param-region': 'us' }],
    [{ region: null }, { 'mcp-param-region': 'null' }],
    [{ count: 42 }, { 'mcp-param-count': '43' }],
    [{ count: 42 }, { 'mcp-param-count': 'forty-two' }],
    [{ sure: true }, { 'mcp-param-sure': 'TRUE' }],
  ])('%j with %j is refused', async (args, headers) => {
    expect(await call(args, headers)).toEqual({ status: 400, error: -32020, id: 1, heard: [] });
  });

  test('of a tool the caller may not see do not give it away', async () => {
    await using open = await startMcpHub({ noAuth: true });
    open.shop.open(
      'a',
      [
        {
          kind: 'tool',
          name: 'hidden',
          definition: { name: 'hidden', inputSchema: marked },
          minLevel: 'anchor',
        },
      ],
      () => text('never'),
    );
    const answers = ['a__hidden', 'a__absent'].map(async (name) => {
      const answer = await open.post(
        rpc(1, 'tools/call', enveloped({ name, arguments: { region: 'us' } })),
        modernHeaders('tools/call', name),
      );
      return [answer.status, (await answer.whole()).replaceAll(name, 'NAME')];
    });
    const [hidden, absent] = await Promise.all(answers);
    expect(hidden?.[0]).toBe(200);
    expect(hidden).toEqual(absent);
  });
});

describe('the envelope', () => {
  test.each<[string, JsonObject, number]>([
    ['without a version', { 'io.modelcontextprotocol/clientCapabilities': {} }, -32602],
    ['without capabilities', { 'io.modelcontextprotocol/protocolVersion': version }, -32602],
    [
      'with capabilities that are none',
      {
        'io.modelcontextprotocol/protocolVersion': version,
        'io.modelcontextprotocol/clientCapabilities': [],
      },
      -32602,
    ],
    [
      'with a version that is no text',
      { 'io.modelcontextprotocol/protocolVersion': 5, 'io.modelcontextprotocol/clientCapabilities': {} },
      -32602,
    ],
    ['that is empty', {}, -32602],
  ])('%s is refused', async (_what, meta, error) => {
    expect(await outcome(rpc(3, 'tools/list', { _meta: meta }), modernHeaders('tools/list'))).toMatchObject({
      status: 400,
      error,
      id: 3,
    });
  });

  test('without a name of the client is fine', async () => {
    const meta = {
      'io.modelcontextprotocol/protocolVersion': version,
      'io.modelcontextprotocol/clientCapabilities': {},
    };
    expect(await outcome(rpc(3, 'tools/list', { _meta: meta }), modernHeaders('tools/list'))).toMatchObject({
      status: 200,
    });
  });

  test.each(['2027-01-01', '2099-12-31', 'DRAFT-2026'])(
    'of version %s is answered with those spoken here',
    async (wanted) => {
      const meta = {
        ...(enveloped()['_meta'] as JsonObject),
        'io.modelcontextprotocol/protocolVersion': wanted,
      };
      const headers = { ...modernHeaders('tools/list'), 'mcp-protocol-version': wanted };
      const answer = await hub.post(rpc('x', 'tools/list', { _meta: meta }), headers);
      expect([answer.status, await answer.json()]).toEqual([
        400,
        {
          jsonrpc: '2.0',
          id: 'x',
          error: {
            code: -32022,
            message: `protocol version "${wanted}" is not spoken here`,
            data: {
              supported: ['2026-07-28', '2025-11-25', '2025-06-18', '2025-03-26', '2024-11-05'],
              requested: wanted,
            },
          },
        },
      ]);
    },
  );
});

describe('a message that is no request', () => {
  test('but a notification is taken and not answered', async () => {
    const answer = await hub.post(
      note('notifications/cancelled', enveloped({ requestId: 1 })),
      modernHeaders('notifications/cancelled'),
    );
    expect([answer.status, await answer.whole()]).toEqual([202, '']);
  });

  test('but an answer is refused', async () => {
    const answer = await hub.post({ jsonrpc: '2.0', id: 1, result: {} }, { 'mcp-protocol-version': version });
    expect([answer.status, await answer.json()]).toMatchObject([400, { error: { code: -32600 } }]);
  });

  test.each([
    ['no JSON', '{"jsonrpc":', -32700],
    ['no object', '5', -32600],
    ['a batch', '[]', -32600],
    ['without a version', '{"id":1,"method":"x"}', -32600],
    ['with an id that is null', '{"jsonrpc":"2.0","id":null,"method":"x"}', -32600],
    ['with an id longer than a double', '{"jsonrpc":"2.0","id":12345678901234567890,"method":"x"}', -32600],
    ['with parameters that are a list', '{"jsonrpc":"2.0","id":1,"method":"x","params":[]}', -32600],
  ])('but %s is refused, without an id in the answer', async (_what, body, code) => {
    const answer = await hub.post(body, modernHeaders('x'));
    const { error, ...rest } = await answer.json();
    expect([answer.status, (error as JsonObject)['code'], rest]).toEqual([400, code, { jsonrpc: '2.0' }]);
  });
});

describe('methods', () => {
  test.each([
    'nothing/here',
    'initialize/x',
    'ping',
    'logging/setLevel',
    'resources/subscribe',
    'resources/unsubscribe',
    'tasks/list',
    'sampling/createMessage',
    '__proto__',
    'constructor',
    'toString',
  ])('%s is not found: 404 with -32601', async (method) => {
    expect(await outcome(rpc(1, method, enveloped()), modernHeaders(method))).toMatchObject({
      status: 404,
      error: -32601,
    });
  });

  test.each(['GET', 'DELETE', 'PUT', 'PATCH', 'OPTIONS', 'HEAD'])('%s is not allowed', async (method) => {
    const { send } = await import('../support/http-answer.ts');
    const headers = { authorization: `Bearer ${hub.hub.key}`, 'mcp-protocol-version': version };
    const answer = await send(`${hub.hub.url}/mcp`, { method, headers });
    expect([answer.status, answer.headers['allow']]).toEqual([405, 'POST, GET, DELETE']);
  });

  test('a session id is ignored, and none is given', async () => {
    const answer = await ask(hub, 'tools/list', {}, { headers: { 'mcp-session-id': 'made-up' } });
    expect([answer.status, answer.headers['mcp-session-id']]).toEqual([200, undefined]);
  });

  test('of a view that is not there are not found', async () => {
    for (const path of [
      '/e/none/mcp',
      '/u/none/mcp',
      '/e/mcp',
      '/u//mcp',
      '/u/a/mcp/',
      '/u/a/other',
      '/u/A/mcp',
    ])
      expect([path, (await callTool(hub, 'plain', {}, { path })).status]).toEqual([path, 404]);
  });
});
