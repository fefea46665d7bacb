import { addInvitation, addOrganization, addPerson } from '@signalbox/api';
import { setupLink } from '@signalbox/directory';
import { database } from '@signalbox/store';
import { sql } from 'kysely';
import { expect, test } from 'vitest';
import { TestBrowser } from './support/browser.ts';
import { type FederationHub, startFederationHub } from './support/start-federation-hub.ts';
import { told } from './support/told.ts';

const password = 'correct battery horse';
const newbie = { login: 'newbie', name: 'Newbie', password };
const add = { newcomers: 'add', roles: { staff: ['member'], ops: ['operator'] } };

interface Rows {
  directory_memberships: { org: string; person: string; roles: string };
  directory_passkeys: { person: string };
}

const rowsOf = ({ hub: test }: FederationHub) => test.hub.services.get(database).queries<Rows>();

/** Does something while nothing can be written into the audit. */
async function withoutAudit<Result>(hub: FederationHub, action: () => Promise<Result>): Promise<Result> {
  await sql`alter table audit_entries rename to away`.execute(rowsOf(hub));
  try {
    return await action();
  } finally {
    await sql`alter table away rename to audit_entries`.execute(rowsOf(hub));
  }
}

const membersOf = (hub: FederationHub, org: string) =>
  rowsOf(hub).selectFrom('directory_memberships').selectAll().where('org', '=', org).execute();

/** What the audit has of memberships, with who did it, why, and what. */
async function memberships({ hub: test }: FederationHub, org = 'local') {
  return (await told(test, { org, kind: 'membership' })).map(
    ({ action, actor, target, decision, outcome, args }) => ({
      line: `${action} ${outcome} ${decision?.reason ?? ''}`.trim(),
      actor: actor.id,
      target: target.name,
      details: JSON.parse(args ?? '{}') as unknown,
    }),
  );
}

test('an invitation that cannot be written down makes nobody a member, and stays good', async () => {
  await using hub = await startFederationHub();
  await hub.owner.request(addOrganization, { body: { id: 'acme', name: 'Acme' } });
  const { token } = await hub.owner.request(addInvitation, {
    query: { org: 'acme' },
    body: { roles: ['owner'] },
  });
  const browser = new TestBrowser(hub.url);
  const page = await browser.go(`/invitation?token=${token}`);
  const refused = await withoutAudit(hub, () => browser.submit(page, 'create', newbie));
  expect(refused.response.status).toBe(503);
  expect(refused.text).toContain('nothing was done, because it cannot be written down');
  expect(await membersOf(hub, 'acme')).toEqual([]);
  expect(await hub.directory.findPersonByLogin('newbie')).toBeUndefined();

  expect((await browser.submit(page, 'create', newbie)).url.pathname).toBe('/account');
  const made = await hub.directory.findPersonByLogin('newbie');
  expect((await memberships(hub, 'acme')).filter(({ line }) => line.includes('ok'))).toEqual([
    {
      line: 'accept-invitation ok new-person',
      actor: 'anonymous',
      target: made?.id,
      details: { roles: ['owner'] },
    },
  ]);
  expect(await memberships(hub)).toEqual([]);
});

test('who is signed in and accepts an invitation is told of as themselves, in that organization', async () => {
  await using hub = await startFederationHub();
  await hub.owner.request(addOrganization, { body: { id: 'acme', name: 'Acme' } });
  const { id } = await hub.owner.request(addPerson, { query: {}, body: { login: 'ann', password } });
  const query = { org: 'acme' };
  const { token } = await hub.owner.request(addInvitation, { query, body: { roles: ['viewer'] } });
  const browser = new TestBrowser(hub.url);
  await browser.submit(await browser.go('/sign-in'), 'sign-in', { login: 'ann', password });
  await browser.submit(await browser.go(`/invitation?token=${token}`), 'as-me');
  expect(await memberships(hub, 'acme')).toEqual([
    { line: 'accept-invitation ok signed-in', actor: id, target: id, details: { roles: ['viewer'] } },
  ]);
});

test('the first owner is told of, and is not made when that fails; a link that is not good is not told', async () => {
  await using hub = await startFederationHub();
  const link = hub.hub.hub.services.get(setupLink).path() ?? '';
  const browser = new TestBrowser(hub.url);
  await browser.submit(await browser.go('/setup?token=other'), 'create', newbie);
  const page = await browser.go(link);
  const refused = await withoutAudit(hub, () => browser.submit(page, 'create', newbie));
  expect([refused.response.status, await membersOf(hub, 'local')]).toEqual([503, []]);
  expect((await browser.submit(page, 'create', newbie)).url.pathname).toBe('/account');
  const made = await hub.directory.findPersonByLogin('newbie');
  expect((await memberships(hub)).filter(({ line }) => line.includes('ok'))).toEqual([
    {
      line: 'create-owner ok new-person',
      actor: 'anonymous',
      target: made?.id,
      details: { roles: ['owner'] },
    },
  ]);
});

test('a newcomer of an identity provider and what their groups change is told, and what stays is not', async () => {
  await using hub = await startFederationHub({ provider: add });
  const come = async (...groups: string[]) => {
    hub.company.accounts.set('c-1', { preferred_username: 'ann', groups });
    const browser = new TestBrowser(hub.url);
    return hub.signInAt(browser, await browser.go('/sign-in'), 'c-1');
  };
  const refused = await withoutAudit(hub, () => come('staff'));
  expect([refused.response.status, await membersOf(hub, 'local')]).toEqual([503, []]);
  await come('staff');
  await come('staff');
  await come('staff', 'ops');
  await come('ops');
  await come();
  const target = (await hub.directory.findPersonByLogin('ann'))?.id;
  const entry = (line: string, details: object) => ({ line, actor: 'auth', target, details });
  const [provider, member, operator] = ['company', ['member'], ['operator']];
  expect((await memberships(hub)).filter(({ line }) => line.includes('ok'))).toEqual([
    entry('link-identity ok new-person', { provider }),
    entry('admit ok roles-given', { roles: member, provider }),
    entry('change-roles ok roles-given', { roles: ['member', 'operator'], before: member, provider }),
    entry('change-roles ok roles-taken', { roles: operator, before: ['member', 'operator'], provider }),
    entry('change-roles ok roles-taken', { roles: [], before: operator, provider }),
  ]);
});

test('who links an identity and gives it up is told of, and no link is made that cannot be written down', async () => {
  await using hub = await startFederationHub();
  const { id } = await hub.owner.request(addPerson, { query: {}, body: { login: 'ann', password } });
  const browser = new TestBrowser(hub.url);
  const account = await browser.submit(await browser.go('/sign-in'), 'sign-in', { login: 'ann', password });
  const refused = await withoutAudit(hub, () => hub.signInAt(browser, account, 'c-1'));
  expect([refused.response.status, await hub.directory.identities(id)]).toEqual([503, []]);
  const linked = await hub.signInAt(browser, await browser.go('/account'), 'c-1');
  await browser.submit(linked, 'unlink');
  const entries = (await memberships(hub)).filter(({ line }) => line.includes('ok'));
  expect(entries).toEqual([
    {
      line: 'link-identity ok signed-in',
      actor: id,
      target: id,
      details: { provider: 'company' },
    },
    { line: 'unlink-identity ok', actor: id, target: id, details: {} },
  ]);
});
