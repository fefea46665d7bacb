import { createServer, type Server } from 'node:http';
import { afterEach, describe, expect, test } from 'vitest';
import { type Cell, cells, makeCell } from '../support/cells.ts';
import { type HttpFixture, stdioFixture } from '../support/fixture.ts';
import { startGateway, type TestGateway } from '../support/gateway-context.ts';
import { memoryDatabase } from '../support/memory-database.ts';

let gateway: TestGateway | undefined;
let fixture: HttpFixture | undefined;
let server: Server | undefined;

afterEach(async () => {
  await gateway?.stop();
  await fixture?.stop();
  server?.closeAllConnections();
  server?.close();
  gateway = fixture = server = undefined;
});

describe.each([
  ['silent-on-probe', 'that does not answer the probe', 1],
  ['dies-of-probe', 'that dies of the probe', 2],
  ['deaf-after-probe', 'that is deaf after the probe', 2],
])('a legacy stdio upstream %s', (mode, _what, starts) => {
  test('is found out', async () => {
    gateway = await startGateway({
      upstreams: { u: stdioFixture('misbehaving.mjs', [mode], { startTimeoutMs: 8_000 }) },
    });
    expect(await gateway.untilState('u', 'available')).toMatchObject({
      era: 'legacy',
      protocolVersion: '2025-11-25',
    });
    const texts = gateway.registry.logs('u', 100).map(({ text }) => text);
    expect(texts.filter((text) => text.includes('it is started again'))).toHaveLength(starts - 1);
    expect(await gateway.call({ upstream: 'u', name: 'go' })).toMatchObject({ kind: 'data' });
    expect(gateway.registry.get('u')).toMatchObject({ state: 'available', restarts: 0 });
  });
});

test.each(cells)('the era of a $era upstream over $transport may be configured instead', async (cell) => {
  const made = await makeCell(cell, { era: cell.era });
  fixture = made.fixture;
  gateway = await startGateway({ upstreams: { u: made.definition } });
  expect(await gateway.untilState('u', 'available')).toMatchObject({ era: cell.era });
});

test('a configured era is obeyed, even when it is wrong', async () => {
  gateway = await startGateway({
    upstreams: { u: stdioFixture('stdio.mjs', ['legacy'], { era: 'modern' }) },
  });
  expect((await gateway.untilState('u', 'unavailable')).reason).toContain('what is server/discover?');
});

/** An HTTP upstream that refuses discovery in its own way, and counts what it is asked. */
async function refusing(status: number, body: string): Promise<{ url: string; asked: string[] }> {
  const asked: string[] = [];
  server = createServer((request, response) => {
    let text = '';
    request.on('data', (chunk: Buffer) => {
      text += chunk.toString();
    });
    request.on('end', () => {
      if (request.method !== 'POST') return response.writeHead(405).end();
      const { id, method } = JSON.parse(text) as { id: number; method: string };
      asked.push(method);
      if (method === 'server/discover')
        return response.writeHead(status, { 'content-type': 'application/json' }).end(body);
      if (id === undefined) return response.writeHead(202).end();
      const result = {
        protocolVersion: '2025-06-18',
        capabilities: {},
        serverInfo: { name: 'r', version: '1' },
      };
      response.writeHead(200, { 'content-type': 'application/json' });
      return response.end(JSON.stringify({ jsonrpc: '2.0', id, result }));
    });
  });
  await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve));
  return { url: `http://127.0.0.1:${portOf(server)}/mcp`, asked };
}

const rpc = (code: number, data?: unknown): string =>
  JSON.stringify({ jsonrpc: '2.0', id: null, error: { code, message: 'no', data } });

test.each([
  ['400 with an error of its own', 400, rpc(-32000)],
  ['400 with nothing', 400, ''],
  ['404', 404, 'not found'],
  ['405', 405, ''],
  ['406', 406, rpc(-32000)],
  ['200 with an unknown method', 200, rpc(-32601)],
  ['404 with an unknown method', 404, rpc(-32601)],
  ['400 and offers legacy versions', 400, rpc(-32022, { supported: ['2025-06-18'] })],
])('HTTP %s to discovery is legacy', async (_what, status, body) => {
  const { url, asked } = await refusing(status, body);
  gateway = await startGateway({ upstreams: { u: { url } } });
  expect(await gateway.untilState('u', 'available')).toMatchObject({
    era: 'legacy',
    protocolVersion: '2025-06-18',
  });
  expect(asked).toEqual(['server/discover', 'initialize', 'notifications/initialized']);
});

