import { afterEach, beforeEach, expect, test } from 'vitest';
import { errorOf } from '../support/error-of.ts';
import { fixturePath, type HttpFixture, startHttpFixture } from '../support/fixture.ts';
import { startGateway, type TestGateway } from '../support/gateway-context.ts';

let gateway: TestGateway;
let fixture: HttpFixture;

beforeEach(async () => {
  fixture = await startHttpFixture('http.mjs', ['legacy']);
  gateway = await startGateway({ upstreams: { u: { url: fixture.url } } });
  await gateway.untilState('u', 'available');
});

afterEach(async () => {
  await gateway.stop();
  await fixture.stop();
});

test('a forgotten session is opened anew and the call is made again', async () => {
  await gateway.call({ upstream: 'u', name: 'forget' });
  expect(await gateway.call({ upstream: 'u', name: 'echo' })).toMatchObject({ kind: 'data' });
  expect(gateway.registry.get('u')).toMatchObject({ state: 'available', restarts: 1 });
});

test('a restarted upstream is noticed by its session', async () => {
  await fixture.stop();
  fixture = await startHttpFixture('http.mjs', ['legacy', String(fixture.port)]);
  await gateway.until('it is connected anew', () => gateway.registry.get('u').restarts > 0);
  await gateway.untilState('u', 'available');
  expect(await gateway.call({ upstream: 'u', name: 'echo' })).toMatchObject({ kind: 'data' });
});

test('the session is ended when the hub stops', async () => {
  await gateway.stop();
  await fixture.untilLine(/session deleted/);
});

test.each([false, true])(
  'an answer whose stream breaks is fetched with the last event id (abruptly: %s)',
  async (abruptly) => {
    const params = { name: 'x', arguments: { abruptly } };
    const answer = await gateway.call({ upstream: 'u', name: 'break', params });
    expect(answer).toEqual({ kind: 'data', isError: false, value: { content: [], resumed: true } });
  },
);

test.each(['ü', '日本', 'a b', '"'])(
  'an answer is fetched with the event id %j, as UTF-8',
  async (eventId) => {
    const answer = await gateway.call({
      upstream: 'u',
      name: 'break',
      params: { name: 'x', arguments: { eventId } },
    });
    expect(answer).toMatchObject({ value: { resumed: true } });
  },
);

test.each(['', '\u0001'])(
  'an answer whose event id %j no header can carry is not waited for',
  async (eventId) => {
    const params = { name: 'x', arguments: { eventId } };
    const error = await errorOf(gateway.call({ upstream: 'u', name: 'break', params }));
    expect(error.code).toBe('upstream_invalid_answer');
  },
);

test('an answer may come as a stream', async () => {
  const answer = await gateway.call({
    upstream: 'u',
    name: 'echo',
    params: { name: 'x', arguments: { stream: true } },
  });
  expect(answer).toMatchObject({ value: { received: { name: 'echo' } } });
});

test('changes are told on the stream of the session', async () => {
  await fixture.untilLine(/stream opened/);
  await gateway.call({
    upstream: 'u',
    name: 'add-tool',
    params: { name: 'x', arguments: { name: 'added' } },
  });
  await gateway.until('it is listed', () =>
    Boolean(gateway.sources.get('u')?.entries.some(({ name }) => name === 'added')),
  );
});

test('a process may be started for a URL; it is waited for, watched, and ended', async () => {
  const { port } = await startAndStop();
  const run = { command: process.execPath, args: [fixturePath('http.mjs'), 'legacy', String(port)] };
  await gateway.stop();
  gateway = await startGateway({ upstreams: { u: { url: `http://127.0.0.1:${port}/mcp`, run } } });
  const { pid } = await gateway.untilState('u', 'available');
  expect(await gateway.call({ upstream: 'u', name: 'echo' })).toMatchObject({ kind: 'data' });
  process.kill(pid ?? 0, 'SIGKILL');
  expect((await gateway.untilState('u', 'unavailable')).reason).toContain('its process was ended by SIGKILL');
  const again = await gateway.untilState('u', 'available');
  expect(again.pid).not.toBe(pid);
});

async function startAndStop(): Promise<HttpFixture> {
  const other = await startHttpFixture('http.mjs', ['legacy']);
  await other.stop();
  return other;
}
