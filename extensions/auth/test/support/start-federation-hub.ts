import { type Client, createClient } from '@signalbox/client';
import directoryExtension from '@signalbox/directory';
import mcp from '@signalbox/mcp';
import { type Clock, type Directory, directory, type Extension, type JsonObject } from '@signalbox/sdk';
import storeSqlite from '@signalbox/store-sqlite';
import { startTestHub, type TestHub } from '@signalbox/testkit';
import auth from '../../src/index.ts';
import { TestBrowser, type Visit } from './browser.ts';
import {
  type CompanyOptions,
  type CompanyProvider,
  clientSecret,
  startCompanyProvider,
} from './company-provider.ts';

/** A hub with the real directory, where people of a company sign in at the company. */
export interface FederationHub extends AsyncDisposable {
  readonly hub: TestHub;
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
  extensions = [],
  hub: further = () => ({}),
  store = storeSqlite,
  clock,
  isServed = true,
}: {
  readonly provider?: JsonObject;
  readonly company?: CompanyOptions;
  readonly settings?: JsonObject;
  readonly extensions?: readonly Extension[];
  /** Further sections of the settings. */
  readonly hub?: (company: CompanyProvider) => JsonObject;
  readonly store?: Extension;
  readonly clock?: Clock;
  readonly isServed?: boolean;
} = {}): Promise<FederationHub> {
  const company = await startCompanyProvider(companyOptions);
  const test = await startTestHub({
    extensions: [store, directoryExtension, auth, mcp, ...extensions],
    settings: {
      ...further(company),
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
    hub: test,
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
