import { addPerson, changeMember, changePerson, linkIdentity } from '@signalbox/api';
import { expect, test } from 'vitest';
import { TestBrowser, type Visit } from './support/browser.ts';
import { OAuthClient, useMcp } from './support/oauth-client.ts';
import { type FederationHub, signInThere, startFederationHub } from './support/start-federation-hub.ts';
import { toldLines } from './support/told.ts';

const query = {};
const password = 'correct battery horse';
const add = { newcomers: 'add', roles: { staff: ['member'], ops: ['operator', 'auditor'] } };

/** Adds somebody here and links them to who they are at the company. */
async function addLinked({ owner, company }: FederationHub, login: string, sub: string): Promise<string> {
  const { id } = await owner.request(addPerson, { query, body: { login, password } });
  const body = { issuer: company.issuer, subject: sub };
  await owner.request(linkIdentity, { query, params: { person: login }, body });
  return id;
}

async function rolesOf({ directory }: FederationHub, login: string): Promise<readonly string[]> {
  const person = await directory.findPersonByLogin(login);
  const [membership] = await directory.memberships(person?.id ?? '');
  return membership?.roles ?? [];
}

const onPages = async (hub: FederationHub, sub: string, browser = new TestBrowser(hub.url)): Promise<Visit> =>
  hub.signInAt(browser, await browser.go('/sign-in'), sub);

test('who is linked signs in at the company, and who is not is told what to do', async () => {
  await using hub = await startFederationHub();
  const ann = await addLinked(hub, 'ann', 'c-1');
  const done = await onPages(hub, 'c-1');
  expect(done.url.pathname).toBe('/account');
  expect(done.text).toContain('Signed in as <strong>ann</strong>');
  const stranger = await onPages(hub, 'c-2');
  expect(stranger.url.pathname).toBe('/sign-in');
  expect(stranger.response.status).toBe(401);
  expect(stranger.text).toContain('Nobody here is linked to that account.');
  expect(
    await hub.directory.findPersonByIdentity({ issuer: hub.company.issuer, subject: 'c-2' }),
  ).toBeUndefined();
  expect(await toldLines(hub.hub, { action: 'sign-in' })).toEqual([
    `sign-in ${ann} federated ok`,
    'sign-in unknown federated denied not-known',
  ]);
});

test('a client gets a token for who signed in at the company, after they have allowed it here', async () => {
  await using hub = await startFederationHub();
  await addLinked(hub, 'ann', 'c-1');
  const client = new OAuthClient(hub.url, await register(hub, 'First'));
  const browser = new TestBrowser(hub.url);
  const company = new TestBrowser(hub.company.issuer);
  const consent = await hub.signInAt(browser, await browser.go(client.request()), 'c-1', company);
  expect(consent.text).toContain('Allow First?');
  const end = await browser.submit(consent, 'allow');
  const { body } = await client.redeem(end.url.searchParams.get('code') ?? '');
  expect((await useMcp(hub.url, `Bearer ${String(body['access_token'])}`)).status).toBe(200);

  // Another client meets a person who is signed in here and there: it is asked about all the same.
  const second = new OAuthClient(hub.url, await register(hub, 'Second'));
  const asked = await browser.go(second.request());
  expect(asked.text).toContain('Allow Second?');
  const elsewhere = new TestBrowser(hub.url);
  const again = await hub.signInAt(elsewhere, await elsewhere.go(second.request()), 'c-1', company);
  expect(again.text).toContain('Allow Second?');
});

test.each([{ areClaimsInIdToken: true }, { areClaimsInIdToken: false }])(
  'groups give the roles the settings name and nothing else, as they are at each sign-in ($areClaimsInIdToken)',
  async (company) => {
    await using hub = await startFederationHub({ company, provider: add });
    const groups = ['staff', 'ops', 'owner', 'admin', 'constructor'];
    hub.company.accounts.set('c-1', { preferred_username: 'Ann', name: 'Ann Example', groups });
    const done = await onPages(hub, 'c-1');
    expect(done.text).toContain('Signed in as <strong>Ann Example</strong>');
    expect(await rolesOf(hub, 'ann')).toEqual(['auditor', 'member', 'operator']);
    await hub.owner.request(changeMember, {
      query,
      params: { person: 'ann' },
      body: { roles: ['developer'] },
    });
    hub.company.accounts.set('c-1', { groups: ['staff'] });
    await onPages(hub, 'c-1');
    expect(await rolesOf(hub, 'ann')).toEqual(['developer', 'member']);
    hub.company.accounts.set('c-1', {});
    await onPages(hub, 'c-1');
    expect(await rolesOf(hub, 'ann')).toEqual(['developer']);
  },
);

