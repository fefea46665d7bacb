import { spawn } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { program } from '../support/paths.ts';
import { ann, type SignInPlace, typePassword } from './support/sign-in-place.ts';

/** Other ways to sign in than a password. */
export function testWays(here: () => SignInPlace): void {
  describe('other ways', () => {
    test('somebody of the company signs in there, without scripts too, and comes back as who they are here', async () => {
      const { url, company, newPage } = here();
      company.accounts.set('c-7', { name: 'Cora Company', preferred_username: 'cora', groups: ['staff'] });
      for (const javaScriptEnabled of [true, false]) {
        const page = await newPage({ javaScriptEnabled });
        await page.goto(`${url}/sign-in`);
        await page.getByRole('button', { name: 'Sign in with Example Ltd' }).click();
        await page.locator('input[name=login]').fill('c-7');
        await page.locator('input[name=password]').fill('any');
        await page.locator('button[type=submit]').click();
        await page.waitForURL(`${url}/account`);
        const text = await page.locator('main').innerText();
        expect(text).toContain('Signed in as Cora Company');
        expect(text).toContain('Example Ltd, since');
      }
    });

    test('a machine without a browser is connected by the code it shows', async () => {
      const { url, home, newPage } = here();
      const login = spawn(process.execPath, [program, 'login', url, '--device'], {
        cwd: home.folder,
        env: { ...home.env },
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      let notes = '';
      const ended = new Promise<number | null>((resolve) => void login.once('close', resolve));
      const code = await new Promise<string>((resolve) => {
        login.stderr.on('data', (part: Buffer) => {
          notes += part.toString();
          const [, shown] = /type the code (\S+)/.exec(notes) ?? [];
          if (shown !== undefined) resolve(shown);
        });
      });
      const page = await newPage();
      await page.goto(`${url}/oauth/device`);
      await page.getByLabel('Code on the device').fill(code.toLowerCase());
      await page.getByRole('button', { name: 'Go on' }).click();
      expect(await page.locator('main').innerText()).toContain(code);
      await page.getByRole('button', { name: 'It does' }).click();
      await typePassword(page);
      await page.getByRole('button', { name: 'Allow' }).click();
      await page.getByRole('heading', { name: 'Connected' }).waitFor();
      expect(await ended).toBe(0);
      expect(notes).toContain(`signed in to ${url}`);
      const who = await home.signalbox(['whoami', '--url', url]);
      expect(who.stdout).toMatch(/^login +ann\n/);
    });

    test('a passkey is made on the account page and signs in', async () => {
      const { url, newPage } = here();
      const page = await newPage();
      const devtools = await page.context().newCDPSession(page);
      await devtools.send('WebAuthn.enable');
      await devtools.send('WebAuthn.addVirtualAuthenticator', {
        options: {
          protocol: 'ctap2',
          transport: 'internal',
          hasResidentKey: true,
          hasUserVerification: true,
          isUserVerified: true,
          automaticPresenceSimulation: true,
        },
      });
      await page.goto(`${url}/sign-in`);
      await typePassword(page);
      await page.getByLabel('Name of a new passkey').fill('test key');
      await page.getByRole('button', { name: 'Add a passkey' }).click();
      await page.getByText('test key').waitFor();
      await page.getByRole('button', { name: 'Sign out' }).click();
      await page.goto(`${url}/sign-in`);
      await page.getByRole('button', { name: 'Sign in with a passkey' }).click();
      await page.waitForURL(`${url}/account`);
      expect(await page.locator('main').innerText()).toContain(`Signed in as ${ann.name}`);
    });
  });
}
