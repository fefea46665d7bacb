import { decodeJwt, decodeProtectedHeader } from 'jose';
import { expect, test } from 'vitest';
import { TestBrowser } from './support/browser.ts';
import { OAuthClient, useMcp } from './support/oauth-client.ts';
import { startAuthHub } from './support/start-auth-hub.ts';

test('a person signs in, allows a client, and its token opens the endpoint', async () => {
  await using hub = await startAuthHub();
  const client = new OAuthClient(hub.url);
  const visit = await client.authorize();
  expect(`${visit.url.origin}${visit.url.pathname}`).toBe(client.redirect);
  expect(visit.url.searchParams.get('state')).toBe(client.state);
  expect(visit.url.searchParams.get('iss')).toBe(hub.url);
  const { status, body } = await client.redeem(visit.url.searchParams.get('code') ?? '');
  expect(status, JSON.stringify(body)).toBe(200);
  expect(body).toMatchObject({ token_type: 'Bearer', expires_in: 600, scope: 'tools:list tools:call' });
  const access = String(body['access_token']);
  expect(decodeProtectedHeader(access)).toMatchObject({ alg: 'ES256', typ: 'at+jwt' });
  expect(Object.keys(decodeJwt(access)).sort()).toEqual(
    ['aud', 'auth_time', 'client_id', 'exp', 'iat', 'iss', 'jti', 'org', 'scope', 'sid', 'sub'].sort(),
  );
  expect((await useMcp(hub.url, `Bearer ${access}`)).status).toBe(200);
});

test('without a token the endpoint says where to sign in', async () => {
  await using hub = await startAuthHub();
  const refused = await useMcp(hub.url, undefined);
  expect(refused.status).toBe(401);
  expect(refused.headers.get('www-authenticate')).toContain('scope="tools:call resources:read prompts:read"');
  const where = /resource_metadata="([^"]+)"/.exec(refused.headers.get('www-authenticate') ?? '')?.[1];
  expect(where).toBe(`${hub.url}/.well-known/oauth-protected-resource/mcp`);
  const metadata = (await (await fetch(where ?? '')).json()) as { authorization_servers: string[] };
  expect(metadata).toMatchObject({ resource: `${hub.url}/mcp`, authorization_servers: [hub.url] });
  for (const name of ['oauth-authorization-server', 'openid-configuration']) {
    const server = (await (await fetch(`${hub.url}/.well-known/${name}`)).json()) as object;
    expect(server).toMatchObject({
      issuer: hub.url,
      code_challenge_methods_supported: ['S256'],
      authorization_response_iss_parameter_supported: true,
      client_id_metadata_document_supported: true,
    });
    expect(server).not.toHaveProperty('registration_endpoint');
  }
});

test('a client that asks for no scope gets the baseline', async () => {
  await using hub = await startAuthHub();
  const client = new OAuthClient(hub.url);
  const { access } = await client.signIn({ scope: undefined, resource: undefined });
  expect(decodeJwt(access)).toMatchObject({ scope: 'tools:list prompts:read', aud: `${hub.url}/mcp` });
});

test('who refuses sends the client away without a code', async () => {
  await using hub = await startAuthHub();
  const client = new OAuthClient(hub.url);
  const browser = new TestBrowser(hub.url);
  const signIn = await browser.go(client.request());
  const consent = await browser.submit(signIn, 'sign-in', { login: 'ada', password: 'ada-password-1' });
  const end = await browser.submit(consent, 'deny');
  expect(Object.fromEntries(end.url.searchParams)).toMatchObject({
    error: 'access_denied',
    iss: hub.url,
    state: client.state,
  });
});