test('a newcomer without a group of the map stays outside', async () => {
  await using hub = await startFederationHub({ provider: add });
  hub.company.accounts.set('c-1', { preferred_username: 'ann', groups: ['guests'] });
  expect((await onPages(hub, 'c-1')).text).toContain('Nobody here is linked');
  expect(await hub.directory.findPersonByLogin('ann')).toBeUndefined();
});

test('a name or e-mail address of somebody here never makes a newcomer that person', async () => {
  await using hub = await startFederationHub({ provider: add });
  const email = 'ann@example.com';
  const body = { login: 'ann', email, password, roles: ['owner'] };
  const { id } = await hub.owner.request(addPerson, { query, body });
  hub.company.accounts.set('c-9', {
    preferred_username: 'ann',
    email,
    email_verified: true,
    groups: ['staff'],
  });
  await onPages(hub, 'c-9');
  const found = await hub.directory.findPersonByIdentity({ issuer: hub.company.issuer, subject: 'c-9' });
  expect(found?.id).not.toBe(id);
  expect(found?.login).toMatch(/^company-[0-9a-f]{12}$/);
  expect(await rolesOf(hub, found?.login ?? '')).toEqual(['member']);
  expect(await hub.directory.identities(id)).toEqual([]);
});

test('who was shut out here does not come in from the company', async () => {
  await using hub = await startFederationHub();
  await addLinked(hub, 'ann', 'c-1');
  await hub.owner.request(changePerson, { query, params: { person: 'ann' }, body: { isActive: false } });
  const refused = await onPages(hub, 'c-1');
  expect(refused.text).toContain('This person cannot sign in any more.');
  expect((await new TestBrowser(hub.url).go('/account')).url.pathname).toBe('/sign-in');
});

test('a person links their account at the company, and takes it away again', async () => {
  await using hub = await startFederationHub({ provider: { roles: { staff: ['operator'] } } });
  await hub.owner.request(addPerson, { query, body: { login: 'ann', password } });
  await addLinked(hub, 'bob', 'c-2');
  hub.company.accounts.set('c-1', { groups: ['staff'] });
  const browser = new TestBrowser(hub.url);
  const account = await browser.submit(await browser.go('/sign-in'), 'sign-in', { login: 'ann', password });
  const taken = await hub.signInAt(browser, account, 'c-2');
  expect(taken.text).toContain('That account is linked to somebody else here.');
  const linked = await hub.signInAt(browser, account, 'c-1');
  expect(linked.text).toContain('Example Ltd, since');
  expect(await rolesOf(hub, 'ann')).toEqual(['member', 'operator']);
  expect((await onPages(hub, 'c-1')).text).toContain('Signed in as <strong>ann</strong>');
  // What was signed in with it ends with it.
  const out = await browser.submit(linked, 'unlink');
  expect(out.url.pathname).toBe('/sign-in');
  expect(await rolesOf(hub, 'ann')).toEqual(['member']);
  expect((await onPages(hub, 'c-1')).text).toContain('Nobody here is linked');
});

test('who has no other way to sign in keeps the last one', async () => {
  await using hub = await startFederationHub({ provider: add });
  hub.company.accounts.set('c-1', { groups: ['staff'] });
  const browser = new TestBrowser(hub.url);
  const account = await onPages(hub, 'c-1', browser);
  expect((await browser.submit(account, 'unlink')).text).toContain('could not sign in any more');
});

test('an answer is good once, in the browser that began, and at the address of its provider', async () => {
  await using hub = await startFederationHub();
  await addLinked(hub, 'ann', 'c-1');
  const over = 'This sign-in is over';
  const [browser, thief] = [new TestBrowser(hub.url), new TestBrowser(hub.url)];
  await thief.submit(await thief.go('/sign-in'), 'company');
  const gone = await browser.submit(await browser.go('/sign-in'), 'company');
  const back = await signInThere(new TestBrowser(hub.company.issuer), gone, 'c-1');
  const query = new URL(back).search;
  for (const visit of [
    await thief.go(back),
    await new TestBrowser(hub.url).go(back),
    await browser.go(`/sign-in/callback/other${query}`),
    await browser.go('/sign-in/callback/company'),
    await browser.go(
      `/sign-in/callback/company?${new URLSearchParams({ state: 'x', code: 'y' }).toString()}`,
    ),
  ])
    expect([visit.response.status, visit.text.includes(over)], visit.url.href).toEqual([400, true]);
  expect((await browser.go('/account')).url.pathname).toBe('/sign-in');

  const gone2 = await browser.submit(await browser.go('/sign-in'), 'company');
  const back2 = await signInThere(new TestBrowser(hub.company.issuer), gone2, 'c-1');
  const together = await Promise.all([1, 2, 3, 4].map(() => browser.go(back2)));
  expect(together.filter(({ response }) => response.status === 200)).toHaveLength(1);
  expect((await browser.go(back2)).text).toContain(over);
});

