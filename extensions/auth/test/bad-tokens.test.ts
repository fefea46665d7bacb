import { decodeJwt, decodeProtectedHeader, generateKeyPair, type JWTPayload, SignJWT } from 'jose';
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
