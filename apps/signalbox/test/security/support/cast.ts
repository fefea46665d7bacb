import {
  addClient,
  addKey,
  addOrganization,
  addPerson,
  changePerson,
  type PersonItem,
  revokeKey,
  setPersonPassword,
} from '@signalbox/api';
import { type Client, createClient } from '@signalbox/client';
import { type Permission, permissions } from '@signalbox/sdk';
import { OAuthClient } from '../../../../../extensions/auth/test/support/oauth-client.ts';
import { type AppHub, startAppHub } from '../../support/start-app-hub.ts';

/** A hub with people of two organizations, where keys reach whatever their holder may do. */
export interface Stage extends AsyncDisposable {
  readonly app: AppHub;
  readonly url: string;
  /** The owner on this machine. */
  readonly owner: Client;
  readonly addPerson: (login: string, roles: readonly string[], org?: string) => Promise<PersonItem>;
  /** A key with every scope there is, or with those given. */
  readonly keyOf: (
    person: PersonItem,
    scopes?: readonly Permission[],
    org?: string,
  ) => Promise<{ readonly key: string; readonly id: string }>;
  /** A client of the API that shows this key. */
  readonly as: (key: string) => Client;
}

/** Builds it. `acme` is the second organization. */
export async function setStage(settings: Parameters<typeof startAppHub>[0] = {}): Promise<Stage> {
  const app = await startAppHub({
    ...settings,
    settings: { http: { port: 0, level: 'anchor' }, ...settings.settings },
  });
  const owner = app.client;
  await owner.request(addOrganization, { body: { id: 'acme', name: 'Acme' } });
  return {
    app,
    owner,
    url: app.test.url,
    addPerson: (login, roles, org) =>
      owner.request(addPerson, { query: org ? { org } : {}, body: { login, roles: [...roles] } }),
    keyOf: async (person, scopes = permissions, org) => {
      const body = { name: 'test', user: person.id, scopes: [...scopes], grant: 'anchor' as const };
      const { key, item } = await owner.request(addKey, { query: org ? { org } : {}, body });
      return { key, id: item.id };
    },
    as: (key) => createClient({ url: app.test.url, key }),
    [Symbol.asyncDispose]: () => app[Symbol.asyncDispose](),
  };
}

/** Credentials that were good once, or are good for something else. */
export interface SpentCredentials {
  readonly revokedKey: string;
  readonly keyOfDisabled: string;
  readonly accessForMcp: string;
  readonly refresh: string;
  readonly idToken: string;
  readonly code: string;
}

/** Makes them. */
export async function spendCredentials({
  owner,
  addPerson: add,
  keyOf,
  url,
}: Stage): Promise<SpentCredentials> {
  const [ada, gone] = [await add('ada', ['owner']), await add('gone', ['owner'])];
  const { key: revokedKey, id } = await keyOf(ada);
  await owner.request(revokeKey, { params: { key: id }, query: {} });
  const { key: keyOfDisabled } = await keyOf(gone);
  await owner.request(changePerson, { params: { person: 'gone' }, query: {}, body: { isActive: false } });
  const password = 'a long enough phrase 1';
  await owner.request(setPersonPassword, { params: { person: 'ada' }, query: {}, body: { password } });
  const redirectUris = ['https://app.example/callback'];
  const { client } = await owner.request(addClient, { body: { name: 'App', redirectUris } });
  const oauth = new OAuthClient(url, client.id);
  const signIn = { login: 'ada', password, scope: 'openid tools:list tools:call' };
  const first = (await oauth.authorize(signIn)).url.searchParams.get('code') ?? '';
  const { body } = await oauth.redeem(first);
  const code = (await oauth.authorize(signIn)).url.searchParams.get('code') ?? '';
  return {
    revokedKey,
    keyOfDisabled,
    code,
    accessForMcp: String(body['access_token']),
    refresh: String(body['refresh_token']),
    idToken: String(body['id_token']),
  };
}
