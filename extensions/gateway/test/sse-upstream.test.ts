import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { JsonObject } from '@signalbox/sdk';
import { afterEach, describe, expect, test } from 'vitest';
import { errorOf } from './support/error-of.ts';
import { type HttpFixture, startHttpFixture } from './support/fixture.ts';
import { startGateway, type TestGateway } from './support/gateway-context.ts';
import { memoryDatabase } from './support/memory-database.ts';

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

/** A server of the test's own; gives its origin. */
async function serve(handle: (request: IncomingMessage, response: ServerResponse) => void): Promise<string> {
  const own = createServer(handle);
  server = own;
  await new Promise<void>((resolve) => own.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(own.address() as AddressInfo).port}`;
}

async function start(url: string, more: JsonObject = {}): Promise<TestGateway> {
  gateway = await startGateway({ upstreams: { s: { url, ...more } } });
  return gateway;
}

describe('HTTP+SSE', () => {
  test('is found when a POST is refused, and remembered: the next start does not ask', async () => {
    const store = memoryDatabase();
    fixture = await startHttpFixture('sse.mjs', ['legacy']);
    const upstreams = { s: { url: fixture.url } };
    gateway = await startGateway({ upstreams, store });
    expect(await gateway.untilState('s', 'available')).toMatchObject({ transport: 'sse', era: 'legacy' });
    expect(fixture.lines.slice(0, 3)).toEqual(['POST /mcp', 'POST /mcp', 'GET /mcp']);
    await gateway.stop();
    const before = fixture.lines.length;
    gateway = await startGateway({ upstreams, store });
    await gateway.untilState('s', 'available');
    expect(fixture.lines[before]).toBe('GET /mcp');
  });

  test('may be configured, and then nothing else is tried', async () => {
    fixture = await startHttpFixture('sse.mjs', ['legacy']);
    const started = await start(fixture.url, { transport: 'sse' });
    await started.untilState('s', 'available');
    expect(fixture.lines[0]).toBe('GET /mcp');
  });

  test('is not tried where Streamable HTTP is configured', async () => {
    fixture = await startHttpFixture('sse.mjs', ['legacy']);
    const started = await start(fixture.url, { transport: 'http' });
    expect((await started.untilState('s', 'unavailable')).reason).toContain('HTTP 405');
    expect(fixture.lines).not.toContain('GET /mcp');
  });

  test('is connected anew when its server was restarted', async () => {
    fixture = await startHttpFixture('sse.mjs', ['legacy']);
    const started = await start(fixture.url);
    await started.untilState('s', 'available');
    const { port } = fixture;
    await fixture.stop();
    fixture = await startHttpFixture('sse.mjs', ['legacy', String(port)]);
    await started.until('it is connected anew', () => started.registry.get('s').restarts > 0);
    await started.untilState('s', 'available');
    expect(await started.call({ upstream: 's', name: 'echo' })).toMatchObject({ kind: 'data' });
  });

  test('a call that runs when the stream ends fails at once', async () => {
    fixture = await startHttpFixture('sse.mjs', ['legacy']);
    const started = await start(fixture.url);
    await started.untilState('s', 'available');
    const error = await errorOf(started.call({ upstream: 's', name: 'exit' }));
    expect(error.code).toBe('upstream_unavailable');
  });
});

const stream = (response: ServerResponse, text: string): void => {
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  response.write(text);
};

describe('a server is not available, with a reason,', () => {
  test.each<[string, (origin: string) => string]>([
    ['to another host', () => 'http://elsewhere.example/post'],
    ['to another port', (origin) => `${origin.replace(/\d+$/, '1')}/post`],
    ['by another scheme', (origin) => origin.replace('http:', 'https:')],
    ['to nowhere', () => 'http://['],
  ])('when its endpoint event leads %s', async (_what, addressOf) => {
    const posted: string[] = [];
    const origin = await serve((request, response) => {
      if (request.method === 'GET')
        return stream(response, `event: endpoint\ndata: ${addressOf(origin)}\n\n`);
      posted.push(request.url ?? '');
      return response.writeHead(405).end();
    });
    const started = await start(`${origin}/sse`);
    const { reason } = await started.untilState('s', 'unavailable');
    expect(reason).toContain(`which is not at ${origin}`);
    expect(new Set(posted)).toEqual(new Set(['/sse']));
  });

  test('when its stream ends at once', async () => {
    const origin = await serve((request, response) => {
      if (request.method !== 'GET') return response.writeHead(404).end();
      stream(response, '');
      return response.end();
    });
    const started = await start(`${origin}/sse`);
    expect((await started.untilState('s', 'unavailable')).reason).toContain(
      'ended before it named an endpoint',
    );
  });

  test('when it neither takes a POST nor opens a stream: what the POST said', async () => {
    const origin = await serve((_request, response) => void response.writeHead(404).end());
    const started = await start(`${origin}/nothing`);
    expect((await started.untilState('s', 'unavailable')).reason).toContain('check the path in its url');
  });

  test('when it refuses what is posted', async () => {
    const origin = await serve((request, response) => {
      if (request.method === 'GET') return stream(response, 'event: endpoint\ndata: /post\n\n');
      return response.writeHead(request.url === '/post' ? 401 : 405).end();
    });
    const started = await start(`${origin}/sse`);
    expect((await started.untilState('s', 'unavailable')).reason).toContain('check the credentials');
  });
});
