import type { Browser, BrowserContext, Page } from 'playwright-core';
import {
  type CompanyProvider,
  clientSecret,
  startCompanyProvider,
} from '../../../extensions/auth/test/support/company-provider.ts';
import { api } from '../../support/api.ts';
import { freePort } from '../../support/free-port.ts';
import { type Home, makeHome } from '../../support/home.ts';
import { type HubProcess, startHub } from '../../support/hub-process.ts';
import { launchChromium } from './chromium.ts';

/** The owner of the hub, made in the browser. */
export const owner = { login: 'olivia', name: 'Olivia Owner', password: 'a long password of the owner' };
/** A member, made by the owner. */
export const ann = { login: 'ann', name: 'Ann Example', password: 'correct battery horse' };

/** A real hub under a name, the identity provider of a company, and one browser for all tests. */
export interface SignInPlace extends AsyncDisposable {
  readonly url: string;
  readonly hub: HubProcess;
  readonly home: Home;
  readonly company: CompanyProvider;
  readonly browser: Browser;
  /** The one-time link of the first start. */
  readonly setupUrl: string;
  /** A page in a profile of its own. */
  readonly newPage: (options?: Parameters<Browser['newContext']>[0]) => Promise<Page>;
}

/** Starts everything. */
export async function startSignInPlace(): Promise<SignInPlace> {
  const [home, company, browser, port] = [
    makeHome(),
    await startCompanyProvider(),
    await launchChromium(),
    await freePort(),
  ];
  // Passkeys need a name.
  const url = `http://localhost:${port}`;
  home.write('signalbox.yaml', JSON.stringify(settingsOf(url, company)));
  const hub = await startHub(home, { env: { SIGNALBOX_HTTP__PORT: String(port) } });
  await hub.untilShown('/setup?token=');
  company.serve(url);
  const contexts: BrowserContext[] = [];
  const added = await api(hub, 'POST', '/api/v1/people', ann);
  if (added.status !== 201) throw new Error(`nobody was added: ${JSON.stringify(added.body)}`);
  return {
    url,
    hub,
    home,
    company,
    browser,
    setupUrl: `${url}${/\/setup\?token=\S+/.exec(hub.stdout())?.[0] ?? ''}`,
    newPage: async (options) => {
      const context = await browser.newContext(options);
      contexts.push(context);
      context.setDefaultTimeout(40_000);
      return context.newPage();
    },
    [Symbol.asyncDispose]: async () => {
      await browser.close();
      await hub[Symbol.asyncDispose]();
      await company[Symbol.asyncDispose]();
      home[Symbol.dispose]();
    },
  };
}

function settingsOf(publicUrl: string, { issuer, host }: CompanyProvider): object {
  return {
    http: { publicUrl },
    auth: {
      compatibility: true,
      registrationsPerHour: 1_000,
      allowPrivate: [host],
      providers: [
        {
          id: 'company',
          title: 'Example Ltd',
          issuer,
          clientId: 'hub',
          clientSecret,
          scopes: ['openid', 'profile', 'groups'],
          roles: { staff: ['member'] },
          newcomers: 'add',
        },
      ],
    },
    gateway: { upstreams: { everything: { command: 'mcp-server-everything' } } },
  };
}

/** Types name and password on the sign-in page. */
export async function typePassword(page: Page, { login, password }: typeof ann = ann): Promise<void> {
  await page.getByLabel('Name').fill(login);
  await page.getByLabel('Password').fill(password);
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
}
