import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { UpstreamSigner } from '@signalbox/sdk';
import { FakeClock } from '@signalbox/testkit';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { AuthHub } from '../../auth/test/support/start-auth-hub.ts';
import { IdentityProvider } from './support/identity-provider.ts';
import { SmallServer } from './support/small-server.ts';
import { accountsOf, send, startKeeper, upstreamAt } from './support/start-pair.ts';

let server: SmallServer;
let company: IdentityProvider;
let keeper: AuthHub;
let clock: FakeClock;
let folder: string;
let tokenFile: string;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'signalbox-identity-'));
  tokenFile = join(folder, 'token');
  writeFileSync(tokenFile, 'first.identity\n');
  server = await SmallServer.start();
  company = await IdentityProvider.start();
  company.good.add('first.identity');
  clock = new FakeClock();
  keeper = await startKeeper({ clock, allowPrivate: ['127.0.0.1'] });
});

afterEach(async () => {
  await keeper[Symbol.asyncDispose]();
  await company[Symbol.asyncDispose]();
  await server[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true, force: true });
});

const client = { grant: 'enterprise', clientId: 'the-hub', clientSecret: 'the-secret' } as const;

function settings(identity: { clientSecret?: string; issuer?: string } = {}) {
  const there = { issuer: company.issuer, clientId: 'hub-at-company', tokenFile, ...identity };
  return { ...client, issuer: server.url, identity: there };
}

function signer(identity: { clientSecret?: string; issuer?: string } = {}): UpstreamSigner {
  return accountsOf(keeper).signerOf(upstreamAt(server.endpoint, settings(identity)), { org: 'local' });
}

test('the hub’s identity is exchanged at the company for a grant of this upstream, anew when the token is over', async () => {
  const own = signer();
  expect((await send(own, server.endpoint)).status).toBe(200);
  expect(company.exchanges).toEqual([
    {
      form: {
        grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
        requested_token_type: 'urn:ietf:params:oauth:token-type:id-jag',
        subject_token: 'first.identity',
        subject_token_type: 'urn:ietf:params:oauth:token-type:id_token',
        audience: server.url,
        resource: server.endpoint,
        client_id: 'hub-at-company',
      },
      authorization: undefined,
    },
  ]);
  writeFileSync(tokenFile, 'second.identity\n');
  company.good.add('second.identity');
  clock.advance(3_600_000);
  // Whoever comes meanwhile waits for the same exchange.
  const answers = await Promise.all(Array.from({ length: 8 }, () => send(own, server.endpoint)));
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
  expect(company.exchanges.map(({ form }) => form['subject_token'])).toEqual([
    'first.identity',
    'second.identity',
  ]);
  expect(
    server.at('/token').map(({ form, headers }) => [form.get('assertion'), headers.authorization]),
  ).toEqual(
    [1, 2].map((count) => [
      `identity-grant-${count}`,
      `Basic ${Buffer.from('the-hub:the-secret').toString('base64')}`,
    ]),
  );
});

test('the client at the company shows its secret in the way the company says', async () => {
  await send(signer({ clientSecret: 'a secret: there' }), server.endpoint);
  company.metadata = { token_endpoint_auth_methods_supported: ['client_secret_post'] };
  clock.advance(3_600_000);
  await send(signer({ clientSecret: 'a secret: there' }), server.endpoint);
  expect(company.exchanges.map(({ form, authorization }) => [form['client_secret'], authorization])).toEqual([
    [undefined, `Basic ${Buffer.from('hub-at-company:a+secret%3A+there').toString('base64')}`],
    ['a secret: there', undefined],
  ]);
});

test('a refusal of the company says who refused, is asked for once a minute, and nothing is shown to the upstream’s server', async () => {
  company.refusal = 'access_denied';
  const own = signer();
  const refused = {
    code: 'upstream_refused',
    message: `the identity provider ${new URL(company.issuer).host} for upstream "files" refused access to it (access_denied); who administers that provider decides it`,
  };
  await expect(send(own, server.endpoint)).rejects.toMatchObject(refused);
  await expect(send(own, server.endpoint)).rejects.toMatchObject(refused);
  expect([company.exchanges.length, server.at('/token').length]).toEqual([1, 0]);
  clock.advance(60_000);
  company.refusal = undefined;
  expect((await send(own, server.endpoint)).status).toBe(200);
});

test('the identity goes to its own provider only, the grant to the server of the settings only, and neither is told', async () => {
  await send(signer(), server.endpoint);
  company.refusal = 'invalid_grant';
  clock.advance(3_600_000);
  const error: unknown = await send(signer(), server.endpoint).catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ code: 'upstream_refused' });
  expect(JSON.stringify(server.seen)).not.toContain('first.identity');
  expect(JSON.stringify(server.at('/mcp'))).not.toContain('identity-grant');
  for (const secret of ['first.identity', 'identity-grant', 'the-secret'])
    for (const text of [keeper.hub.logged(), String(error), JSON.stringify(error)])
      expect(text).not.toContain(secret);

  await using other = await SmallServer.start();
  server.choices.resource = { authorization_servers: [other.url] };
  const { length } = company.exchanges;
  await expect(send(signer({ clientSecret: 'another' }), server.endpoint)).rejects.toThrow(
    'which is not its credentials.issuer; nothing was sent there',
  );
  expect([company.exchanges.length, other.at('/token')]).toEqual([length, []]);
});

test('a provider that calls itself another, or has no metadata, is sent nothing', async () => {
  company.metadata = { issuer: 'https://elsewhere.example' };
  await expect(send(signer(), server.endpoint)).rejects.toMatchObject({
    code: 'upstream_invalid_answer',
    message: expect.stringContaining('does not call itself what it was found as; nothing was sent to it'),
  });
  await expect(
    send(signer({ issuer: `${company.issuer}/elsewhere` }), server.endpoint),
  ).rejects.toMatchObject({
    code: 'upstream_invalid_answer',
    message: expect.stringContaining('has no metadata at its well-known places'),
  });
  expect(company.exchanges).toEqual([]);
});

test.each([
  ['is not there', undefined],
  ['is larger than a token may be', 'x'.repeat(65_537)],
  ['is empty', ' \n'],
])('a file with the identity that %s is refused before anybody is asked', async (_what, text) => {
  if (text === undefined) rmSync(tokenFile);
  else writeFileSync(tokenFile, text);
  await expect(send(signer(), server.endpoint)).rejects.toMatchObject({
    code: 'upstream_refused',
    message: expect.stringContaining('credentials.identity.tokenFile of upstream "files" names no file'),
  });
  expect(company.paths).toEqual([]);
});
