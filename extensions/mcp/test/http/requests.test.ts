import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { send } from '../support/http-answer.ts';
import { ask, enveloped, modernHeaders } from '../support/modern.ts';
import { type McpHub, rpc, startMcpHub } from '../support/start-mcp-hub.ts';
import { text, tools } from '../support/workshop.ts';

let hub: McpHub;

beforeAll(async () => {
  hub = await startMcpHub({ settings: { mcp: { maxBodyBytes: 4_096 }, endpoints: { e: {} } } });
  hub.shop.open('up', tools('t'), () => text('ok'));
});

afterAll(() => hub.stop());

const places = ['/mcp', '/e/e/mcp', '/u/up/mcp', '/e/none/mcp', '/u/none/mcp', '/local/stdio'];

describe('every way in over HTTP', () => {
  test('is one that wants a principal', () => {
    expect(hub.hub.hub.mounts().map(({ path, access }) => `${access} ${path}`)).toEqual([
      'principal /mcp',
      'principal /sse',
      'principal /messages',
      'principal /local/stdio',
      'principal /e/',
      'principal /u/',
    ]);
  });

  test.each<[string, (key: string) => string | undefined]>([
    ['no key', () => undefined],
    ['garbage', () => 'Bearer garbage'],
    ['another scheme', (key) => `Basic ${key}`],
    ['a truncated key', (key) => `Bearer ${key.slice(0, -1)}`],
    ['a key with a character more', (key) => `Bearer ${key}x`],
  ])('answers 401 to %s, for every method', async (_what, make) => {
    const value = make(hub.hub.key);
    for (const path of places)
      for (const method of ['GET', 'POST', 'DELETE', 'PUT', 'OPTIONS']) {
        const headers = value === undefined ? {} : { authorization: value };
        const answer = await send(`${hub.hub.url}${path}`, { method, headers });
        expect([path, method, answer.status, answer.headers['www-authenticate']]).toEqual([
          path,
          method,
          401,
          `Bearer realm="signalbox"${value === undefined ? '' : ', error="invalid_token"'}`,
        ]);
      }
  });

  test('refuses pages of elsewhere, with or without the key', async () => {
    for (const path of places) {
      const answer = await hub.post(rpc(1, 'tools/list'), { origin: 'https://evil.example.com' }, path);
      expect([path, answer.status]).toEqual([path, 403]);
    }
  });

  test('wants an upgrade where only an upgrade is of use', async () => {
    const answer = await hub.post('{}', {}, '/local/stdio');
    expect([answer.status, await answer.json()]).toMatchObject([400, { error: { code: 'invalid_request' } }]);
  });
});

describe('a body', () => {
  const good = JSON.stringify(rpc(1, 'tools/list', enveloped()));

  test.each<{ what: string; body: string | Buffer; headers?: { [name: string]: string }; code: number }>([
    { what: 'of another type', body: good, headers: { 'content-type': 'text/plain' }, code: -31415 },
    {
      what: 'of a type that only begins like JSON',
      body: good,
      headers: { 'content-type': 'application/jsonp' },
      code: -31415,
    },
    { what: 'without a type', body: good, headers: { 'content-type': '' }, code: -31415 },
    {
      what: 'that is compressed',
      body: gzipSync(good),
      headers: { 'content-encoding': 'gzip' },
      code: -31415,
    },
    { what: 'that is too large', body: `{"x":"${'x'.repeat(4_096)}"}`, code: -31413 },
    { what: 'that nests too deep', body: '['.repeat(65) + ']'.repeat(65), code: -31413 },
    { what: 'that nests far too deep', body: '{"a":'.repeat(600), code: -31413 },
    { what: 'with a lone bracket', body: ']', code: -32700 },
    { what: 'that is empty', body: '', code: -32700 },
  ])('$what is refused', async ({ body, headers = {}, code }) => {
    const answer = await hub.post(body, { ...modernHeaders('tools/list'), ...headers });
    const status = { '-31415': 415, '-31413': 413, '-32700': 400 }[String(code)];
    expect([answer.status, await answer.json()]).toMatchObject([status, { error: { code } }]);
  });

  test('that is too large and never ends is cut off', async () => {
    const { connect } = await import('node:net');
    const { port } = new URL(hub.hub.url);
    const socket = connect(Number(port), '127.0.0.1');
    let received = '';
    socket.on('data', (chunk: Buffer) => (received += chunk.toString()));
    const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()));
    socket.on('error', () => undefined);
    socket.write(
      `POST /mcp HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer ${hub.hub.key}\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n2000\r\n${'x'.repeat(0x2000)}\r\n`,
    );
    await closed;
    expect(received).toMatch(/^HTTP\/1\.1 413 /);
  });

  test('of the largest size is taken', async () => {
    const short = JSON.stringify(rpc(1, 'tools/list', enveloped({ pad: '' })));
    const body = JSON.stringify(rpc(1, 'tools/list', enveloped({ pad: 'x'.repeat(4_096 - short.length) })));
    expect([body.length, (await hub.post(body, modernHeaders('tools/list'))).status]).toEqual([4_096, 200]);
  });

  test('that comes in pieces, cut inside of characters, is whole', async () => {
    const { request } = await import('node:http');
    const body = Buffer.from(JSON.stringify(rpc('ü😀', 'tools/list', enveloped())));
    const answer = await new Promise<string>((resolve, reject) => {
      const outgoing = request(
        `${hub.hub.url}/mcp`,
        {
          method: 'POST',
          headers: {
            authorization: `Bearer ${hub.hub.key}`,
            'content-type': 'application/json',
            ...modernHeaders('tools/list'),
          },
        },
        (response) => {
          let all = '';
          response.setEncoding('utf8').on('data', (chunk: string) => (all += chunk));
          response.on('end', () => resolve(all));
        },
      );
      outgoing.on('error', reject);
      for (let index = 0; index < body.length; index += 3) outgoing.write(body.subarray(index, index + 3));
      outgoing.end();
    });
    expect(JSON.parse(answer)).toMatchObject({ id: 'ü😀' });
  });
});

describe('an inside failure', () => {
  test('tells the client nothing of it', async () => {
    hub.shop.open('broken', tools('t'), () => {
      throw new Error('hunter2 at /home/ada/secret.ts');
    });
    const answer = await ask(hub, 'tools/call', { name: 'broken__t' });
    expect([answer.status, await answer.json()]).toEqual([
      200,
      {
        jsonrpc: '2.0',
        id: 1,
        error: { code: -32603, message: 'the hub failed inside; its log has the cause' },
      },
    ]);
    expect(hub.hub.logged()).toContain('hunter2');
  });
});
