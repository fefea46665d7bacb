import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { getHealth, getTool, listTools } from '@signalbox/api';
import { expect, test } from 'vitest';
import { createClient, listAll } from '../src/index.ts';

type Answer = (request: IncomingMessage, response: ServerResponse) => void;

/** A server on loopback that answers as told. */
async function serve(answer: Answer): Promise<AsyncDisposable & { readonly url: string }> {
  const server = createServer(answer);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' ? (address?.port ?? 0) : 0;
  return {
    url: `http://127.0.0.1:${port}`,
    [Symbol.asyncDispose]: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}

const json = (response: ServerResponse, status: number, body: unknown): void => {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
};

test('parameters are encoded, absent query parts left out, and the key sent', async () => {
  const seen: (string | undefined)[] = [];
  await using server = await serve((request, response) => {
    seen.push(request.method, request.url, request.headers.authorization);
    json(response, 404, { error: { code: 'not_found', message: 'no' } });
  });
  const client = createClient({ url: `${server.url}/base/`, key: 'k' });
  await expect(client.request(getTool, { params: { name: 'a/b ?#%' }, query: {} })).rejects.toMatchObject({
    code: 'not_found',
  });
  await expect(
    client.request(listTools, { query: { limit: 5, source: undefined, search: 'a b' } }),
  ).rejects.toThrow();
  expect(seen).toEqual([
    'GET',
    '/base/api/v1/tools/a%2Fb%20%3F%23%25',
    'Bearer k',
    'GET',
    '/base/api/v1/tools?limit=5&search=a+b',
    'Bearer k',
  ]);
});

test('the key never goes along a redirect', async () => {
  let stolen: string | undefined = 'nothing came';
  await using thief = await serve((request, response) => {
    stolen = request.headers.authorization;
    json(response, 200, {});
  });
  await using server = await serve((_, response) => {
    response.writeHead(307, { location: thief.url }).end();
  });
  const client = createClient({ url: server.url, key: 'k' });
  await expect(client.request(getHealth, {})).rejects.toMatchObject({ code: 'hub_unreachable' });
  expect(stolen).toBe('nothing came');
});

test.each<[string, Answer, string]>([
  [
    "the hub's own error with its code",
    (_, response) => json(response, 403, { error: { code: 'forbidden', message: 'no', details: [1] } }),
    'forbidden',
  ],
  [
    'a code of a newer hub',
    (_, response) => json(response, 418, { error: { code: 'brand_new', message: 'no' } }),
    'internal',
  ],
  ['a page of something else', (_, response) => response.writeHead(404).end('<html>'), 'hub_unreachable'],
  [
    'a good answer that is no answer of ours',
    (_, response) => json(response, 200, { hello: 1 }),
    'upstream_invalid_answer',
  ],
  [
    'an answer that breaks off',
    (_, response) => response.writeHead(200, { 'content-length': '99' }).write('{', () => response.destroy()),
    'hub_unreachable',
  ],
  ['no answer in time', () => undefined, 'timeout'],
])('%s is told by its code', async (_, answer, code) => {
  await using server = await serve(answer);
  const client = createClient({ url: server.url, timeoutMs: 300 });
  await expect(client.request(getHealth, {})).rejects.toMatchObject({ code });
});

test('the caller can go away', async () => {
  await using server = await serve(() => undefined);
  const away = AbortSignal.abort();
  await expect(
    createClient({ url: server.url }).request(getHealth, {}, { signal: away }),
  ).rejects.toMatchObject({ code: 'cancelled' });
});

test('a list is read page by page and no further than wanted', async () => {
  const asked: object[] = [];
  const read = (query: { limit: number; cursor?: string }) => {
    asked.push(query);
    const from = Number(query.cursor ?? 0);
    const items = Array.from({ length: Math.min(query.limit, 700 - from) }, (_, index) => from + index);
    const next = from + items.length;
    return Promise.resolve({ items, ...(next < 700 ? { nextCursor: String(next) } : {}) });
  };
  expect(await listAll(600, read)).toHaveLength(600);
  expect(asked).toEqual([{ limit: 500 }, { limit: 100, cursor: '500' }]);
  expect(await listAll(5_000, read)).toHaveLength(700);
});
