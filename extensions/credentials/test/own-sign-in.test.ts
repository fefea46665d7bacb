import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { UpstreamSigner } from '@signalbox/sdk';
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
  return accountsOf(keeper).signerOf(upstreamAt(server.endpoint, settings), { org: 'local' });
}

const client = { grant: 'client_credentials', clientId: 'the-hub', clientSecret: 'the-secret' } as const;

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
  const signer = signerWith({ grant: 'workload', assertionFile });
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
  const signer = signerWith({ grant: 'workload', assertionFile });
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

test('a client of one authorization server is not shown to another', async () => {
  const signer = signerWith(client);
  await send(signer, server.endpoint);
  await using other = await SmallServer.start();
  server.choices.resource = { authorization_servers: [other.url] };
  server.takeBack();
  await expect(send(signer, server.endpoint)).rejects.toMatchObject({
    code: 'upstream_refused',
    message: expect.stringContaining('set credentials.issuer'),
  });
  expect(other.at('/token')).toHaveLength(0);
});

test('nobody is asked to sign in where the hub does it by itself', async () => {
  signerWith(client);
  await expect(accountsOf(keeper).loginUrl('files', { org: 'local' })).rejects.toMatchObject({
    code: 'invalid_params',
    message: 'nobody signs in at upstream "files": the hub does it by itself',
  });
});
