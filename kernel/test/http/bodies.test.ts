import { gzipSync } from 'node:zlib';
import { startTestHub, type TestHub } from '@signalbox/testkit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { bearer, json, type Sending, send, sendRaw } from '../support/http.ts';
import { web } from '../support/web.ts';

let hub: TestHub;

beforeAll(async () => {
  hub = await startTestHub({ extensions: [web], settings: { http: { port: 0, maxBodyBytes: 2_048 } } });
});

afterAll(() => hub.stop());

async function post(sending: Sending): Promise<{ status: number; error: { code: string; message: string } }> {
  const answer = await send(`${hub.url}/api/v1/pets`, {
    method: 'POST',
    ...sending,
    headers: { ...bearer(hub.key), ...sending.headers },
  });
  return {
    status: answer.status,
    ...(JSON.parse(answer.body) as { error: { code: string; message: string } }),
  };
}

describe('a request body', () => {
  test.each<[string, Sending, number, string]>([
    [
      'of another type',
      { headers: { 'content-type': 'text/plain' }, body: '{}' },
      415,
      'unsupported_media_type',
    ],
    ['without a type', { body: '{}' }, 415, 'unsupported_media_type'],
    [
      'of a type that only begins like JSON',
      { headers: { 'content-type': 'application/json-patch+json' }, body: '{}' },
      415,
      'unsupported_media_type',
    ],
    [
      'of a form',
      { headers: { 'content-type': 'application/x-www-form-urlencoded' }, body: 'name=x' },
      415,
      'unsupported_media_type',
    ],
    [
      'that is compressed',
      {
        headers: { 'content-type': 'application/json', 'content-encoding': 'gzip' },
        body: gzipSync('{"name":"rex"}'),
      },
      415,
      'unsupported_media_type',
    ],
    ['that is empty', json(''), 400, 'parse_error'],
    ['that is no JSON', json('{"name":'), 400, 'parse_error'],
    ['with two values', json('{} {}'), 400, 'parse_error'],
    ['that nests too deep', json('['.repeat(65) + ']'.repeat(65)), 413, 'too_large'],
    ['that is too large', json(`{"name":"${'x'.repeat(2_048)}"}`), 413, 'too_large'],
    ['of the wrong shape', json({ name: 5, age: 'x' }), 400, 'invalid_params'],
  ])('%s is refused', async (_what, sending, status, code) => {
    const answer = await post(sending);
    expect([answer.status, answer.error.code]).toEqual([status, code]);
  });

  test('of the wrong shape is told of with every place, and none of its values', async () => {
    const { error } = await post(json({ name: 5, age: 'canary-77' }));
    expect(error).toEqual({
      code: 'invalid_params',
      message:
        'the body of the request does not fit: name: Invalid input: expected string, received number; age: Invalid input: expected number, received string',
      details: [
        { path: 'name', message: 'Invalid input: expected string, received number' },
        { path: 'age', message: 'Invalid input: expected number, received string' },
      ],
    });
  });

  test('of the largest size is taken', async () => {
    const body = JSON.stringify({ name: '' });
    const whole = json({ name: 'x'.repeat(2_048 - body.length) });
    expect(Buffer.byteLength(whole.body)).toBe(2_048);
    expect((await post(whole)).status).toBe(201);
  });

  test.each(['application/json', 'application/json; charset=utf-8', 'Application/JSON;charset=UTF-8'])(
    'of type %s is taken',
    async (type) => {
      expect((await post({ headers: { 'content-type': type }, body: '{"name":"rex"}' })).status).toBe(201);
    },
  );

  test('that never ends is cut off as soon as it is too large', async () => {
    const head = `POST /api/v1/pets HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer ${hub.key}\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n`;
    const chunk = `1000\r\n${'x'.repeat(0x1000)}\r\n`;
    const received = await sendRaw(hub.url, head + chunk);
    expect(received).toMatch(/^HTTP\/1\.1 413 /);
    expect(received.toLowerCase()).toContain('\r\nconnection: close\r\n');
  });

  test('__proto__ in a body reaches nobody', async () => {
    const answer = await send(`${hub.url}/api/v1/pets`, {
      method: 'POST',
      headers: { ...bearer(hub.key), 'content-type': 'application/json' },
      body: '{"name":"rex","__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}}}',
    });
    expect([answer.status, JSON.parse(answer.body)]).toEqual([201, { name: 'rex' }]);
    expect(({} as { polluted?: boolean }).polluted).toBe(undefined);
  });
});

describe('an error', () => {
  test.each(['/api/v1/bug', '/broken'])(
    'of the inside at %s says nothing of it; the log does',
    async (path) => {
      const answer = await send(`${hub.url}${path}`, { headers: bearer(hub.key) });
      expect([answer.status, JSON.parse(answer.body)]).toEqual([
        500,
        { error: { code: 'internal', message: 'the hub failed inside; its log has the cause' } },
      ]);
      expect(hub.logged()).toContain('hunter2');
    },
  );

  test.each([
    ['GET', '/api/v1/pets/a-name-that-is-far-too-long', 400, 'invalid_params'],
    ['GET', '/api/v1/pets/rex?deep=perhaps', 400, 'invalid_params'],
    ['PATCH', '/api/v1/pets/rex', 404, 'not_found'],
    ['GET', '/nothing/here', 404, 'not_found'],
  ])('%s %s is %i %s, as JSON', async (method, path, status, code) => {
    const answer = await send(`${hub.url}${path}`, { method, headers: bearer(hub.key) });
    expect([
      answer.status,
      answer.headers['content-type'],
      (JSON.parse(answer.body) as { error: { code: string } }).error.code,
    ]).toEqual([status, 'application/json', code]);
    expect(answer.body).not.toMatch(/\bat .*\.ts:\d+/);
  });
});

describe('an answer', () => {
  test('without content has none', async () => {
    const answer = await send(`${hub.url}/api/v1/pets/rex`, { method: 'DELETE', headers: bearer(hub.key) });
    expect([answer.status, answer.body]).toEqual([204, '']);
  });

  test('is not to be kept by anybody', async () => {
    const answer = await send(`${hub.url}/api/v1/pets/rex`, { headers: bearer(hub.key) });
    expect([answer.status, answer.body, answer.headers['cache-control']]).toEqual([
      200,
      '{"name":"rex"}',
      'no-store',
    ]);
  });
});
