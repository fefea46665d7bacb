import { type Client, createClient } from '@signalbox/client';
import directoryExtension from '@signalbox/directory';
import mcp from '@signalbox/mcp';
import { type Clock, type Directory, directory, type JsonObject } from '@signalbox/sdk';
import storeSqlite from '@signalbox/store-sqlite';
import { startTestHub, type TestHub } from '@signalbox/testkit';
import auth from '../../src/index.ts';
import { TestBrowser, type Visit } from './browser.ts';
import { type CompanyProvider, clientSecret, startCompanyProvider } from './company-provider.ts';

/** A hub with the real directory, where people of a company sign in at the company. */
export interface FederationHub extends AsyncDisposable {
  readonly test: TestHub;
  readonly url: string;
  readonly directory: Directory;
  readonly owner: Client;
  readonly company: CompanyProvider;
  /** Goes to the company from a page with its button, signs in there, and comes back. */
  readonly signInAt: (browser: TestBrowser, page: Visit, sub: string, at?: TestBrowser) => Promise<Visit>;
}

/** Starts both. */
export async function startFederationHub({
  provider = {},
  company: companyOptions = {},
  settings = {},
  clock,
  isServed = true,
}: {
  readonly provider?: JsonObject;
  readonly company?: { readonly areClaimsInIdToken?: boolean };
  readonly settings?: JsonObject;
  readonly clock?: Clock;
  readonly isServed?: boolean;
} = {}): Promise<FederationHub> {
  const company = await startCompanyProvider(companyOptions);
  const test = await startTestHub({
    extensions: [storeSqlite, directoryExtension, auth, mcp],
    settings: {
      http: { port: 0 },
      auth: {
        allowPrivate: [company.host],
        compatibility: true,
        providers: [
          {
            id: 'company',
            title: 'Example Ltd',
            issuer: company.issuer,
            clientId: 'hub',
            clientSecret,
            scopes: ['openid', 'profile', 'email', 'groups'],
            ...provider,
          },
        ],
        ...settings,
      },
    },
    ...(clock ? { clock } : {}),
  }).catch(async (error: unknown) => {
    await company[Symbol.asyncDispose]();
    throw error;
  });
  if (isServed) company.serve(test.url);
  return {
    test,
    url: test.url,
    directory: test.hub.services.get(directory),
    owner: createClient({ url: test.url, key: test.key }),
    company,
    signInAt: async (browser, page, sub, at = new TestBrowser(company.issuer)) => {
      const gone = await browser.submit(page, 'company');
      return browser.go(await signInThere(at, gone, sub));
    },
    [Symbol.asyncDispose]: async () => {
      await test.stop();
      await company[Symbol.asyncDispose]();
    },
  };
}

/** What a person does at the company: gives the address they are sent back to. */
export async function signInThere(at: TestBrowser, gone: Visit, sub: string): Promise<string> {
  const address = /url=(\S+)/.exec(gone.response.headers.get('refresh') ?? '')?.[1];
  if (address === undefined) throw new Error(`nobody was sent on: ${gone.text.slice(0, 2_000)}`);
  const page = await at.go(address);
  if (!page.text.includes('name="login"')) return page.url.href;
  return (await at.submit(page, '', { login: sub, password: 'any', prompt: 'login' })).url.href;
}
