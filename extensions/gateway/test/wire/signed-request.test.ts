import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { SignalboxError, type UpstreamRefusal, type UpstreamSigner } from '@signalbox/sdk';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { HttpEndpoint } from '../../src/wire/http-endpoint.ts';

let server: Server;
let url: string;
let seen: { readonly token: string | undefined; readonly body: string }[];
let statusFor: (request: IncomingMessage) => number;
const endpoints: HttpEndpoint[] = [];

beforeEach(async () => {
  seen = [];
  statusFor = () => 200;
  server = createServer((request, response) => void answer(request, response));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/mcp`;
});

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  let body = '';
  for await (const chunk of request) body += String(chunk);
  seen.push({ token: request.headers.authorization, body });
  const status = statusFor(request);
  response.writeHead(status, { 'dpop-nonce': 'n1', 'www-authenticate': 'Bearer error="invalid_token"' });
  response.end(`answer ${status}`);
}

afterEach(async () => {
  for (const endpoint of endpoints.splice(0)) await endpoint.close(0);
  server.close();
});

function post(signer: UpstreamSigner) {
  const endpoint = new HttpEndpoint({
    url,
    headers: {},
    maxMessageBytes: 65_536,
    callTimeoutMs: 5_000,
    signer,
  });
  endpoints.push(endpoint);
  return endpoint.send({ method: 'POST', headers: { 'content-type': 'application/json' }, body: '{"id":1}' });
}

const never = async (): Promise<boolean> => false;

test('a known token is sent with the request, which is told by method and url', async () => {
  const asked: unknown[] = [];
  const signer: UpstreamSigner = {
    headersFor: (request) => {
      asked.push(request);
      return { authorization: 'Bearer one' };
    },
    afterRefusal: never,
  };
  const { status } = await post(signer).done;
  expect(status).toBe(200);
  expect(seen).toEqual([{ token: 'Bearer one', body: '{"id":1}' }]);
  expect(asked).toEqual([{ method: 'POST', url }]);
});

test('a refused request is sent once more, whole, when the refusal was made good', async () => {
  let token = 'old';
  const refusals: UpstreamRefusal[] = [];
  statusFor = ({ headers }) => (headers.authorization === 'Bearer new' ? 200 : 401);
  const signer: UpstreamSigner = {
    headersFor: () => Promise.resolve({ authorization: `Bearer ${token}` }),
    afterRefusal: async (_request, refusal) => {
      refusals.push(refusal);
      token = 'new';
      return true;
    },
  };
  const { status, body } = await post(signer).done;
  expect({ status, body: body.toString() }).toEqual({ status: 200, body: 'answer 200' });
  expect(seen).toEqual([
    { token: 'Bearer old', body: '{"id":1}' },
    { token: 'Bearer new', body: '{"id":1}' },
  ]);
  expect(refusals).toMatchObject([
    { status: 401, headers: { 'www-authenticate': 'Bearer error="invalid_token"' } },
  ]);
});

test('a refusal that cannot be made good is the answer, with its body', async () => {
  statusFor = () => 403;
  const { status, body } = await post({ headersFor: () => ({}), afterRefusal: never }).done;
  expect({ status, body: body.toString() }).toEqual({ status: 403, body: 'answer 403' });
  expect(seen).toHaveLength(1);
});

test('an upstream that refuses whatever it is shown is asked three times and no more', async () => {
  statusFor = () => 401;
  const { status } = await post({ headersFor: () => ({}), afterRefusal: async () => true }).done;
  expect(status).toBe(401);
  expect(seen).toHaveLength(3);
});

test('what the signer says of an account ends the request, before it is sent and after it was refused', async () => {
  const gone = new SignalboxError('upstream_login_needed', 'sign in again');
  const before = post({ headersFor: () => Promise.reject(gone), afterRefusal: never });
  await expect(before.done).rejects.toBe(gone);
  expect(seen).toHaveLength(0);
  statusFor = () => 401;
  const after = post({ headersFor: () => ({}), afterRefusal: () => Promise.reject(gone) });
  await expect(after.done).rejects.toBe(gone);
  expect(seen).toHaveLength(1);
});

test('a request that was given up while it was being signed is not sent', async () => {
  const signed = Promise.withResolvers<{ readonly [name: string]: string }>();
  const exchange = post({ headersFor: () => signed.promise, afterRefusal: never });
  exchange.abort();
  signed.resolve({ authorization: 'Bearer late' });
  await expect(exchange.done).rejects.toMatchObject({ code: 'cancelled' });
  await signed.promise;
  expect(seen).toHaveLength(0);
});

test('an answer with a nonce is told to the signer', async () => {
  const heard: unknown[] = [];
  await post({
    headersFor: () => ({}),
    afterRefusal: never,
    onAnswer: (_request, { headers }) => heard.push(headers['dpop-nonce']),
  }).done;
  expect(heard).toEqual(['n1']);
});
