import type { SignedUpstream, UpstreamAccount } from '@signalbox/sdk';
import { TestBrowser, type Visit } from '../../../auth/test/support/browser.ts';
import type { AuthHub } from '../../../auth/test/support/start-auth-hub.ts';
import { accountsOf, pressConnect } from './start-pair.ts';

/** Connects a person's account at an upstream whose server allows everything at once; gives the last page. */
export async function connect(
  keeper: AuthHub,
  { name }: SignedUpstream,
  account: UpstreamAccount,
  browser = new TestBrowser(keeper.url),
): Promise<Visit> {
  const link = await accountsOf(keeper).loginUrl(name, account);
  const done = await follow(browser, (await pressConnect(browser, link)).url);
  if (!done.text.includes('is connected'))
    throw new Error(`not connected: ${done.text.slice(done.text.indexOf('<main>'))}`);
  return done;
}

/** Goes to an authorization server that asks nobody, and back. */
export async function follow(browser: TestBrowser, away: URL): Promise<Visit> {
  const response = await fetch(away, { redirect: 'manual' });
  return browser.go(response.headers.get('location') ?? '');
}
