import type { CallResult } from '@signalbox/sdk';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { errorOf } from '../support/error-of.ts';
import { type HttpFixture, startHttpFixture, stdioFixture } from '../support/fixture.ts';
import { startGateway, type TestGateway } from '../support/gateway-context.ts';

let gateway: TestGateway;
let fixture: HttpFixture;

beforeEach(async () => {
  fixture = await startHttpFixture('http.mjs', ['modern']);
  gateway = await startGateway({
    upstreams: { http: { url: fixture.url }, pipe: stdioFixture('stdio.mjs', ['modern']) },
  });
  await gateway.untilState('http', 'available');
  await gateway.untilState('pipe', 'available');
});

afterEach(async () => {
  await gateway.stop();
  await fixture.stop();
});

const call = (name: string, rest: object = {}): Promise<CallResult> =>
  gateway.call({
    upstream: 'http',
    name,
    rawAnswerId: 'my own id',
    params: { name: 'x', arguments: {} },
    ...rest,
  });

test('a complete answer passes as its bytes, under the id of the caller', async () => {
  const answer = await call('echo');
  if (answer.kind !== 'bytes') throw new Error('no bytes');
  expect(answer.isError).toBe(false);
  expect(JSON.parse(Buffer.from(answer.bytes).toString())).toMatchObject({
    jsonrpc: '2.0',
    id: 'my own id',
    result: { resultType: 'complete', received: { name: 'echo' } },
  });
});

test('a failure of the tool passes as bytes and is told as such', async () => {
  expect(await call('fail')).toMatchObject({ kind: 'bytes', isError: true });
});

test('an answer that must be read does not pass as bytes', async () => {
  expect((await call('echo', { mustParse: true })).kind).toBe('data');
});

test('an answer on a stream does not pass as bytes', async () => {
  expect((await call('echo', { params: { name: 'x', arguments: { stream: true } } })).kind).toBe('data');
});

test('over a shared pipe the caller’s id is never used', async () => {
  const answer = await gateway.call({ upstream: 'pipe', name: 'echo', rawAnswerId: 'my own id' });
  expect(answer.kind).toBe('data');
});

test.each(['refuse', 'reserved'])('an error of the tool "%s" does not pass as bytes', async (name) => {
  expect((await errorOf(call(name))).code).toBe('upstream_refused');
});

test('a result of a kind that was not offered is refused', async () => {
  expect((await errorOf(call('odd-result'))).code).toBe('upstream_invalid_answer');
});

test('a question does not pass as bytes', async () => {
  expect((await errorOf(call('ask'))).code).toBe('missing_capability');
});
