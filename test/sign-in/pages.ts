import { describe, expect, test } from 'vitest';
import { authorizationOf } from './support/authorization-of.ts';
import { startLoopbackClient } from './support/loopback-client.ts';
import { ann, owner, type SignInPlace, typePassword } from './support/sign-in-place.ts';

/** The pages themselves: keyboard, scripts off, dark colours, frames. */
export function testPages(here: () => SignInPlace): void {
  describe('the pages', () => {
    test('make the first owner from the one-time link', async () => {
      const { setupUrl, newPage } = here();
      const page = await newPage();
      await page.goto(setupUrl);
      await page.getByLabel('Name to sign in with').fill(owner.login);
      await page.getByLabel('Your name, as others see it').fill(owner.name);
      await page.getByLabel('Password').fill(owner.password);
      await page.getByRole('button', { name: 'Go on' }).click();
      await page.waitForURL('**/account');
      expect(await page.locator('main').innerText()).toContain('Signed in as Olivia Owner');
    });

    test('are gone through with the keyboard alone, and it is seen where one is', async () => {
      const { url, newPage } = here();
      await using loopback = await startLoopbackClient('Keyboard');
      const page = await newPage();
      await page.goto(await authorizationOf(url, loopback.redirectUrl, 'Keyboard'));
      // The first field has the focus already.
      await page.keyboard.type(ann.login);
      await page.keyboard.press('Tab');
      await page.keyboard.type(ann.password);
      await page.keyboard.press('Tab');
      const outline = await page.evaluate(
        "getComputedStyle(document.activeElement).outlineStyle + ' ' + document.activeElement.textContent",
      );
      expect(outline).toBe('solid Sign in');
      await page.keyboard.press('Enter');
      await page.getByRole('heading', { name: 'Allow Keyboard?' }).waitFor();
      await page.keyboard.press('Tab');
      expect(await page.evaluate('document.activeElement.textContent')).toBe('Allow');
      await page.keyboard.press('Tab');
      expect(await page.evaluate('document.activeElement.textContent')).toBe('Refuse');
      await page.keyboard.press('Enter');
      expect((await loopback.answer).get('error')).toBe('access_denied');
    });

    test('name every field, have one heading and a language', async () => {
      const { url, setupUrl, newPage } = here();
      await using loopback = await startLoopbackClient('Any');
      const page = await newPage();
      const authorization = await authorizationOf(url, loopback.redirectUrl, 'Any');
      for (const address of [`${url}/sign-in`, authorization, setupUrl, `${url}/oauth/device`]) {
        await page.goto(address);
        const found = await page.evaluate(`({
          language: document.documentElement.lang,
          headings: document.querySelectorAll('h1').length,
          title: document.title !== '',
          unnamed: [...document.querySelectorAll('input:not([type=hidden])')]
            .filter((input) => input.labels.length === 0).length,
        })`);
        expect(found, address).toEqual({ language: 'en', headings: 1, title: true, unnamed: 0 });
      }
    });

    test('show a name in its own direction, and a host that looks like another as what it is', async () => {
      const { url, newPage } = here();
      const name =
        'מסייע, an assistant whose name is as long as a name may be, so that its line breaks more than once';
      const page = await newPage({ viewport: { width: 320, height: 600 } });
      await page.goto(await authorizationOf(url, 'https://xn--pple-43d.example/callback', name));
      await typePassword(page);
      expect(await page.locator('h1 bdi').innerText()).toBe(name);
      expect(await page.locator('main').innerText()).toContain('xn--pple-43d.example');
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(320);
    });

    test('work without scripts', async () => {
      const { url, newPage } = here();
      await using loopback = await startLoopbackClient('No scripts');
      const page = await newPage({ javaScriptEnabled: false });
      await page.goto(await authorizationOf(url, loopback.redirectUrl, 'No scripts'));
      await typePassword(page);
      await page.getByRole('button', { name: 'Allow' }).click();
      expect((await loopback.answer).get('code')).toMatch(/^[\w-]{20,}$/);
    });

    test('are dark for who prefers that, and can be read', async () => {
      const { url, newPage } = here();
      for (const [colorScheme, isDark] of [
        ['light', false],
        ['dark', true],
      ] as const) {
        const page = await newPage({ colorScheme });
        await page.goto(`${url}/sign-in`);
        const ratios = await page.evaluate<Record<string, number>>(contrasts);
        expect([ratios['back'], colorScheme]).toSatisfy(([back]: [number]) => back < 0.2 === isDark);
        // WCAG 2.2 §1.4.3.
        for (const [what, ratio] of Object.entries(ratios))
          if (what !== 'back') expect([what, ratio >= 4.5]).toEqual([what, true]);
      }
    });

    test('are framed by nobody and load nothing from elsewhere', async () => {
      const { url, newPage } = here();
      const page = await newPage();
      const answer = await page.goto(`${url}/sign-in`);
      const policy = answer?.headers()['content-security-policy'] ?? '';
      expect(policy).toContain("default-src 'none'");
      expect(policy).toContain("frame-ancestors 'none'");
      const requests: string[] = [];
      page.on('request', (request) => requests.push(request.url()));
      await page.goto(`${url}/sign-in`);
      expect(requests.filter((each) => !each.startsWith(url))).toEqual([]);
      await using loopback = await startLoopbackClient('Frame');
      await page.goto(loopback.redirectUrl);
      const refused = page.waitForEvent('requestfailed', (request) => request.url().endsWith('/sign-in'));
      await page.setContent(`<iframe src="${url}/sign-in"></iframe>`);
      expect((await refused).failure()?.errorText).toContain('ERR_BLOCKED_BY_RESPONSE');
    });
  });
}

/** Runs in the page: how light its background is, and the contrast of its texts (WCAG 2.2, "relative luminance"). */
const contrasts = `(() => {
  const light = (colour) => {
    const [r, g, b] = colour.match(/[\\d.]+/g).slice(0, 3).map(Number)
      .map((part) => part / 255)
      .map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const ratio = (one, other) => {
    const [low, high] = [light(one), light(other)].sort((a, b) => a - b);
    return (high + 0.05) / (low + 0.05);
  };
  const style = (selector) => getComputedStyle(document.querySelector(selector));
  const card = style('section').backgroundColor;
  return {
    back: light(style('body').backgroundColor),
    text: ratio(style('label').color, card),
    button: ratio(style('button').color, style('button').backgroundColor),
    other: ratio(style('button.other').color, card),
  };
})()`;
