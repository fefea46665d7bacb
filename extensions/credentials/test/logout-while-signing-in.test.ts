import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type SecretVault, secretVault, systemClock } from '@signalbox/sdk';
import { database } from '@signalbox/store';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { AuthHub } from '../../auth/test/support/start-auth-hub.ts';
import { keyOf } from '../src/account/account-key.ts';
import { byHub } from '../src/account/account-trail.ts';
import { Accounts } from '../src/account/accounts.ts';
import { disconnectAccount } from '../src/account/disconnect-account.ts';
import { AccountStore } from '../src/store/account-store.ts';
import { connect } from './support/connect.ts';
import { SmallServer } from './support/small-server.ts';
import { accountsOf, startKeeper, upstreamAt } from './support/start-pair.ts';

const owner = { org: 'local', subject: { kind: 'user', id: 'owner' } } as const;
let server: SmallServer;
let dataDir: string;
let hub: AuthHub;

beforeEach(async () => {
  server = await SmallServer.start();
  dataDir = mkdtempSync(join(tmpdir(), 'signalbox-logout-'));
  hub = await startKeeper({ allowPrivate: [new URL(server.url).host], store: { settings: { dataDir } } });
});

afterEach(async () => {
  await hub[Symbol.asyncDispose]();
  await server[Symbol.asyncDispose]();
  rmSync(dataDir, { recursive: true, force: true });
});

/** The accounts of the hub, where something happens between the first read of tokens and what is done with them. */
function accountsWith(happens: () => Promise<unknown>): Accounts {
  const accounts = accountsOf(hub);
  if (!(accounts instanceof Accounts)) throw new TypeError('these are the accounts of another extension');
  const { services } = hub.hub.hub;
  const sealing = services.get(secretVault);
  let isFirst = true;
  const vault: SecretVault = {
    seal: sealing.seal,
    open: async (place, text) => {
      const secret = await sealing.open(place, text);
      if (isFirst) {
        isFirst = false;
        await happens();
      }
      return secret;
    },
  };
  const store = new AccountStore(services.get(database), vault, systemClock);
  return new Accounts({ ...accounts.parts, accounts: store });
}

test('an account that is connected again while it is logged out is logged out with its new tokens', async () => {
  const upstream = upstreamAt(server.endpoint);
  accountsOf(hub).signerOf(upstream, owner);
  await connect(hub, upstream, owner);
  let fresh: string | undefined;
  const accounts: Accounts = accountsWith(async () => {
    await connect(hub, upstream, owner);
    fresh = (await accounts.parts.accounts.find(keyOf('files', owner)))?.tokens?.refresh?.reveal();
  });
  accounts.signerOf(upstream, owner);
  await disconnectAccount(accounts, keyOf('files', owner), byHub);
  await accounts.close();
  expect(server.at('/revoke').map(({ form }) => form.get('token'))).toEqual([
    fresh ?? expect.fail('it was not connected again'),
  ]);
  expect(await accountsOf(hub).stateOf('files', owner)).toBe('none');
});