test('who was led into a sign-in by another is signed in as nobody', async () => {
  await using hub = await startFederationHub();
  await addLinked(hub, 'eve', 'c-666');
  const [eve, victim] = [new TestBrowser(hub.url), new TestBrowser(hub.url)];
  const gone = await eve.submit(await eve.go('/sign-in'), 'company');
  const back = await signInThere(new TestBrowser(hub.company.issuer), gone, 'c-666');
  await victim.submit(await victim.go('/sign-in'), 'company');
  expect((await victim.go(back)).response.status).toBe(400);
  expect((await victim.go('/account')).url.pathname).toBe('/sign-in');
});

test('a link is not made for who has signed in as somebody else in the meantime', async () => {
  await using hub = await startFederationHub();
  for (const login of ['ann', 'bob'])
    await hub.owner.request(addPerson, { query, body: { login, password } });
  const browser = new TestBrowser(hub.url);
  const signIn = async (login: string): Promise<Visit> =>
    browser.submit(await browser.go('/sign-in'), 'sign-in', { login, password });
  const gone = await browser.submit(await signIn('ann'), 'company');
  const back = await signInThere(new TestBrowser(hub.company.issuer), gone, 'c-1');
  await signIn('bob');
  expect((await browser.go(back)).response.status).toBe(400);
  expect(
    await hub.directory.findPersonByIdentity({ issuer: hub.company.issuer, subject: 'c-1' }),
  ).toBeUndefined();
});

test('a client that wants a new sign-in gets one at the company, not who is signed in there', async () => {
  await using hub = await startFederationHub();
  await addLinked(hub, 'ann', 'c-1');
  const client = new OAuthClient(hub.url, await register(hub, 'Strict'));
  const [browser, company] = [new TestBrowser(hub.url), new TestBrowser(hub.company.issuer)];
  await hub.signInAt(browser, await browser.go('/sign-in'), 'c-1', company);
  const asked = await browser.go(client.request({ prompt: 'login' }));
  expect(asked.text).toContain('name="password"');
  const gone = await browser.submit(asked, 'company');
  const address = new URL(/url=(\S+)/.exec(gone.response.headers.get('refresh') ?? '')?.[1] ?? '');
  expect(Object.fromEntries(address.searchParams)).toMatchObject({ prompt: 'login', max_age: '300' });
  // The company asks again though its own cookie is there.
  expect((await company.go(address.href)).text).toContain('name="login"');
  const consent = await browser.go(await signInThere(company, gone, 'c-1'));
  expect(consent.text).toContain('Allow Strict?');
});

test('a provider that cannot be reached is said to be so, is not asked again at once, and the password still works', async () => {
  await using hub = await startFederationHub({ isServed: false });
  await hub.owner.request(addPerson, { query, body: { login: 'ann', password } });
  const browser = new TestBrowser(hub.url);
  const client = new OAuthClient(hub.url, await register(hub, 'Any'));
  const asked = await browser.go(client.request());
  const down = await browser.submit(asked, 'company');
  expect(down.text).toContain('It cannot be reached now.');
  hub.company.serve(hub.url);
  expect((await browser.submit(down, 'company')).text).toContain('It cannot be reached now.');
  const consent = await browser.submit(down, 'sign-in', { login: 'ann', password });
  expect(consent.text).toContain('Allow Any?');
});

test('the settings give nobody the role owner by chance, and no provider comes twice', async () => {
  const roles = { bosses: ['owner'] };
  await expect(startFederationHub({ provider: { roles } })).rejects.toMatchObject({
    code: 'invalid_settings',
  });
  await using hub = await startFederationHub({ provider: { ...add, roles, mayGiveOwner: true } });
  hub.company.accounts.set('c-1', { preferred_username: 'boss', groups: ['bosses'] });
  await onPages(hub, 'c-1');
  expect(await rolesOf(hub, 'boss')).toEqual(['owner']);
});

async function register({ url }: FederationHub, name: string): Promise<string> {
  const answer = await fetch(`${url}/oauth/register`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      client_name: name,
      redirect_uris: ['https://app.example/callback'],
      token_endpoint_auth_method: 'none',
    }),
  });
  const { client_id: id } = (await answer.json()) as { client_id: string };
  return id;
}
