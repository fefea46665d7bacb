import { database } from '@signalbox/store';
import { startTestHub } from '@signalbox/testkit';
import { expect, test } from 'vitest';
import { describeStores } from '../../directory/test/support/test-stores.ts';
import { type CredentialTables, credentialMigrations } from '../src/store/credential-tables.ts';
import { connect } from './support/connect.ts';
import { SmallServer } from './support/small-server.ts';
import { accountsOf, startKeeper, upstreamAt } from './support/start-pair.ts';

const owner = { org: 'local', subject: { kind: 'user', id: 'owner' } } as const;

describeStores((makeStore) => {
  test('the address of an upstream, which may hold a secret, is in no row of its accounts', async () => {
    await using server = await SmallServer.start();
    await using store = makeStore();
    await using hub = await startKeeper({ store });
    const upstream = upstreamAt(`${server.endpoint}?key=hidden-in-the-query`);
    accountsOf(hub).signerOf(upstream, owner);
    await connect(hub, upstream, owner);
    const rows = hub.hub.hub.services.get(database).queries<CredentialTables>();
    const [row = expect.fail()] = await rows.selectFrom('credential_accounts').selectAll().execute();
    expect([row.state, row.url_hash]).toEqual(['connected', expect.stringMatching(/^[\w-]{43}$/)]);
    expect(JSON.stringify(row)).not.toContain('hidden-in-the-query');
  });

  test('tokens do not open for an upstream at another address, whatever the row says', async () => {
    await using server = await SmallServer.start();
    await using store = makeStore();
    await using hub = await startKeeper({ store });
    const upstream = upstreamAt(server.endpoint);
    accountsOf(hub).signerOf(upstream, owner);
    await connect(hub, upstream, owner);
    const rows = hub.hub.hub.services.get(database).queries<CredentialTables>();
    await rows.updateTable('credential_accounts').set({ url_hash: 'another' }).execute();
    await expect(accountsOf(hub).stateOf('files', owner)).rejects.toMatchObject({ code: 'store_corrupt' });
  });

  test('accounts that were stored with their address in clear are dropped', async () => {
    await using store = makeStore();
    await using hub = await startTestHub({ extensions: [store.extension], settings: store.settings });
    const opened = hub.hub.services.get(database);
    await opened.migrate('credentials', credentialMigrations.slice(0, 1));
    const key = { org: 'local', upstream: 'files', subject: 'user:owner' };
    const old = { url: 'https://files.example/?key=1', issuer: '', resource: '', state: 'none', scopes: '' };
    await opened
      .queries<{ credential_accounts: Record<string, string | number> }>()
      .insertInto('credential_accounts')
      .values({ ...key, ...old, version: '1', lease_until: 0, updated_at: 0 })
      .execute();
    await opened.migrate('credentials', credentialMigrations);
    const rows = opened.queries<CredentialTables>();
    expect(await rows.selectFrom('credential_accounts').select('url_hash').execute()).toEqual([]);
  });
});
