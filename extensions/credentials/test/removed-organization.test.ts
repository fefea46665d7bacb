import { database } from '@signalbox/store';
import { expect, test } from 'vitest';
import { person } from '../../auth/test/support/memory-directory.ts';
import { told } from '../../auth/test/support/told.ts';
import type { CredentialTables } from '../src/store/credential-tables.ts';
import { connect } from './support/connect.ts';
import { SmallServer } from './support/small-server.ts';
import { accountsOf, send, startKeeper, upstreamAt } from './support/start-pair.ts';

const inOrg = (org: string) => ({ org, orgName: org, roles: ['owner'], level: 'anchor' }) as const;
const subject = { kind: 'user', id: 'person-ada' } as const;
const [theirs, others] = [
  { org: 'acme', subject },
  { org: 'local', subject },
] as const;

test('the accounts of an organization that was removed are ended where they came from, and nothing is signed with them', async () => {
  await using server = await SmallServer.start();
  const people = [person('ada', { memberships: [inOrg('acme'), inOrg('local')] })];
  await using keeper = await startKeeper({ people });
  const upstream = upstreamAt(server.endpoint);
  const signers = [theirs, others].map((account) => accountsOf(keeper).signerOf(upstream, account));
  await connect(keeper, upstream, theirs);
  await connect(keeper, upstream, others);
  await accountsOf(keeper).loginUrl('files', theirs);
  const [mine, elsewhere] = signers;
  if (!mine || !elsewhere) throw new TypeError('there are no signers');
  expect((await send(mine, server.endpoint)).status).toBe(200);

  expect(await keeper.town.forgetOrganization('acme')).toBe(true);

  expect(server.at('/revoke').map(({ form }) => form.get('token'))).toEqual([
    expect.stringMatching(/^refresh-token-/),
  ]);
  expect(await mine.headersFor({ method: 'POST', url: server.endpoint })).toEqual({});
  expect(await accountsOf(keeper).stateOf('files', theirs)).toBe('none');
  expect((await send(elsewhere, server.endpoint)).status).toBe(200);
  const rows = keeper.hub.hub.services.get(database).queries<CredentialTables>();
  for (const table of ['credential_accounts', 'credential_clients', 'credential_logins'] as const)
    expect(await rows.selectFrom(table).select('org').where('org', '=', 'acme').execute()).toEqual([]);
  const ends = await told(keeper.hub, { kind: 'account', org: 'acme', action: 'disconnect' });
  expect(ends.map(({ decision }) => decision?.reason)).toEqual(['organization-removed']);
});
