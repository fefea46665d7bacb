import { SignalboxError } from '@signalbox/sdk';
import { afterEach, expect, test } from 'vitest';
import { errorOf } from './support/error-of.ts';
import { type HttpFixture, startHttpFixture } from './support/fixture.ts';
import { startGateway, type TestGateway } from './support/gateway-context.ts';

let gateway: TestGateway | undefined;
let fixture: HttpFixture | undefined;

afterEach(async () => {
  await gateway?.stop();
  await fixture?.stop();
});

async function start(...args: readonly string[]): Promise<TestGateway> {
  fixture = await startHttpFixture('misbehaving-http.mjs', args);
  gateway = await startGateway({ upstreams: { bad: { url: fixture.url } } });
  return gateway;
}

async function errorOfCall(...args: readonly string[]): Promise<SignalboxError> {
  const started = await start(...args);
  await started.untilState('bad', 'available');
  return errorOf(started.call({ upstream: 'bad', name: 'go' }));
}

test('an answer with another id fails the call at once', async () => {
  const error = await errorOfCall('wrong-id');
  expect({ code: error.code, message: error.message }).toEqual({
    code: 'upstream_invalid_answer',
    message:
      'upstream "bad" is at fault: it answered with the id "another", which was not asked; report it to its author',
  });
});

test('an answer that is no MCP message fails the call', async () => {
  expect((await errorOfCall('html')).code).toBe('upstream_invalid_answer');
});

test('an answer that is a message, but answers nothing, fails the call at once', async () => {
  const error = await errorOfCall('no-answer');
  expect(error.code).toBe('upstream_invalid_answer');
  expect(error.message).toContain('holds no answer to what was asked');
});

test('a notification named like a member every object has is not taken for a known one', async () => {
  const started = await start('odd-notifications');
  await started.untilState('bad', 'available');
  expect((await started.call({ upstream: 'bad', name: 'go' })).kind).toBe('data');
});

test('an answer stream that ends too early fails the call', async () => {
  const error = await errorOfCall('half');
  expect(error.code).toBe('upstream_invalid_answer');
  expect(error.message).toContain('closed its answer before the answer was complete');
});

test('a connection that breaks fails the call, and the upstream is connected anew', async () => {
  const error = await errorOfCall('closes');
  expect(error.code).toBe('upstream_unavailable');
  expect(error.message).toContain('whether the call was carried out is not known');
  await gateway?.untilState('bad', 'available');
});

test('an answer larger than maxMessageBytes fails the call, not the upstream', async () => {
  const error = await errorOfCall('long');
  expect(error.code).toBe('upstream_invalid_answer');
  expect(error.message).toContain('raise its maxMessageBytes');
  expect(gateway?.registry.get('bad').state).toBe('available');
});

test.each([
  ['401', 'upstream_refused', 'check the credentials in its headers'],
  ['403', 'upstream_refused', 'check the credentials in its headers'],
  ['429', 'upstream_unavailable', 'try again later'],
  ['503', 'upstream_unavailable', 'try again later'],
  ['500', 'upstream_invalid_answer', 'HTTP 500'],
  ['202', 'upstream_invalid_answer', 'HTTP 202'],
])('HTTP %s on a call is %s and leaves the upstream as it is', async (status, code, text) => {
  const error = await errorOfCall('call-status', status);
  expect(error.code).toBe(code);
  expect(error.message).toContain(text);
  expect(gateway?.registry.get('bad')).toMatchObject({ state: 'available', restarts: 0 });
});

test('a capability the upstream misses is told to the caller as such', async () => {
  const error = await errorOfCall('needs-elicitation');
  expect({ code: error.code, details: error.details }).toEqual({
    code: 'missing_capability',
    details: { requiredCapabilities: { elicitation: {} } },
  });
});

test('a call that is never answered ends with its signal', async () => {
  const started = await start('never-answers');
  await started.untilState('bad', 'available');
  const controller = new AbortController();
  const waiting = errorOf(started.call({ upstream: 'bad', name: 'go', signal: controller.signal }));
  controller.abort(new SignalboxError('timeout', 'too late'));
  expect((await waiting).code).toBe('timeout');
});

test('a tool whose header marks are invalid is left out and told of', async () => {
  const started = await start('fine');
  expect((await started.untilState('bad', 'available')).tools).toBe(1);
  const texts = started.registry.logs('bad', 100).map(({ text }) => text);
  expect(texts).toContain(
    'left out tool "invalid": its x-mcp-header marks are invalid: the mark of "region" is no header name',
  );
});

test('marked parameters travel in headers, too; after a mismatch the tool is read again and called once more', async () => {
  const started = await start('changes-marks');
  await started.untilState('bad', 'available');
  const params = { name: 'x', arguments: { region: 'Zürich' } };
  const answer = await started.call({ upstream: 'bad', name: 'go', params });
  expect(answer).toMatchObject({ value: { header: '=?base64?WsO8cmljaA==?=' } });
});

test('a header that is not valid is told of', async () => {
  gateway = await startGateway({
    upstreams: { bad: { url: 'http://127.0.0.1:9/', headers: { 'not valid': 'x' } } },
  });
  expect((await gateway.untilState('bad', 'unavailable')).reason).toContain(
    'one of its headers is not valid HTTP',
  );
});

test.each([
  ['401', 'refused the hub with HTTP 401; check the credentials in its headers'],
  ['404', 'answered with HTTP 404; check the path in its url'],
  ['503', 'is busy or down (HTTP 503); try again later'],
])('HTTP %s at the start is the reason it is unavailable', async (status, text) => {
  const started = await start('status', status);
  expect((await started.untilState('bad', 'unavailable')).reason).toContain(text);
});

test('a redirection is not followed but told of', async () => {
  const started = await start('redirects');
  expect((await started.untilState('bad', 'unavailable')).reason).toContain(
    'put the final address into its url',
  );
});

test('an upstream that is not there is unavailable and comes back by itself', async () => {
  const first = await startHttpFixture('http.mjs', ['modern']);
  await first.stop();
  gateway = await startGateway({ upstreams: { late: { url: first.url } } });
  const { reason } = await gateway.untilState('late', 'unavailable');
  expect(reason).toBe(
    'upstream "late" is not available: nothing listens at its url; start it, or correct its definition',
  );
  fixture = await startHttpFixture('http.mjs', ['modern', String(first.port)]);
  await gateway.untilState('late', 'available');
  expect(await gateway.call({ upstream: 'late', name: 'echo' })).toMatchObject({ kind: 'data' });
});

test('a call on an upstream that went away fails, then the upstream is unavailable, then it comes back', async () => {
  fixture = await startHttpFixture('http.mjs', ['modern']);
  gateway = await startGateway({ upstreams: { u: { url: fixture.url } } });
  await gateway.untilState('u', 'available');
  await fixture.stop();
  const error = await errorOf(gateway.call({ upstream: 'u', name: 'echo' }));
  expect(error.code).toBe('upstream_unavailable');
  await gateway.untilState('u', 'unavailable');
  fixture = await startHttpFixture('http.mjs', ['modern', String(fixture.port)]);
  await gateway.untilState('u', 'available');
});
