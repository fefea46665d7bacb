import { randomUUID } from 'node:crypto';
import { addPerson, removePerson, setPersonPassword } from '@signalbox/api';
import { identityAssertions, type UpstreamSigner, upstreamCredentials } from '@signalbox/sdk';
import storePostgres, { openPostgresStore } from '@signalbox/store-postgres';
import vault from '@signalbox/vault';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { TestBrowser, type Visit } from '../../auth/test/support/browser.ts';
import { type FederationHub, startFederationHub } from '../../auth/test/support/start-federation-hub.ts';
import credentials from '../src/index.ts';
import { SmallServer } from './support/small-server.ts';
import { send, upstreamAt } from './support/start-pair.ts';

const postgres = process.env['SIGNALBOX_TEST_POSTGRES'] ?? '';
const query = {};
const password = 'correct battery horse';

let server: SmallServer;
let hub: FederationHub;
let ann: string;
let browser: TestBrowser;

async function start({ provider, hub: further, ...rest }: Parameters<typeof startFederationHub>[0] = {}) {
  hub = await startFederationHub({
    ...rest,
    extensions: [vault, credentials],
    provider: { keepIdentity: true, ...provider },
    hub: (company) => ({ credentials: { allowPrivate: [company.host] }, ...further?.(company) }),
  });
  ({ id: ann } = await hub.owner.request(addPerson, { query, body: { login: 'ann', password } }));
  await hub.directory.linkIdentity(
    { issuer: hub.company.issuer, subject: 'c-1' },
    { id: ann },
    (_change, action) => action(),
  );
  browser = new TestBrowser(hub.url);
}

beforeEach(async () => {
  server = await SmallServer.start();
});

afterEach(async () => {
  await hub[Symbol.asyncDispose]();
  await server[Symbol.asyncDispose]();
});

const account = () => ({ org: 'local', subject: { kind: 'user', id: ann } }) as const;
const keeper = () => hub.hub.hub.services.get(upstreamCredentials);

function signer(): UpstreamSigner {
  const client = { clientId: 'the-hub', clientSecret: 'the-secret', issuer: server.url };
  const settings = { grant: 'enterprise', ...client, identity: { provider: 'company' } } as const;
  return keeper().signerOf(upstreamAt(server.endpoint, settings), account());
}

/** Signs in at the company from a page of the hub. */
async function signIn(page?: Visit): Promise<Visit> {
  return hub.signInAt(browser, page ?? (await browser.go('/sign-in')), 'c-1');
}

/** What is kept of the person, as it is given out. */
async function kept(org = 'local'): Promise<string | undefined> {
  const assertions = hub.hub.hub.services.get(identityAssertions);
  return (await assertions.assertionOf(org, ann, 'company'))?.token;
}

async function expectOwnAccountUntilRemoved(): Promise<void> {
  await signIn();
  expect((await send(signer(), server.endpoint)).status).toBe(200);
  expect(hub.company.exchanges).toEqual([{ who: 'c-1', audience: server.url, resource: server.endpoint }]);
  expect(server.at('/token').map(({ form }) => form.get('assertion'))).toEqual(['identity-grant-of-c-1']);
  const token = await kept();
  expect(token).toMatch(/^eyJ/);
  for (const text of [hub.hub.logged(), JSON.stringify(server.seen)]) expect(text).not.toContain(token);
  await hub.owner.request(removePerson, { query, params: { person: 'ann' } });
  await expect.poll(() => kept(), { timeout: 10_000 }).toBeUndefined();
}

test('a person’s own sign-in at the company gives them their own account, until they are removed', async () => {
  await start();
  await expectOwnAccountUntilRemoved();
});

test.skipIf(postgres === '')('it is the same on PostgreSQL', async () => {
  const schema = `test_${randomUUID().replaceAll('-', '')}`;
  const settings = { store: { driver: 'postgres' }, 'store-postgres': { url: postgres, schema } };
  await start({ store: storePostgres, hub: () => settings });
  await expectOwnAccountUntilRemoved();
  const opened = await openPostgresStore({ url: postgres, schema });
  await opened.database.queries().schema.dropSchema(schema).cascade().execute();
  await opened.close();
});

test('who has not signed in there is led to do it, and connected when they come back', async () => {
  await start();
  const own = signer();
  await expect(send(own, server.endpoint)).rejects.toMatchObject({
    code: 'upstream_login_needed',
    message:
      'upstream "files" needs your account: it goes by a sign-in at the hub with "company", and there is none; run "signalbox server login files"',
    details: { upstream: 'files', url: expect.stringContaining('/upstreams/login/') },
  });
  const link = await keeper().loginUrl('files', account());
  // A password is a sign-in here, and says nothing at the company.
  const page = await browser.submit(await browser.go(link), 'sign-in', { login: 'ann', password });
  expect(page.text).toContain('Sign in here with &quot;company&quot; first');
  const back = await signIn(await browser.submit(page, 'sign-in'));
  expect(back.url.href).toBe(link);
  expect((await browser.submit(back, 'connect')).text).toContain('files is connected');
  expect(await keeper().stateOf('files', account())).toBe('connected');
  expect((await browser.go(link)).response.status).toBe(404);
  expect((await send(own, server.endpoint)).status).toBe(200);
  expect(hub.company.exchanges).toHaveLength(1);
});

test('an ID token that is over is renewed once for all who wait, and one that cannot be is asked for again', async () => {
  // Less than what has to be left of one.
  await start({ company: { idTokenSeconds: 20 } });
  await signIn();
  const tokens = await Promise.all(Array.from({ length: 4 }, () => kept()));
  expect(new Set(tokens)).toEqual(new Set([expect.stringMatching(/^eyJ/)]));
  server.choices.expiresIn = 0;
  expect((await send(signer(), server.endpoint)).status).toBe(200);
  hub.company.endRenewals();
  await expect(send(signer(), server.endpoint)).rejects.toMatchObject({ code: 'upstream_login_needed' });
  expect(await keeper().stateOf('files', account())).toBe('none');
  expect(await kept()).toBeUndefined();
});

test.each([
  ['is unlinked', () => hub.directory.unlinkIdentity(ann, { issuer: hub.company.issuer, subject: 'c-1' })],
  [
    'is signed out everywhere',
    () =>
      hub.owner.request(setPersonPassword, {
        query,
        params: { person: 'ann' },
        body: { password: 'another battery horse' },
      }),
  ],
])('what the company said of somebody who %s is forgotten', async (_what, end) => {
  await start();
  await signIn();
  expect(await kept()).toMatch(/^eyJ/);
  await end();
  await expect.poll(() => kept(), { timeout: 10_000 }).toBeUndefined();
});

test('a company that does not allow it is named, and asked once a minute', async () => {
  await start();
  await signIn();
  hub.company.refused.add('c-1');
  const own = signer();
  const message = expect.stringContaining(
    `the identity provider ${hub.company.host} for upstream "files" refused`,
  );
  for (let count = 0; count < 2; count++)
    await expect(send(own, server.endpoint)).rejects.toMatchObject({ code: 'upstream_refused', message });
  expect(hub.company.exchanges).toHaveLength(1);
});

test('nothing is kept of a provider whose settings do not say so, nor told for another organization', async () => {
  await start({ provider: { keepIdentity: false } });
  await signIn();
  const refused = {
    code: 'upstream_refused',
    message: expect.stringContaining('set keepIdentity: true at it in auth.providers'),
  };
  await expect(send(signer(), server.endpoint)).rejects.toMatchObject(refused);
  await expect(kept('elsewhere')).rejects.toMatchObject(refused);
});
