import { decodeJwt, exportJWK, generateKeyPair, SignJWT } from 'jose';
import { expect, test } from 'vitest';
import { TestBrowser } from './support/browser.ts';
import { makeDpopKey } from './support/dpop.ts';
import { OAuthClient, postForm, useMcp } from './support/oauth-client.ts';
import { startAuthHub } from './support/start-auth-hub.ts';

const deviceGrant = 'urn:ietf:params:oauth:grant-type:device_code';

test('a device is connected with the code it shows', async () => {
  await using hub = await startAuthHub();
  const client = new OAuthClient(hub.url);
  const begun = await postForm(`${hub.url}/oauth/device/auth`, { client_id: client.id });
  expect(begun.status, JSON.stringify(begun.body)).toBe(200);
  const poll = () =>
    client.token({
      grant_type: deviceGrant,
      device_code: String(begun.body['device_code']),
      client_id: client.id,
    });
  expect((await poll()).body).toMatchObject({ error: 'authorization_pending' });
  const browser = new TestBrowser(hub.url);
  const entry = await browser.go(String(begun.body['verification_uri']));
  const wrong = await browser.submit(entry, '', { user_code: 'BBBB-BBBB' });
  expect(wrong.text).toContain('There is no such code');
  const confirm = await browser.submit(wrong, '', { user_code: String(begun.body['user_code']) });
  expect(confirm.text).toContain(String(begun.body['user_code']));
  const done = await client.answer(browser, await browser.submit(confirm, 'yes'));
  expect(done.text).toContain('is connected');
  const { status, body } = await poll();
  expect(status, JSON.stringify(body)).toBe(200);
  expect((await useMcp(hub.url, `Bearer ${String(body['access_token'])}`)).status).toBe(200);
});

test('a service account signs in with its key as the secret of a client', async () => {
  await using hub = await startAuthHub();
  const key = `sbx_key_robot1_${'a'.repeat(40)}_00000000`;
  hub.town.services.add('robot');
  hub.town.keys.set(key, { service: 'robot' });
  const ask = (secret: string) =>
    postForm(`${hub.url}/oauth/token`, {
      grant_type: 'client_credentials',
      client_id: 'sbx_key_robot1',
      client_secret: secret,
      resource: `${hub.url}/mcp`,
      scope: 'tools:list tools:call',
    });
  const good = await ask(key);
  expect(good.status, JSON.stringify(good.body)).toBe(200);
  const access = String(good.body['access_token']);
  expect(decodeJwt(access)).toMatchObject({ org: 'local', client_id: 'sbx_key_robot1' });
  expect((await useMcp(hub.url, `Bearer ${access}`)).status).toBe(200);
  for (const wrong of ['', 'x', `sbx_key_robot1_${'b'.repeat(40)}_00000000`, key.replace('robot1', 'robot2')])
    expect((await ask(wrong)).status, wrong).toBeGreaterThanOrEqual(400);
  // The key itself opens the door as well, and none that is not known.
  expect((await useMcp(hub.url, `Bearer ${key}`)).status).toBe(200);
  expect((await useMcp(hub.url, `Bearer ${key}0`)).status).toBe(401);
  hub.town.services.delete('robot');
  hub.town.change('robot', true);
  expect((await useMcp(hub.url, `Bearer ${access}`)).status).toBe(401);
});

test('a service account signs in with a signed assertion', async () => {
  await using hub = await startAuthHub();
  hub.town.services.add('robot');
  const { privateKey, publicKey } = await generateKeyPair('ES256');
  const jwk = { ...(await exportJWK(publicKey)), alg: 'ES256', use: 'sig', kid: 'k1' };
  await hub.clients.add({
    id: 'client-robot',
    org: 'local',
    name: 'Robot',
    origin: 'administrator',
    service: 'robot',
    metadata: {
      client_name: 'Robot',
      grant_types: ['client_credentials'],
      response_types: [],
      redirect_uris: [],
      token_endpoint_auth_method: 'private_key_jwt',
      token_endpoint_auth_signing_alg: 'ES256',
      jwks: { keys: [JSON.parse(JSON.stringify(jwk))] },
    },
  });
  const assertion = await new SignJWT({ jti: 'once' })
    .setProtectedHeader({ alg: 'ES256', kid: 'k1' })
    .setIssuer('client-robot')
    .setSubject('client-robot')
    .setAudience(hub.url)
    .setIssuedAt()
    .setExpirationTime('1m')
    .sign(privateKey);
  const ask = () =>
    postForm(`${hub.url}/oauth/token`, {
      grant_type: 'client_credentials',
      client_assertion: assertion,
      client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
    });
  const good = await ask();
  expect(good.status, JSON.stringify(good.body)).toBe(200);
  expect((await useMcp(hub.url, `Bearer ${String(good.body['access_token'])}`)).status).toBe(200);
  expect((await ask()).status).toBe(401);
});

