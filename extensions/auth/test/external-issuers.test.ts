import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { JsonObject } from '@signalbox/sdk';
import { exportJWK, generateKeyPair, type JWTPayload, SignJWT } from 'jose';
import { expect, test } from 'vitest';
import { postForm, useMcp } from './support/oauth-client.ts';
import { startAuthHub } from './support/start-auth-hub.ts';

const issuer = 'https://idp.example';

/** Another authorization server: its keys, and what it says of opaque tokens. */
async function startIssuer(opaque: { readonly [token: string]: JsonObject } = {}) {
  const { privateKey, publicKey } = await generateKeyPair('ES256');
  const jwk = { ...(await exportJWK(publicKey)), kid: 'k1', alg: 'ES256', use: 'sig' };
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (part: Buffer) => {
      body += part.toString();
    });
    request.on('end', () => {
      response.setHeader('content-type', 'application/json');
      const said = opaque[new URLSearchParams(body).get('token') ?? ''] ?? {};
      response.end(JSON.stringify(request.url === '/jwks' ? { keys: [jwk] } : said));
    });
  });
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    host: `127.0.0.1:${port}`,
    url: `http://127.0.0.1:${port}`,
    sign: (claims: JWTPayload, typ = 'at+jwt') =>
      new SignJWT({ iss: issuer, aud: 'hub', sub: 'u1', scope: 'tools:list', jti: 'j', ...claims })
        .setProtectedHeader({ alg: 'ES256', kid: 'k1', typ })
        .setIssuedAt()
        .setExpirationTime(claims.exp ?? '5m')
        .sign(privateKey),
    [Symbol.dispose]: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

test('a token of a listed issuer is taken for the person it is linked to, and no other', async () => {
  using idp = await startIssuer();
  await using hub = await startAuthHub({
    settings: {
      allowPrivate: [idp.host],
      issuers: [{ issuer, audience: 'hub', jwksUrl: `${idp.url}/jwks` }],
    },
  });
  hub.town.identities.set(`${issuer} u1`, 'person-ada');
  const use = async (token: string): Promise<number> => (await useMcp(hub.url, `Bearer ${token}`)).status;
  expect(await use(await idp.sign({}))).toBe(200);
  const refused: readonly [string, string][] = [
    ['nobody linked', await idp.sign({ sub: 'u2' })],
    ['another audience', await idp.sign({ aud: 'other' })],
    ['another issuer', await idp.sign({ iss: 'https://other.example' })],
    ['expired', await idp.sign({ exp: Math.floor(Date.now() / 1000) - 60 })],
    ['an ID token', await idp.sign({}, 'JWT')],
    ['bound in an unknown way', await idp.sign({ cnf: { 'x5t#S256': 'x' } })],
  ];
  for (const [what, token] of refused) expect(await use(token), what).toBe(401);
});

test('only what the issuer says is active is, in this very word', async () => {
  const good = { active: true, aud: 'hub', sub: 'u1', exp: Math.floor(Date.now() / 1000) + 300 };
  const answers: { readonly [token: string]: JsonObject } = {
    good,
    inactive: { ...good, active: false },
    text: { ...good, active: 'true' },
    number: { ...good, active: 1 },
    missing: { aud: good.aud, sub: good.sub, exp: good.exp },
    elsewhere: { ...good, aud: 'other' },
    nowhere: { active: true, sub: 'u1', exp: good.exp },
    foreign: { ...good, iss: 'https://other.example' },
    endless: { active: true, aud: 'hub', sub: 'u1' },
  };
  using idp = await startIssuer(answers);
  const introspection = { url: `${idp.url}/introspect`, clientId: 'hub', clientSecret: 's' };
  await using hub = await startAuthHub({
    settings: { allowPrivate: [idp.host], issuers: [{ issuer, audience: 'hub', introspection }] },
  });
  hub.town.identities.set(`${issuer} u1`, 'person-ada');
  for (const token of [...Object.keys(answers), 'unknown'])
    expect((await useMcp(hub.url, `Bearer ${token}`)).status, token).toBe(token === 'good' ? 200 : 401);
});

test('an issuer that cannot be asked lets nobody in', async () => {
  const idp = await startIssuer();
  const token = await idp.sign({});
  await using hub = await startAuthHub({
    settings: {
      allowPrivate: [idp.host],
      issuers: [{ issuer, audience: 'hub', jwksUrl: `${idp.url}/jwks` }],
    },
  });
  hub.town.identities.set(`${issuer} u1`, 'person-ada');
  idp[Symbol.dispose]();
  expect((await useMcp(hub.url, `Bearer ${token}`)).status).toBeGreaterThanOrEqual(401);
});

test('an identity assertion of a listed issuer gives its client a token, once', async () => {
  using idp = await startIssuer();
  await using hub = await startAuthHub({
    settings: {
      allowPrivate: [idp.host],
      issuers: [{ issuer, audience: 'hub', jwksUrl: `${idp.url}/jwks`, assertions: true }],
    },
  });
  hub.town.identities.set(`${issuer} u1`, 'person-ada');
  const grant = 'urn:ietf:params:oauth:grant-type:jwt-bearer';
  await hub.clients.add({
    id: 'client-company',
    org: 'local',
    name: 'Company client',
    origin: 'administrator',
    metadata: {
      client_name: 'Company client',
      client_secret: 'a-secret-of-the-company',
      grant_types: [grant],
      response_types: [],
      redirect_uris: [],
      token_endpoint_auth_method: 'client_secret_basic',
    },
  });
  const assert = (changes: JWTPayload, typ = 'oauth-id-jag+jwt') =>
    idp.sign({ aud: hub.url, client_id: 'client-company', resource: `${hub.url}/mcp`, ...changes }, typ);
  const ask = (assertion: string, secret = 'a-secret-of-the-company') =>
    postForm(`${hub.url}/oauth/token`, {
      grant_type: grant,
      assertion,
      client_id: 'client-company',
      client_secret: secret,
    });
  const good = await assert({ jti: 'one' });
  const { status, body } = await ask(good);
  expect(status, JSON.stringify(body)).toBe(200);
  expect(body).toMatchObject({ scope: 'tools:list', token_type: 'Bearer', expires_in: 600 });
  expect((await useMcp(hub.url, `Bearer ${String(body['access_token'])}`)).status).toBe(200);
  const refused: readonly [string, string, string?][] = [
    ['used before', good],
    ['for another server', await assert({ jti: '2', aud: 'https://other.example' })],
    ['for another client', await assert({ jti: '3', client_id: 'client-test' })],
    ['of nobody linked', await assert({ jti: '4', sub: 'u2' })],
    ['for another resource', await assert({ jti: '5', resource: 'https://other.example/mcp' })],
    ['an access token', await assert({ jti: '6' }, 'at+jwt')],
    ['of another issuer', await assert({ jti: '7', iss: 'https://other.example' })],
    ['with a wrong secret', await assert({ jti: '8' }), 'wrong'],
    ['without scopes of here', await assert({ jti: '9', scope: 'everything' })],
  ];
  for (const [what, assertion, secret] of refused)
    expect((await ask(assertion, secret)).status, what).toBeGreaterThanOrEqual(400);
});
