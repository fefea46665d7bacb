// Makes the pictures of docs/guides/images again, from the real pages:
//   node --conditions=@signalbox/source test/sign-in/make-screenshots.ts [folder]
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { root } from '../support/paths.ts';
import { authorizationOf } from './support/authorization-of.ts';
import { withFewColours } from './support/few-colours.ts';
import { startSignInPlace, typePassword } from './support/sign-in-place.ts';

const folder = process.argv[2] ?? join(root, 'docs/guides/images');
mkdirSync(folder, { recursive: true });
await using place = await startSignInPlace();
const { url, setupUrl, newPage } = place;
const viewport = { width: 720, height: 600 };

await show('set-up', async (page) => void (await page.goto(setupUrl)));
await show('sign-in', async (page) => void (await page.goto(`${url}/sign-in`)));
await show('sign-in-dark', async (page) => void (await page.goto(`${url}/sign-in`)), 'dark');
await show('allow', async (page) => {
  await page.goto(await authorizationOf(url, 'https://assistant.example/callback', 'Desktop assistant'));
  await typePassword(page);
});
await show('device', async (page) => void (await page.goto(`${url}/oauth/device`)));
await show('account', async (page) => {
  await page.goto(`${url}/sign-in`);
  await typePassword(page);
});

/** Keeps what the page shows, without a cursor and with the colours a picture of a page needs. */
async function show(
  name: string,
  go: (page: Page) => Promise<void>,
  colorScheme: 'light' | 'dark' = 'light',
) {
  const page = await newPage({ viewport, colorScheme });
  await go(page);
  await page.locator('h1').waitFor();
  const picture = await page.locator('main').screenshot({ caret: 'hide', animations: 'disabled' });
  const small = withFewColours(picture);
  writeFileSync(join(folder, `${name}.png`), small);
  process.stdout.write(`${name}.png ${small.length} bytes\n`);
  await page.context().close();
}
