import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { auditOf } from './support/api.ts';
import { type Home, makeHome } from './support/home.ts';
import { type HubProcess, startHub } from './support/hub-process.ts';
import { gatewayFixture } from './support/paths.ts';
import { connectV1, connectV2 } from './support/stdio-clients.ts';

/** Two upstreams: one for everybody trusted, one for the owner over stdio only. */
const settings = `
gateway:
  upstreams:
    demo: { command: node, args: ["${gatewayFixture('stdio.mjs')}", legacy] }
    own: { command: node, args: ["${gatewayFixture('stdio.mjs')}", modern], minLevel: anchor }
`;

const answered = { result: { action: 'accept', content: { name: 'Grace' } } };

const clientInfo = { name: 'lines', version: '1' };

const modernMeta = {
  'io.modelcontextprotocol/protocolVersion': '2026-07-28',
  'io.modelcontextprotocol/clientCapabilities': {},
  progressToken: 'new',
};

const clients = [
  { client: 'SDK v1', connect: connectV1, asked: answered },
  { client: 'SDK v2, newest era', connect: connectV2('auto'), asked: answered },
  { client: 'SDK v2, legacy era', connect: connectV2('legacy'), asked: answered },
];

describe.each([{ way: 'bridged to the hub that runs' }, { way: 'with a hub of its own' }])(
  'signalbox mcp $way',
  ({ way }) => {
    let home: Home;
    let hub: HubProcess | undefined;

    beforeAll(async () => {
      home = makeHome();
      home.write('signalbox.yaml', settings);
      if (way.startsWith('bridged')) hub = await startHub(home);
    });

    afterAll(async () => {
      await hub?.[Symbol.asyncDispose]();
      home[Symbol.dispose]();
    });

    test.each(clients)('$client lists and calls, with progress and questions', async ({ connect, asked }) => {
      const client = await connect(home);
      const names = await client.toolNames();
      expect(names).toEqual(expect.arrayContaining(['demo__echo', 'own__echo']));
      expect(await client.call('own__echo', { reply: { content: [{ type: 'text', text: 'hi' }] } })).toBe(
        'hi',
      );
      const seen: number[] = [];
      expect(await client.call('demo__progress', {}, (progress) => seen.push(progress))).toMatch(/^token /);
      // What arrives together with the result is dropped by the SDKs; the lines themselves are checked below.
      expect(seen).toEqual([1, 2, 3].slice(0, seen.length));
      expect(JSON.parse(await client.call('demo__ask'))).toEqual(asked);
      await client.close();
    });

    test.each(clients)('$client is told when an upstream is added', async ({ connect }) => {
      const client = await connect(home);
      await client.toolNames();
      const add = ['server', 'add', 'late', '--', 'node', gatewayFixture('stdio.mjs'), 'legacy'];
      expect(await home.signalbox(add)).toMatchObject({ code: 0 });
      await client.toolsChanged;
      expect(await client.toolNames()).toContain('late__echo');
      expect(await home.signalbox(['server', 'rm', 'late', '--yes'])).toMatchObject({ code: 0 });
      await client.close();
    });

    test('two clients at once are both served', async () => {
      const both = await Promise.all([connectV1(home), connectV2('auto')(home)]);
      const said = await Promise.all(
        both.map((client, index) =>
          client.call('demo__echo', { reply: { content: [{ type: 'text', text: `client ${index}` }] } }),
        ),
      );
      expect(said).toEqual(['client 0', 'client 1']);
      await Promise.all(both.map((client) => client.close()));
    });

    test('what was asked before the end of the input is answered, and nothing else is printed', async () => {
      const messages = [
        {
          id: 1,
          method: 'initialize',
          params: { protocolVersion: '2025-11-25', capabilities: {}, clientInfo },
        },
        { method: 'notifications/initialized' },
        { id: 2, method: 'tools/call', params: { name: 'demo__progress', _meta: { progressToken: 'old' } } },
        { id: 3, method: 'tools/call', params: { name: 'own__progress', _meta: modernMeta } },
        { id: 4, method: 'nothing/known' },
      ];
      const lines = messages.map((message) => `${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`);
      const run = await home.signalbox(['mcp'], { input: `${lines.join('')}{broken\n` });
      const said = run.stdout
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line) as Said)
        // Lists may change at any time.
        .filter(({ method }) => method?.endsWith('/list_changed') !== true);
      const about = (...keys: (number | string | null | undefined)[]) =>
        said
          .filter((line) => keys.includes(line.params?.progressToken ?? line.id))
          .map(({ params, result, error }) => params?.progress ?? error?.code ?? Object.keys(result ?? {}));
      expect({
        code: run.code,
        foreign: said.filter(({ jsonrpc }) => jsonrpc !== '2.0'),
        initialize: about(1),
        legacy: about('old', 2),
        modern: about('new', 3),
        unknown: about(4),
        broken: about(undefined),
      }).toEqual({
        code: 0,
        foreign: [],
        initialize: [['protocolVersion', 'capabilities', 'serverInfo', 'instructions']],
        legacy: [1, 2, 3, ['content']],
        modern: [1, 2, 3, ['resultType', 'content', '_meta']],
        unknown: [-32601],
        broken: [-32700],
      });
    });

    test('one upstream is offered alone under its own names', async () => {
      const client = await connectV1(home, ['--view', 'upstream:demo']);
      expect(await client.toolNames()).toContain('echo');
      await client.close();
    });
  },
);

interface Said {
  readonly jsonrpc?: string;
  readonly id?: number | string | null;
  readonly method?: string;
  readonly params?: { readonly progressToken?: string; readonly progress?: number };
  readonly result?: object;
  readonly error?: { readonly code: number };
}

test('the owner over stdio has the highest level, over HTTP a lower one', async () => {
  using home = makeHome();
  home.write('signalbox.yaml', settings);
  await using hub = await startHub(home);
  const client = await connectV1(home);
  await client.call('own__echo', { reply: {} });
  await client.close();
  expect(await auditOf(hub, 'own__echo')).toEqual([{ interface: 'stdio', outcome: 'ok', upstream: 'own' }]);
});

test('a hub ends although a client is connected, and the client is told by the end of its stream', async () => {
  using home = makeHome();
  home.write('signalbox.yaml', settings);
  const hub = await startHub(home);
  const client = await connectV1(home);
  await client.toolNames();
  expect(await hub.end('SIGINT')).toEqual({ code: 0, signal: null });
  await client.closed;
});
