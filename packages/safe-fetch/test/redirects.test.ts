import type { RequestListener } from 'node:http';
import { afterEach, expect, test } from 'vitest';
import { safeFetch } from '../src/index.ts';
import { codeOf } from './support/code-of.ts';
import { type Loopback, startLoopback } from './support/loopback.ts';

const open: Loopback[] = [];
afterEach(() => Promise.all(open.splice(0).map((each) => each[Symbol.asyncDispose]())));

async function start(answer: RequestListener): Promise<Loopback> {
  const loopback = await startLoopback(answer);
  open.push(loopback);
  return loopback;
}

const redirectTo =
  (location: string, status = 302): RequestListener =>
  (_request, response) =>
    response.writeHead(status, { location }).end();

test('a chain that ends at a private address is refused before a socket is opened', async () => {
  const secret = await start((_request, response) => response.end('secret'));
  const last = await start(redirectTo(`http://${secret.host}/`));
  const first = await start(redirectTo(`http://${last.host}/`));
  const policy = { allowPrivate: [first.host, last.host], allowHttp: true };
  expect(await codeOf(safeFetch(`http://${first.host}/`, { policy }))).toBe('address_refused');
  expect([first.sockets(), last.sockets(), secret.sockets()]).toEqual([1, 1, 0]);
});

test.each([
  ['file:///etc/passwd', 'address_refused'],
  ['http://[::1]:1/', 'address_refused'],
  ['http://2130706433:1/', 'address_refused'],
  ['http://', 'upstream_invalid_answer'],
])('a redirection to %s gives %s', async (location, code) => {
  const first = await start(redirectTo(location));
  const policy = { allowPrivate: [first.host] };
  expect(await codeOf(safeFetch(`http://${first.host}/`, { policy }))).toBe(code);
});

test('a circle ends after a few rounds', async () => {
  const first = await start(redirectTo('/again'));
  const policy = { allowPrivate: [first.host] };
  expect(await codeOf(safeFetch(`http://${first.host}/`, { policy, maxRedirects: 2 }))).toBe(
    'upstream_invalid_answer',
  );
  expect(first.requests).toHaveLength(3);
});

test('credentials stay with the origin they were given for', async () => {
  const other = await start((_request, response) => response.end('there'));
  const first = await start((request, response) =>
    request.url === '/a'
      ? response.writeHead(307, { location: '/b' }).end()
      : response.writeHead(307, { location: `http://${other.host}/c` }).end(),
  );
  const policy = { allowPrivate: [first.host, other.host] };
  const headers = { Authorization: 'Bearer hunter2', 'X-Api-Key': 'hunter2', Accept: 'text/plain' };
  const answer = await safeFetch(`http://${first.host}/a`, { policy, headers });
  expect(answer.url).toBe(`http://${other.host}/c`);
  expect(first.requests[1]?.headers).toMatchObject({ authorization: 'Bearer hunter2' });
  expect(other.requests[0]?.headers).toMatchObject({ accept: 'text/plain' });
  expect(JSON.stringify(other.requests[0]?.headers)).not.toContain('hunter2');
});

test('a request with a body is not sent on', async () => {
  const first = await start(redirectTo('/elsewhere', 308));
  const policy = { allowPrivate: [first.host] };
  const answer = await safeFetch(`http://${first.host}/`, { policy, method: 'POST', body: 'x' });
  expect({ status: answer.status, requests: first.requests.length }).toEqual({ status: 308, requests: 1 });
});