test.each([
  ['401', 401, '', 'check the credentials'],
  ['403', 403, '', 'check the credentials'],
  ['500', 500, '', 'HTTP 500'],
  ['503', 503, '', 'try again later'],
  ['400 with a modern error', 400, rpc(-32020), 'no'],
  [
    '400 with versions nobody speaks',
    400,
    rpc(-32022, { supported: ['2031-01-01'] }),
    'speaks only protocol versions 2031-01-01',
  ],
])('HTTP %s to discovery says nothing about the era', async (_what, status, body, reason) => {
  const { url, asked } = await refusing(status, body);
  gateway = await startGateway({ upstreams: { u: { url } } });
  expect((await gateway.untilState('u', 'unavailable')).reason).toContain(reason);
  expect(asked).toEqual(['server/discover']);
});

describe('what was found out', () => {
  const start = async (store: ReturnType<typeof memoryDatabase>, url: string, nowMs = Date.now()) => {
    const clock = {
      now: () => nowMs,
      after: (delayMs: number, callback: () => void) => cancelable(delayMs, callback),
    };
    gateway = await startGateway({ upstreams: { u: { url } }, store, clock });
    await gateway.untilState('u', 'available');
    const { entries } = gateway.sources.get('u') ?? { entries: [] };
    return entries;
  };

  test('is remembered: the second start does not probe', async () => {
    const store = memoryDatabase();
    const { url, asked } = await refusing(400, '');
    await start(store, url);
    await gateway?.stop();
    asked.length = 0;
    await start(store, url);
    expect(asked).toEqual(['initialize', 'notifications/initialized']);
  });

  test('is doubted after seven days when it is legacy', async () => {
    const store = memoryDatabase();
    const { url, asked } = await refusing(400, '');
    await start(store, url, 0);
    await gateway?.stop();
    asked.length = 0;
    await start(store, url, 7 * 86_400_000);
    expect(asked[0]).toBe('server/discover');
  });

  test('is forgotten when it has become wrong', async () => {
    const store = memoryDatabase();
    const made = await makeCell({ era: 'legacy', transport: 'http' } satisfies Cell);
    const { url, port } = made.fixture ?? expect.fail('no fixture');
    await start(store, url);
    await gateway?.stop();
    await made.fixture?.stop();
    const { startHttpFixture } = await import('../support/fixture.ts');
    fixture = await startHttpFixture('http.mjs', ['modern', String(port)]);
    await start(store, url);
    expect(gateway?.registry.get('u')).toMatchObject({ era: 'modern', restarts: 0 });
  });
});

function cancelable(delayMs: number, callback: () => void): () => void {
  const timer = setTimeout(callback, delayMs);
  return () => clearTimeout(timer);
}

test('entries listed before are there at once on the next start, and a call waits for the connection', async () => {
  const store = memoryDatabase();
  const upstreams = { u: stdioFixture('stdio.mjs', ['modern']) };
  gateway = await startGateway({ upstreams, store });
  await gateway.untilState('u', 'available');
  const before = gateway.sources.get('u')?.entries;
  await gateway.stop();
  gateway = await startGateway({ upstreams, store });
  expect(gateway.sources.get('u')).toMatchObject({ entries: before, state: { status: 'connecting' } });
  expect(await gateway.call({ upstream: 'u', name: 'echo' })).toMatchObject({ kind: 'data' });
});

test('entries of another definition under the same name are not taken over', async () => {
  const store = memoryDatabase();
  gateway = await startGateway({ upstreams: { u: stdioFixture('stdio.mjs', ['modern']) }, store });
  await gateway.untilState('u', 'available');
  await gateway.stop();
  gateway = await startGateway({ upstreams: { u: stdioFixture('stdio.mjs', ['legacy']) }, store });
  expect(gateway.sources.get('u')?.entries).toEqual([]);
});

function portOf(listening: Server | undefined): number {
  const address = listening?.address();
  if (typeof address !== 'object' || address === null) throw new Error('the server does not listen');
  return address.port;
}
