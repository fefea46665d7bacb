import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type UpstreamSigner, upstreamDefinition } from '@signalbox/sdk';
import { FakeClock } from '@signalbox/testkit';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { AuthHub } from '../../auth/test/support/start-auth-hub.ts';
import { SmallServer } from './support/small-server.ts';
import { accountsOf, send, startKeeper, upstreamAt } from './support/start-pair.ts';

let server: SmallServer;
let keeper: AuthHub;
let clock: FakeClock;
let folder: string;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'signalbox-workload-'));
  server = await SmallServer.start();
  clock = new FakeClock();
  keeper = await startKeeper({ clock, allowPrivate: ['127.0.0.1'] });
});

afterEach(async () => {
  await keeper[Symbol.asyncDispose]();
  await server[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true, force: true });
});

function signerWith(settings: Parameters<typeof upstreamAt>[1]): UpstreamSigner {
  return accountsOf(keeper).signerOf(upstreamAt(server.endpoint, { issuer: server.url, ...settings }), {
    org: 'local',
  });
}

const client = { grant: 'client_credentials', clientId: 'the-hub', clientSecret: 'the-secret' } as const;
const workload = { grant: 'workload' } as const;

test('the hub signs in with its client, and again when its token is over', async () => {
  const signer = signerWith(client);
  expect((await send(signer, server.endpoint)).status).toBe(200);
  clock.advance(3_600_000);
  expect((await send(signer, server.endpoint)).status).toBe(200);
  expect(server.at('/token').map(({ form }) => [form.get('grant_type'), form.get('resource')])).toEqual([
    ['client_credentials', server.endpoint],
    ['client_credentials', server.endpoint],
  ]);
});

test('a workload shows what its platform says it is, read anew each time', async () => {
  const assertionFile = join(folder, 'token');
  writeFileSync(assertionFile, 'first.assertion\n');
  const signer = signerWith({ ...workload, assertionFile });
  expect((await send(signer, server.endpoint)).status).toBe(200);
  writeFileSync(assertionFile, 'second.assertion\n');
  clock.advance(3_600_000);
  expect((await send(signer, server.endpoint)).status).toBe(200);
  expect(server.at('/token').map(({ form }) => form.get('assertion'))).toEqual([
    'first.assertion',
    'second.assertion',
  ]);
});

test('a hub that is refused asks once a minute, and with no other grant', async () => {
  const assertionFile = join(folder, 'token');
  writeFileSync(assertionFile, 'the.assertion');
  server.choices.refusal = 'invalid_grant';
  const signer = signerWith({ ...workload, assertionFile });
  const refused = { code: 'upstream_refused', message: expect.stringContaining('(invalid_grant)') };
  await expect(send(signer, server.endpoint)).rejects.toMatchObject(refused);
  await expect(send(signer, server.endpoint)).rejects.toMatchObject(refused);
  expect(server.at('/token')).toHaveLength(1);
  clock.advance(60_000);
  await expect(send(signer, server.endpoint)).rejects.toMatchObject(refused);
  expect(new Set(server.at('/token').map(({ form }) => form.get('grant_type')))).toEqual(
    new Set(['urn:ietf:params:oauth:grant-type:jwt-bearer']),
  );
});

test.each([
  ['a client', () => client],
  ['the identity of a workload', () => ({ ...workload, assertionFile: join(folder, 'token') })],
])('%s is not shown to a server that the upstream names and the settings do not', async (_what, settings) => {
  writeFileSync(join(folder, 'token'), 'the.assertion');
  await using other = await SmallServer.start();
  server.choices.resource = { authorization_servers: [other.url] };
  await expect(send(signerWith(settings()), server.endpoint)).rejects.toMatchObject({
    code: 'upstream_refused',
    message: expect.stringContaining('which is not its credentials.issuer; nothing was sent there'),
  });
  expect([...server.at('/token'), ...other.at('/token')]).toEqual([]);
});

test('a definition that does not say where the hub signs in by itself is refused', async () => {
  for (const each of [client, { ...workload, assertionFile: '/token' }])
    expect(
      upstreamDefinition.safeParse({ url: server.endpoint, credentials: each }).error?.message,
    ).toContain('must be set where grant is client_credentials, workload or enterprise');
  const unchecked = { ...upstreamAt(server.endpoint).credentials, ...client };
  const upstream = { name: 'files', url: server.endpoint, credentials: unchecked };
  await expect(
    send(accountsOf(keeper).signerOf(upstream, { org: 'local' }), server.endpoint),
  ).rejects.toThrow('there is none; set it');
});

test('nobody is asked to sign in where the hub does it by itself', async () => {
  signerWith(client);
  await expect(accountsOf(keeper).loginUrl('files', { org: 'local' })).rejects.toMatchObject({
    code: 'invalid_params',
    message: 'nobody signs in at upstream "files": the hub does it by itself',
  });
});
