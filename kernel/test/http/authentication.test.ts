import { hubInfo } from '@signalbox/sdk';
import { expectRejection } from '@signalbox/sdk/expect-code';
import { startTestHub, type TestHub } from '@signalbox/testkit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { bearer, send } from '../support/http.ts';
import { web } from '../support/web.ts';

let hub: TestHub;
let other: TestHub;

beforeAll(async () => {
  hub = await startTestHub({ extensions: [web] });
  other = await startTestHub({ extensions: [] });
});

afterAll(async () => {
  await hub.stop();
  await other.stop();
});

/** Keys that are none: each as the value of the Authorization header. */
const wrongKeys: { readonly [what: string]: (key: string) => string | undefined } = {
  'no key': () => undefined,
  'an empty header': () => '',
  garbage: () => 'Bearer garbage',
  'another scheme': (key) => `Basic ${Buffer.from(`owner:${key}`).toString('base64')}`,
  'no scheme': (key) => key,
  'only the scheme': () => 'Bearer',
  'the scheme twice': (key) => `Bearer Bearer ${key}`,
  'a truncated key': (key) => `Bearer ${key.slice(0, -1)}`,
  'a key with a character more': (key) => `Bearer ${key}0`,
  'a key with a space inside': (key) => `Bearer ${key.slice(0, 10)} ${key.slice(10)}`,
  'two keys': (key) => `Bearer ${key}, Bearer ${key}`,
  'the key in capitals': (key) => `Bearer ${key.toUpperCase()}`,
  'the key of another hub': () => `Bearer ${other.key}`,
  'a long key': () => `Bearer ${'a'.repeat(5_000)}`,
  'a token without signature': () => `Bearer ${Buffer.from('{"alg":"none"}').toString('base64url')}.e30.`,
};

describe('every place that wants a principal', () => {
  const places = (): { method: string; path: string }[] => [
    ...hub.hub
      .routes()
      .filter(({ access }) => access === 'principal')
      .flatMap(({ method, path }) => [
        { method, path: path.replace('{name}', 'rex') },
        ...(method === 'GET' ? [{ method: 'HEAD', path: path.replace('{name}', 'rex') }] : []),
      ]),
    ...hub.hub
      .mounts()
      .filter(({ access }) => access === 'principal')
      .flatMap(({ path }) => ['GET', 'POST', 'PUT', 'DELETE', 'OPTIONS'].map((method) => ({ method, path }))),
  ];

  test.each(Object.entries(wrongKeys))('answers 401 to %s', async (_what, make) => {
    expect(places().length).toBeGreaterThan(15);
    const value = make(hub.key);
    const answers = await Promise.all(
      places().map(async ({ method, path }) => {
        const answer = await send(`${hub.url}${path}`, {
          method,
          headers: value === undefined ? {} : { authorization: value },
        });
        return {
          place: `${method} ${path}`,
          status: answer.status,
          way: answer.headers['www-authenticate'],
          body: answer.body,
        };
      }),
    );
    // RFC 6750 §3.1: only who has shown something is told that it was wrong.
    const way = `Bearer realm="signalbox"${value === undefined ? '' : ', error="invalid_token"'}`;
    for (const { body, ...answer } of answers) {
      expect(answer).toEqual({ place: answer.place, status: 401, way });
      expect(body).not.toContain(hub.key.slice(0, 20));
    }
  });

  test('lets in the one who has the key, whatever the case of the scheme', async () => {
    for (const scheme of ['Bearer', 'bearer', 'BEARER'])
      expect(
        (await send(`${hub.url}/raw`, { headers: { authorization: `${scheme} ${hub.key}` } })).status,
      ).toBe(200);
  });
});

describe('a place that is open', () => {
  test('still refuses a key that is none: it is never taken as nobody', async () => {
    const [open, wrong, right] = await Promise.all([
      send(`${hub.url}/api/v1/hello`),
      send(`${hub.url}/api/v1/hello`, { headers: bearer('nonsense') }),
      send(`${hub.url}/api/v1/hello`, { headers: bearer(hub.key) }),
    ]);
    expect([open.status, JSON.parse(open.body), wrong.status, JSON.parse(right.body)]).toEqual([
      200,
      { who: 'anonymous', level: 'trusted' },
      401,
      { who: 'owner', level: 'anchor' },
    ]);
  });

  test('gives a mount nobody of level none', async () => {
    expect((await send(`${hub.url}/open`)).body).toBe('none');
  });
});

describe('a path that is none', () => {
  test.each([
    '/',
    '/rawx',
    '/RAW',
    '//raw',
    '/%72aw',
    '/raw%2f',
    '/api/v1/pets',
    '/api/v1/nothing',
    '/raw/../open/x',
    '/.env',
  ])('%s is not found or wants a key, and never answers', async (path) => {
    const { status } = await send(`${hub.url}${path}`);
    expect([401, 404]).toContain(status);
  });
});

describe('a hub without keys', () => {
  test('gives everybody the level of its settings, says so in its log, and still refuses a wrong key', async () => {
    const open = await startTestHub({
      extensions: [web],
      noAuth: true,
      settings: { http: { port: 0, noAuthLevel: 'trusted' } },
    });
    const raw = await send(`${open.url}/raw`);
    expect(JSON.parse(raw.body)).toMatchObject({ principal: 'anonymous' });
    expect((await send(`${open.url}/api/v1/pets/rex`)).status).toBe(200);
    const high = await send(`${open.url}/api/v1/pets`, { method: 'POST' });
    expect([high.status, JSON.parse(high.body)]).toEqual([
      403,
      { error: { code: 'forbidden', message: '"addPet" needs level anchor; you have trusted' } },
    ]);
    expect((await send(`${open.url}/raw`, { headers: bearer('nonsense') })).status).toBe(401);
    expect(open.logged()).toContain(
      'everybody on this machine may call without a key, at level \\"trusted\\"',
    );
    await open.stop();
  });

  test('is public unless told otherwise', async () => {
    const open = await startTestHub({ extensions: [web], noAuth: true });
    expect((await send(`${open.url}/api/v1/pets/rex`)).status).toBe(403);
    await open.stop();
  });

  test.each([
    ['0.0.0.0', undefined],
    ['::', undefined],
    ['192.168.0.1', 'https://hub.example.com'],
    ['127.0.0.1.example.com', 'https://hub.example.com'],
    ['hub.example.com', 'https://hub.example.com'],
  ])('does not start on %s', async (host, publicUrl) => {
    const http = { port: 0, host, ...(publicUrl ? { publicUrl } : {}) };
    const error = await expectRejection(
      'invalid_settings',
      startTestHub({ extensions: [], noAuth: true, settings: { http } }),
    );
    expect(error.message).toBe(
      `--no-auth works on loopback only, but http.host is ${host}; set it to 127.0.0.1`,
    );
  });
});

describe('a hub that is open to others', () => {
  test.each(['0.0.0.0', '::', '10.0.0.1', '127.0.0.1.example.com'])(
    'does not start on %s without a public address',
    async (host) => {
      const error = await expectRejection(
        'invalid_settings',
        startTestHub({ extensions: [], settings: { http: { port: 0, host } } }),
      );
      expect(error.message).toContain('set http.publicUrl');
    },
  );

  test('starts with one', async () => {
    const open = await startTestHub({
      extensions: [web],
      settings: { http: { port: 0, host: '0.0.0.0', publicUrl: 'https://hub.example.com' } },
    });
    const { port } = new URL(open.hub.services.get(hubInfo).url() ?? '');
    expect((await send(`http://127.0.0.1:${port}/raw`)).status).toBe(401);
    await open.stop();
  });
});
