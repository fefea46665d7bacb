import { request } from 'node:http';
import { decodeJwt, generateKeyPair, SignJWT } from 'jose';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type SpentCredentials, type Stage, setStage, spendCredentials } from './support/cast.ts';

let stage: Stage;
let spent: SpentCredentials;
beforeAll(async () => {
  stage = await setStage({ settings: { endpoints: { some: { include: ['*'] } } } });
  spent = await spendCredentials(stage);
});
afterAll(() => stage[Symbol.asyncDispose]());

interface Place {
  readonly method: string;
  readonly path: string;
}

/** Every place that wants somebody known, from the hub's own list of what it serves. */
function guardedPlaces(): Place[] {
  const { hub } = stage.app.test;
  const routes = hub.routes().filter(({ access }) => access === 'principal');
  const mounts = hub.mounts().filter(({ access }) => access === 'principal');
  const paths = mounts.flatMap(({ path }) =>
    path.endsWith('/') ? ['mcp', 'sse', 'messages'].map((leaf) => `${path}some/${leaf}`) : [path],
  );
  return [
    ...routes.map(({ method, path }) => ({ method, path: path.replaceAll(/\{\w+\}/g, 'x') })),
    ...paths.flatMap((path) => ['GET', 'POST', 'DELETE'].map((method) => ({ method, path }))),
  ];
}

type Headers = { readonly [name: string]: string };

/** Everything that is no credential for any of the places, with what it is. */
async function badCredentials(): Promise<[what: string, headers: Headers, query?: string][]> {
  const { key: owner } = stage.app.test;
  const { privateKey } = await generateKeyPair('ES256');
  const claims = { ...decodeJwt(spent.accessForMcp), aud: [`${stage.url}/mcp`, `${stage.url}/api/v1`] };
  const forge = (changes: object, header: object = {}): Promise<string> =>
    new SignJWT({ ...claims, ...changes })
      .setProtectedHeader({ alg: 'ES256', typ: 'at+jwt', ...header })
      .sign(privateKey);
  const [, body = '', signature = ''] = spent.accessForMcp.split('.');
  const none = Buffer.from('{"alg":"none","typ":"at+jwt"}').toString('base64url');
  const bearer = (token: string): Headers => ({ authorization: `Bearer ${token}` });
  return [
    ['nothing', {}],
    ['an empty header', { authorization: '' }],
    ['a scheme alone', { authorization: 'Bearer' }],
    ['a word', bearer('undefined')],
    ['the owner key, one letter changed', bearer(owner.slice(0, -1) + (owner.endsWith('a') ? 'b' : 'a'))],
    ['the owner key, cut', bearer(owner.slice(0, -8))],
    ['the owner key as a basic password', { authorization: `Basic ${btoa(`owner:${owner}`)}` }],
    ['the owner key in a cookie', { cookie: `authorization=Bearer ${owner}; signalbox-session=${owner}` }],
    ['the owner key in the query', {}, `access_token=${owner}&key=${owner}`],
    ['names in headers of proxies', { 'x-forwarded-user': 'owner', 'x-forwarded-for': '127.0.0.1' }],
    ['a revoked key', bearer(spent.revokedKey)],
    ['the key of somebody disabled', bearer(spent.keyOfDisabled)],
    ['an unknown key of the right form', bearer(`sbx_key_x_${'0'.repeat(40)}_00000000`)],
    ['a refresh token', bearer(spent.refresh)],
    ['an ID token', bearer(spent.idToken)],
    ['a code', bearer(spent.code)],
    ['alg none', bearer(`${none}.${body}.`)],
    ['alg none with a signature', bearer(`${none}.${body}.${signature}`)],
    ['a token of another key', bearer(await forge({}))],
    ['a token of another issuer', bearer(await forge({ iss: 'https://other.example' }))],
    ['a token that has expired', bearer(await forge({ exp: 1 }))],
    ['a token of another type', bearer(await forge({}, { typ: 'JWT' }))],
    [
      'HS256 with what everybody can read',
      bearer(
        await new SignJWT(claims)
          .setProtectedHeader({ alg: 'HS256', typ: 'at+jwt' })
          .sign(Buffer.from(await (await fetch(`${stage.url}/oauth/jwks`)).text())),
      ),
    ],
    ['a good token shown as proof of possession', { authorization: `DPoP ${spent.accessForMcp}` }],
  ];
}

/** Plain node:http: fetch would mend broken headers. */
function statusOf({ method, path }: Place, headers: Headers, query = ''): Promise<number> {
  const url = new URL(query === '' ? path : `${path}?${query}`, stage.url);
  const whole = {
    'content-type': 'application/json',
    accept: 'application/json, text/event-stream',
    ...headers,
  };
  return new Promise((resolve, reject) => {
    const asking = request(url, { method, headers: whole, agent: false }, (answer) => {
      answer.resume();
      answer.destroy();
      resolve(answer.statusCode ?? 0);
    });
    asking.once('error', reject);
    asking.end(method === 'GET' || method === 'DELETE' ? undefined : '{}');
  });
}

test('no place that wants somebody known answers a credential that is not good for it', async () => {
  const places = guardedPlaces();
  const bad = await badCredentials();
  const unexpected: string[] = [];
  let count = 0;
  for (const [what, headers, query] of bad) {
    const statuses = await Promise.all(places.map((place) => statusOf(place, headers, query)));
    statuses.forEach((status, index) => {
      count++;
      if (status !== 401)
        unexpected.push(`${status} ${places[index]?.method} ${places[index]?.path}: ${what}`);
    });
  }
  // A token for one endpoint opens that one only.
  for (const place of places.filter(({ path }) => !['/mcp', '/sse', '/messages'].includes(path))) {
    count++;
    const status = await statusOf(place, { authorization: `Bearer ${spent.accessForMcp}` });
    if (status !== 401) unexpected.push(`${status} ${place.method} ${place.path}: a token for /mcp`);
  }
  process.stdout.write(
    `security: ${places.length} places x ${bad.length + 1} bad credentials, ${count} requests, ${unexpected.length} unexpected answers\n`,
  );
  expect(unexpected).toEqual([]);
  expect(places.length).toBeGreaterThan(80);
}, 120_000);

test('what is open to everybody is a list that is known', () => {
  const { hub } = stage.app.test;
  const open = [
    ...hub.routes().filter(({ access }) => access === 'public'),
    ...hub.mounts().filter(({ access }) => access === 'public'),
  ].map(({ path }) => path);
  expect(open.sort()).toMatchInlineSnapshot(`
    [
      "/.well-known/oauth-authorization-server",
      "/.well-known/oauth-authorization-server/",
      "/.well-known/oauth-protected-resource",
      "/.well-known/oauth-protected-resource/",
      "/.well-known/openid-configuration",
      "/.well-known/openid-configuration/",
      "/account",
      "/hooks/",
      "/invitation",
      "/oauth/",
      "/oauth/interaction/",
      "/setup",
      "/sign-in",
      "/sign-in/callback/",
      "/signed-out",
      "/upstreams/callback/",
      "/upstreams/client/",
      "/upstreams/login/",
    ]
  `);
});