test('a pushed request gets the baseline scope and ends in a token', async () => {
  await using hub = await startAuthHub();
  const client = new OAuthClient(hub.url);
  const query = new URL(client.request({ scope: undefined })).searchParams;
  const pushed = await postForm(`${hub.url}/oauth/par`, Object.fromEntries(query));
  expect(pushed.status, JSON.stringify(pushed.body)).toBe(201);
  const browser = new TestBrowser(hub.url);
  const uri = String(pushed.body['request_uri']);
  const start = await browser.go(
    `/oauth/auth?${new URLSearchParams({ client_id: client.id, request_uri: uri }).toString()}`,
  );
  const end = await client.answer(browser, start);
  const { body } = await client.redeem(end.url.searchParams.get('code') ?? '');
  expect(body).toMatchObject({ scope: 'tools:list prompts:read' });
});

test('a token bound to a key needs a fresh proof of it for each request', async () => {
  await using hub = await startAuthHub();
  const client = new OAuthClient(hub.url);
  const key = await makeDpopKey();
  const code = (await client.authorize()).url.searchParams.get('code') ?? '';
  const early = await key.prove('POST', `${hub.url}/oauth/token`);
  const told = await client.redeem(code, { dpop: early });
  expect([told.status, told.body['error']]).toEqual([400, 'use_dpop_nonce']);
  const nonce = told.headers.get('dpop-nonce') ?? '';
  const made = await key.prove('POST', `${hub.url}/oauth/token`, { nonce: 'made up' });
  expect((await client.redeem(code, { dpop: made })).body['error']).toBe('use_dpop_nonce');
  const proof = await key.prove('POST', `${hub.url}/oauth/token`, { nonce });
  const { status, body } = await client.redeem(code, { dpop: proof });
  expect(status, JSON.stringify(body)).toBe(200);
  expect(body).toMatchObject({ token_type: 'DPoP' });
  const token = String(body['access_token']);
  expect(decodeJwt(token)).toMatchObject({ cnf: { jkt: key.thumbprint } });
  const url = `${hub.url}/mcp`;
  const use = async (dpop: string | undefined, scheme = 'DPoP') =>
    (await useMcp(hub.url, `${scheme} ${token}`, { headers: dpop === undefined ? {} : { dpop } })).status;
  const other = await makeDpopKey();
  const good = await key.prove('POST', url, { token });
  const long = 10 * 60;
  const now = Math.floor(Date.now() / 1000);
  expect(await use(good)).toBe(200);
  const refused: readonly [string, string | undefined, string?][] = [
    ['used before', good],
    ['missing', undefined],
    ['no proof at all', 'x.y.z'],
    ['of another key', await other.prove('POST', url, { token })],
    ['for another method', await key.prove('GET', url, { token })],
    ['for another address', await key.prove('POST', `${hub.url}/e/x/mcp`, { token })],
    ['for another token', await key.prove('POST', url, { token: 'other' })],
    ['without the token', await key.prove('POST', url)],
    ['too old', await key.prove('POST', url, { token, iat: now - long })],
    ['too new', await key.prove('POST', url, { token, iat: now + long })],
    ['as a bearer token', await key.prove('POST', url, { token }), 'Bearer'],
  ];
  for (const [why, dpop, scheme] of refused) expect(await use(dpop, scheme), why).toBe(401);
  expect(await use(await key.prove('POST', url, { token }))).toBe(200);
});

test('a token that is not bound is not taken with a proof', async () => {
  await using hub = await startAuthHub();
  const { access } = await new OAuthClient(hub.url).signIn();
  const key = await makeDpopKey();
  const dpop = await key.prove('POST', `${hub.url}/mcp`, { token: access });
  expect((await useMcp(hub.url, `DPoP ${access}`, { headers: { dpop } })).status).toBe(401);
});
