import { expect, test } from 'vitest';
import { OAuthClient, postForm, useMcp } from './support/oauth-client.ts';
import { startAuthHub } from './support/start-auth-hub.ts';

test('a refresh token is good once and gives the next', async () => {
  await using hub = await startAuthHub();
  const client = new OAuthClient(hub.url);
  const first = await client.signIn();
  const second = await client.refresh(first.refresh);
  expect(second.status, JSON.stringify(second.body)).toBe(200);
  expect(second.body['refresh_token']).not.toBe(first.refresh);
  expect((await useMcp(hub.url, `Bearer ${String(second.body['access_token'])}`)).status).toBe(200);
});

test('a refresh token shown twice ends its whole family, live access tokens included', async () => {
  await using hub = await startAuthHub();
  const client = new OAuthClient(hub.url);
  const first = await client.signIn();
  const second = await client.refresh(first.refresh);
  const access = `Bearer ${String(second.body['access_token'])}`;
  expect((await useMcp(hub.url, access)).status).toBe(200);
  expect((await client.refresh(first.refresh)).body).toMatchObject({ error: 'invalid_grant' });
  expect((await client.refresh(String(second.body['refresh_token']))).status).toBe(400);
  expect((await useMcp(hub.url, access)).status).toBe(401);
  expect((await useMcp(hub.url, `Bearer ${first.access}`)).status).toBe(401);
});

test('a code shown twice ends what it gave', async () => {
  await using hub = await startAuthHub();
  const client = new OAuthClient(hub.url);
  const code = (await client.authorize()).url.searchParams.get('code') ?? '';
  const first = await client.redeem(code);
  expect(first.status).toBe(200);
  expect((await client.redeem(code)).body).toMatchObject({ error: 'invalid_grant' });
  expect((await client.refresh(String(first.body['refresh_token']))).status).toBe(400);
  expect((await useMcp(hub.url, `Bearer ${String(first.body['access_token'])}`)).status).toBe(401);
});

test('a code needs its verifier', async () => {
  await using hub = await startAuthHub();
  const client = new OAuthClient(hub.url);
  const code = (await client.authorize()).url.searchParams.get('code') ?? '';
  const fields = { grant_type: 'authorization_code', code, redirect_uri: client.redirect };
  for (const verifier of [undefined, 'x'.repeat(43)]) {
    const answer = await client.token({
      ...fields,
      client_id: client.id,
      ...(verifier ? { code_verifier: verifier } : {}),
    });
    expect(answer.status).toBe(400);
  }
});

test('an access token can be looked into and taken back by its client alone', async () => {
  await using hub = await startAuthHub();
  const client = new OAuthClient(hub.url);
  const { access } = await client.signIn();
  const ask = (id: string) => postForm(`${hub.url}/oauth/introspect`, { token: access, client_id: id });
  expect((await ask(client.id)).body).toMatchObject({
    active: true,
    client_id: client.id,
    sub: 'person-ada',
    scope: 'tools:list tools:call',
    org: 'local',
  });
  const [head = '', claims = '', signature = ''] = access.split('.');
  const more = JSON.parse(Buffer.from(claims, 'base64url').toString()) as object;
  const changed = Buffer.from(JSON.stringify({ ...more, scope: 'admin:system' })).toString('base64url');
  const forged = { token: `${head}.${changed}.${signature}`, client_id: client.id };
  expect((await postForm(`${hub.url}/oauth/introspect`, forged)).body).toEqual({ active: false });
  await hub.clients.add({
    id: 'client-other',
    org: 'local',
    name: 'Other',
    origin: 'administrator',
    metadata: {
      client_name: 'Other',
      redirect_uris: ['https://other.example/cb'],
      token_endpoint_auth_method: 'none',
    },
  });
  expect((await ask('client-other')).body).toEqual({ active: false });
  expect((await useMcp(hub.url, `Bearer ${access}`)).status).toBe(200);
  const revoke = (id: string) => postForm(`${hub.url}/oauth/revoke`, { token: access, client_id: id });
  await revoke('client-other');
  expect((await useMcp(hub.url, `Bearer ${access}`)).status).toBe(200);
  expect((await revoke(client.id)).status).toBe(200);
  expect((await useMcp(hub.url, `Bearer ${access}`)).status).toBe(401);
  expect((await ask(client.id)).body).toEqual({ active: false });
});

test('who is not active any more is shut out at once', async () => {
  await using hub = await startAuthHub();
  const client = new OAuthClient(hub.url);
  const { access, refresh } = await client.signIn();
  expect((await useMcp(hub.url, `Bearer ${access}`)).status).toBe(200);
  const [ada] = hub.town.people;
  if (!ada) throw new Error('ada is missing');
  hub.town.people[0] = { ...ada, isActive: false };
  hub.town.change(ada.id, true);
  expect((await useMcp(hub.url, `Bearer ${access}`)).status).toBe(401);
  expect((await client.refresh(refresh)).status).toBe(400);
});
