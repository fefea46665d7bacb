import { afterAll, beforeAll, describe, test } from 'vitest';
import { testClients } from './clients.ts';
import { testPages } from './pages.ts';
import { chromiumPath, howToInstallChromium } from './support/chromium.ts';
import { type SignInPlace, startSignInPlace } from './support/sign-in-place.ts';
import { testWays } from './ways.ts';

const mayNotSkip = process.env['SIGNALBOX_NO_SKIP'] === '1';
if (chromiumPath === undefined) {
  if (mayNotSkip) test('a browser is needed', () => Promise.reject(new Error(howToInstallChromium)));
  else process.stdout.write(`skipped: sign-in in a browser — ${howToInstallChromium}\n`);
}

// Pages are drawn slowly where two cores do everything else, too.
describe.skipIf(chromiumPath === undefined)('in a browser', { timeout: 90_000 }, () => {
  let place: SignInPlace | undefined;
  beforeAll(async () => {
    place = await startSignInPlace();
  });
  afterAll(() => place?.[Symbol.asyncDispose]());
  const here = (): SignInPlace => {
    if (place === undefined) throw new TypeError('the place is not started');
    return place;
  };

  testPages(here);
  testClients(here);
  testWays(here);
});
