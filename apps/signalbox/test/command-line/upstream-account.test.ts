import { expect, test, vi } from 'vitest';
import { TestBrowser } from '../../../../extensions/auth/test/support/browser.ts';
import { follow } from '../../../../extensions/credentials/test/support/connect.ts';
import { SmallServer } from '../../../../extensions/credentials/test/support/small-server.ts';
import { makeHome } from '../support/run-cli.ts';
import { startAppHub } from '../support/start-app-hub.ts';

test('an account at an upstream is connected with a link the command shows and waits for, and forgotten', async () => {
  await using server = await SmallServer.start();
  await using hub = await startAppHub({
    settings: {
      gateway: { upstreams: { files: { url: server.endpoint, era: 'legacy', transport: 'http' } } },
    },
  });
  using home = makeHome({ SIGNALBOX_URL: hub.test.url, SIGNALBOX_KEY: hub.test.key });
  const shown: string[] = [];
  const login = home.run(['server', 'login', 'files'], { onStderr: (text) => shown.push(text) });
  const link = await vi.waitFor(
    () => /http\S+\/upstreams\/login\/\S+/.exec(shown.join(''))?.[0] ?? expect.fail(),
    10_000,
  );
  const browser = new TestBrowser(hub.test.url);
  await follow(browser, (await browser.submit(await browser.go(link), 'connect')).url);
  expect(await login).toMatchObject({
    code: 0,
    stderr: expect.stringContaining(`files is connected (${new URL(server.url).host})`) as unknown,
  });

  expect(await home.run(['server', 'login', 'files', '--organization'])).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('leave out --organization') as unknown,
  });
  expect(await home.run(['server', 'logout', 'files'])).toEqual({
    code: 0,
    stdout: '',
    stderr: 'the account at files is forgotten\n',
  });
  await vi.waitFor(
    () => expect(server.at('/revoke')[0]?.form.get('token')).toMatch(/^refresh-token-/),
    5_000,
  );
});
