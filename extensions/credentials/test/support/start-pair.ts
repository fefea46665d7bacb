import {
  type Extension,
  type JsonObject,
  type SignedUpstream,
  type UpstreamAccount,
  type UpstreamCredentialSettings,
  type UpstreamCredentials,
  type UpstreamSigner,
  upstreamCredentialSettings,
  upstreamCredentials,
} from '@signalbox/sdk';
import storeSqlite from '@signalbox/store-sqlite';
import vault from '@signalbox/vault';
import type { z } from 'zod';
import { TestBrowser, type Visit } from '../../../auth/test/support/browser.ts';
import {
  type AuthHub,
  type AuthHubOptions,
  startAuthHub,
} from '../../../auth/test/support/start-auth-hub.ts';
import credentials from '../../src/index.ts';

/** The account of a person of these tests. */
export const ada: UpstreamAccount = { org: 'local', subject: { kind: 'user', id: 'person-ada' } };

/** What a test changes about a hub that keeps accounts. */
export interface KeeperOptions extends Omit<AuthHubOptions, 'store'> {
  readonly allowPrivate?: readonly string[];
  readonly store?: { readonly extension?: Extension; readonly settings: JsonObject };
}

/** A hub that keeps accounts at upstreams. */
export function startKeeper({ allowPrivate = [], store, ...rest }: KeeperOptions = {}): Promise<AuthHub> {
  return startAuthHub({
    ...rest,
    store: {
      extension: store?.extension ?? storeSqlite,
      settings: { credentials: { allowPrivate: [...allowPrivate] }, ...store?.settings },
    },
    extensions: [vault, credentials, ...(rest.extensions ?? [])],
  });
}

/** The accounts a hub keeps. */
export function accountsOf({ hub }: AuthHub): UpstreamCredentials {
  return hub.hub.services.get(upstreamCredentials);
}

/** An upstream as the gateway tells of it. */
export function upstreamAt(
  url: string,
  settings: z.input<typeof upstreamCredentialSettings> = {},
): SignedUpstream & { readonly credentials: UpstreamCredentialSettings } {
  return { name: 'files', url, credentials: upstreamCredentialSettings.parse(settings) };
}

/** Makes one request the way the gateway does: signed, and once more after a refusal that was made good. */
export async function send(signer: UpstreamSigner, url: string, body = '{}'): Promise<Response> {
  const request = { method: 'POST', url };
  for (let refusals = 0; ; refusals++) {
    const signed = await signer.headersFor(request);
    const headers = { 'content-type': 'application/json', accept: 'application/json', ...signed };
    const response = await fetch(url, { method: 'POST', headers, body });
    const answer = { status: response.status, headers: Object.fromEntries(response.headers) };
    if (response.headers.has('dpop-nonce')) signer.onAnswer?.(request, answer);
    const isRefusal = response.status === 401 || response.status === 403;
    if (!isRefusal || refusals === 2 || !(await signer.afterRefusal(request, answer))) return response;
  }
}

/** Opens a link at the hub as a person, signs in where the hub wants it, and presses "connect". */
export async function pressConnect(browser: TestBrowser, link: string, login = 'ada'): Promise<Visit> {
  let page = await browser.go(link);
  if (page.url.pathname === '/sign-in')
    page = await browser.submit(page, 'sign-in', { login, password: `${login}-password-1` });
  return browser.submit(page, 'connect');
}

/** Signs in at a hub that stands for the authorization server of an upstream, and allows what is asked. */
export async function allowAt(server: AuthHub, address: URL, login = 'bob'): Promise<URL> {
  const browser = new TestBrowser(server.url);
  const signedIn = await browser.submit(await browser.go(address.href), 'sign-in', {
    login,
    password: `${login}-password-1`,
  });
  return (await browser.submit(signedIn, 'allow')).url;
}
