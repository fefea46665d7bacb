import { decodeJwt, decodeProtectedHeader, generateKeyPair, importJWK, type JWTPayload, SignJWT } from 'jose';
import { expect, test } from 'vitest';
import { OAuthClient, useMcp } from './support/oauth-client.ts';
import { startAuthHub } from './support/start-auth-hub.ts';

const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');

test('whatever is not exactly an access token for the resource is refused', async () => {
  await using hub = await startAuthHub();
  const client = new OAuthClient(hub.url);
  const { access, refresh } = await client.signIn({ scope: 'openid tools:list' });
  expect((await useMcp(hub.url, `Bearer ${access}`)).status).toBe(200);
  const claims = decodeJwt(access);
  const header = decodeProtectedHeader(access);
  const [head = '', body = '', signature = ''] = access.split('.');
  const { privateKey } = await generateKeyPair('ES256');
  const forged = (changes: JWTPayload, headers: object = {}): Promise<string> =>
    new SignJWT({ ...claims, ...changes })
      .setProtectedHeader({ ...header, alg: 'ES256', ...headers })
      .sign(privateKey);
  const secret = Buffer.from((await (await fetch(`${hub.url}/oauth/jwks`)).text()).slice(0, 64));
  const elsewhere = await client.signIn({ resource: `${hub.url}/api/v1` });
  const code = (await client.authorize()).url.searchParams.get('code') ?? '';
  const refused: readonly [string, string][] = [
    ['nothing', 'x'],
    ['a refresh token', refresh],
    ['a code', code],
    ['a token for the management API', elsewhere.access],
    ['alg none', `${part({ ...header, alg: 'none' })}.${body}.`],
    ['alg none with the signature', `${part({ ...header, alg: 'none' })}.${body}.${signature}`],
    [
      'HS256 with the public key',
      await new SignJWT(claims).setProtectedHeader({ alg: 'HS256', typ: 'at+jwt' }).sign(secret),
    ],
    ['another key', await forged({})],
    ['another key under our id', await forged({}, { kid: header.kid })],
    ['a key of its own', await forged({}, { jwk: { kty: 'EC' } })],
    ['another issuer', await forged({ iss: 'https://other.example' })],
    ['another audience', await forged({ aud: `${hub.url}/e/other/mcp` })],
    ['an ID token type', await forged({}, { typ: 'JWT' })],
    ['changed claims', `${head}.${part({ ...claims, sub: 'person-bob' })}.${signature}`],
    ['a changed header', `${part({ ...header, typ: 'JWT' })}.${body}.${signature}`],
    ['no signature', `${head}.${body}.`],
    ['a cut signature', access.slice(0, -4)],
    ['an unknown API key', `sbx_key_x_${'0'.repeat(40)}_00000000`],
    ['an owner key that is none', `sbx_owner_00000000_${'0'.repeat(40)}_00000000`],
  ];
  for (const [what, token] of refused) {
    const answer = await useMcp(hub.url, `Bearer ${token}`);
    expect(answer.status, what).toBe(401);
    expect(answer.headers.get('www-authenticate'), what).toContain('error="invalid_token"');
  }
});

test('a token the hub has signed itself is refused for every claim that is wrong, and taken as it was', async () => {
  await using hub = await startAuthHub();
  const { access } = await new OAuthClient(hub.url).signIn({ scope: 'tools:list' });
  const claims = decodeJwt(access);
  const { jwks } = await hub.keys.current();
  const [active] = jwks;
  const key = await importJWK(active ?? {}, 'ES256');
  const { activeKid: kid } = await hub.keys.current();
  const sign = (changes: object, header: object = {}): Promise<string> =>
    new SignJWT({ ...claims, ...changes })
      .setProtectedHeader({ alg: 'ES256', kid, typ: 'at+jwt', ...header })
      .sign(key);
  const statusOf = async (token: string): Promise<number> =>
    (await useMcp(hub.url, `Bearer ${token}`)).status;
  // The same claims signed again are the token: what is refused below is refused for what was changed.
  expect(await statusOf(await sign({}))).toBe(200);
  const now = Math.floor(Date.now() / 1000);
  const wrong: readonly [string, object, object?][] = [
    ['over', { exp: now - 60 }],
    ['never over', { exp: undefined }],
    ['not yet good', { nbf: now + 600 }],
    ['of another issuer', { iss: 'https://other.example' }],
    ['of nobody', { iss: undefined }],
    ['for another resource', { aud: `${hub.url}/e/other/mcp` }],
    ['for two resources', { aud: [`${hub.url}/mcp`, `${hub.url}/api/v1`] }],
    ['for no resource', { aud: undefined }],
    ['of another kind', {}, { typ: 'JWT' }],
    ['of no kind', {}, { typ: undefined }],
    ['unknown', { jti: 'never-issued' }],
    ['without an id', { jti: undefined }],
    ["another client's", { client_id: 'somebody-else' }],
    ['of no client', { client_id: undefined }],
    ['bound to a key that is not shown', { cnf: { jkt: 'x'.repeat(43) } }],
    ['bound in a way nobody knows', { cnf: { x5t: 'x' } }],
  ];
  for (const [what, changes, header] of wrong)
    expect(await statusOf(await sign(changes, header)), what).toBe(401);
});

test('an ID token is no access token', async () => {
  await using hub = await startAuthHub();
  const client = new OAuthClient(hub.url);
  const code = (await client.authorize({ scope: 'openid tools:list' })).url.searchParams.get('code') ?? '';
  const { body } = await client.redeem(code);
  const id = String(body['id_token']);
  expect(decodeJwt(id)).toMatchObject({ sub: 'person-ada' });
  expect((await useMcp(hub.url, `Bearer ${id}`)).status).toBe(401);
});

test('a token of one endpoint does not open another', async () => {
  await using hub = await startAuthHub();
  const client = new OAuthClient(hub.url);
  const { access } = await client.signIn({ resource: `${hub.url}/u/other/mcp` });
  expect((await useMcp(hub.url, `Bearer ${access}`)).status).toBe(401);
  const unknown = await client.authorize({ resource: 'https://elsewhere.example/mcp' });
  expect(unknown.url.searchParams.get('error')).toBe('invalid_target');
});
